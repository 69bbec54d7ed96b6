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
      text: "The principal of the request is the owner of the document. The token is still yours.",
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
      title: "Roles and permissions of your own choice",
      text: "The principal says that you are an administrator, with every permission, flag and plan.",
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
      text: "You ask about a document of another organization, and the principal says that you are in it.",
      defense:
        "The organization is a claim of the token, and every rule compares it with the document's. The API answers " +
        "as if there were no such document, so that nothing is learned of it.",
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
  title: "Lies about what you ask",
  attacks: [
    {
      id: "attributes",
      title: "A document that is said to be yours",
      text: "The request says that the document is a draft of your own, which its owner may delete.",
      defense:
        "Neither Cerbos nor the gateway can know: the attributes come from the page. So a lie makes a button, and no " +
        "more. The API loads the document from its database and asks again, and there the lie ends.",
      prize: "rights",
      prepare: ({ forbidden, principal }) => ({
        action: "delete",
        resource: documentResource({ ...forbidden, ownerId: principal.id, state: "draft" }),
      }),
    },
    {
      id: "probe",
      title: "Which policies are there?",
      text: "The request asks for a policy version that the page never uses, and for the policy that decided.",
      defense:
        "Cerbos answers everyone who reaches it, so the direct way tells which policies exist. The gateway takes no " +
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
