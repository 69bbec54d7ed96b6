import { documentResource } from "../../../data/document.ts";
import { type AttackGroup } from "./attack.ts";

/** The same requests without a lie. What comes of a lie is worth as much as the difference to them. */
export const HONEST: AttackGroup = {
  title: "First the truth",
  attacks: [
    {
      id: "view",
      title: "View a document",
      text: "An honest request, about a document that you may view. It is the measure for the lies about tokens below.",
      defense: "It should be allowed everywhere. Then a refusal below comes from the token and from nothing else.",
      prize: "nothing",
      prepare: ({ visible }) => ({ action: "view", resource: documentResource(visible) }),
    },
    {
      id: "delete",
      title: "Delete a document",
      text: "An honest request, about a document that you may not delete. It is the measure for the lies about people.",
      defense: "It should be denied everywhere. If a lie below is allowed, then the lie has done it.",
      prize: "nothing",
      prepare: ({ forbidden }) => ({ action: "delete", resource: documentResource(forbidden) }),
    },
  ],
};
