import { documentResource } from "../../../data/document.ts";
import { type AttackGroup } from "./attack.ts";

/** The same requests without a lie. What comes of a lie is worth as much as the difference to them. */
export const HONEST: AttackGroup = {
  title: "Honest requests",
  attacks: [
    {
      id: "view",
      title: "View a document",
      text: "An honest request about a document that you may view, to compare with the token attacks below.",
      defense: "It should be allowed everywhere, so a refusal below is caused by the token alone.",
      prize: "nothing",
      prepare: ({ visible }) => ({ action: "view", resource: documentResource(visible) }),
    },
    {
      id: "delete",
      title: "Delete a document",
      text: "An honest request about a document that you may not delete, to compare with the lies about you below.",
      defense: "It should be denied everywhere, so if a lie below is allowed, the lie worked.",
      prize: "nothing",
      prepare: ({ forbidden }) => ({ action: "delete", resource: documentResource(forbidden) }),
    },
  ],
};
