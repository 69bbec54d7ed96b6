import { documentResource } from "../../../data/document.ts";
import { type AttackGroup, type Means } from "./attack.ts";

/** Everything that a role or a permission of the playground could open. */
const RICH = {
  permissions: ["documents:edit"],
  featureFlags: { external_sharing: true },
  entitlements: { exports: null },
};

/** An organization that the user is not signed in to. */
function elsewhere({ orgCode }: Means): string {
  return ORGANIZATIONS.find(({ code }) => code !== orgCode)?.code ?? "org_elsewhere";
}

/** Lies about the person, beside a genuine token. */
export const LIES_ABOUT_PEOPLE: AttackGroup = {
  title: "Lies about who you are",
  attacks: [
    {
      id: "subject",
      title: "Another person",
      text: "The request names the document's owner as the principal. The token is still yours.",
      defense:
        "The policies compare the principal's id with the token's sub, and the gateway drops the principal and makes " +
        "one from the token. A request to the API has no place for a principal: it reads the token alone.",
      prize: "rights",
      prepare: (means) => ({
        action: "delete",
        resource: documentResource(means.forbidden),
        principal: { ...means.principal, id: otherPerson(means) },
      }),
    },
    {
      id: "roles",
      title: "Roles and permissions that you choose",
      text: "The principal claims that you are an administrator with every permission, flag and plan.",
      defense:
        "The policies read roles and permissions from the token, never from the principal. The gateway replaces the " +
        "principal, so it also protects policies that do read it.",
      prize: "rights",
      prepare: ({ forbidden, principal }) => ({
        action: "delete",
        resource: documentResource(forbidden),
        principal: {
          ...principal,
          roles: [...new Set([...principal.roles, "admin", "reviewer"])],
          attr: { ...principal.attr, ...RICH },
        },
      }),
    },
    {
      id: "organization",
      title: "Another organization",
      text: "The request is about another organization's document, and the principal claims that you are a member.",
      defense:
        "The organization is a claim of the token, and every rule compares it with the document's. The API answers " +
        "as if there were no such document, so you learn nothing about it.",
      prize: "rights",
      prepare: (means) => {
        const orgCode = elsewhere(means);
        const id = `${orgCode.replace("org_", "")}-01`;
        const { attr } = documentResource({ ...means.visible, orgCode, ownerId: means.principal.id });
        return {
          action: "view",
          resource: { kind: "document", id, attr },
          principal: { ...means.principal, attr: { ...means.principal.attr, orgCode } },
        };
      },
    },
  ],
};

/** The owner, or anyone else if the user is the owner. */
function otherPerson({ forbidden, principal }: Means): string {
  const others = [forbidden.ownerId, ...PEOPLE.map(({ id }) => id), "kp_somebody_else"];
  return others.find((id) => id !== principal.id) ?? "";
}

/** Lies about what is asked. */
export const LIES_ABOUT_THE_QUESTION: AttackGroup = {
  title: "Lies about the document",
  attacks: [
    {
      id: "attributes",
      title: "Somebody else's document, claimed as yours",
      text: "The request claims that the document is your own draft, which you may delete.",
      defense:
        "Neither Cerbos nor the gateway can know, because the attributes come from the page. So the lie shows a button, and no " +
        "more: the API loads the document from its database, checks again, and refuses.",
      prize: "rights",
      prepare: ({ forbidden, principal }) => ({
        action: "delete",
        resource: documentResource({ ...forbidden, ownerId: principal.id, state: "draft" }),
      }),
    },
    {
      id: "probe",
      title: "Which policies are there?",
      text: "The request uses an unknown policy version, and requests the name of the policy that decided.",
      defense:
        "Cerbos answers everyone who reaches it, so a direct call reveals which policies exist. The gateway accepts no " +
        "policy version from a page. A request to the API cannot ask for one.",
      prize: "knowledge",
      prepare: ({ visible }) => ({
        action: "view",
        resource: { ...documentResource(visible), policyVersion: "staging" },
        includeMeta: true,
      }),
    },
  ],
};
