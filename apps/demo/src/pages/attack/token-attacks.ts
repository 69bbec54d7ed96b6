import { documentResource } from "../../../data/document.ts";
import { type Attack, type AttackGroup, type Lie, type Means, type NamedToken } from "./attack.ts";
import { damaged, signedHere, unsigned, withOtherClaims } from "./forge.ts";

/** Another application of the local Kinde, with an API of its own: see kinde.json. */
const OTHER_APPLICATION = "kinde-cerbos-billing";

const ADMIN = { roles: [{ id: "1", key: "admin", name: "Administrator" }], permissions: ["documents:edit"] };

/** An action that the user may do, with an invalid token. */
function by(token: NamedToken | null, { visible }: Means): Lie {
  return { action: "view", resource: documentResource(visible), token };
}

type TokenAttack = Omit<Attack, "prepare" | "prize"> & {
  readonly make: (means: Means) => Promise<string> | string;
  /** The name of the token where the request is shown. */
  readonly name: string;
};

function attackBy({ make, name, ...attack }: TokenAttack): Attack {
  return { ...attack, prize: "anything", prepare: async (means) => by({ text: await make(means), name }, means) };
}

const attacks: readonly TokenAttack[] = [
  {
    id: "forged-key",
    title: "Signed with another key",
    text: "An administrator's token, signed by this page with a new key.",
    defense: "Tokens are verified only with the keys that the issuer publishes.",
    name: "a token for an administrator, signed by this page",
    make: ({ token }) => signedHere(token, ADMIN),
  },
  {
    id: "forged-claims",
    title: "Other claims, genuine signature",
    text: "Your own token, changed into an administrator's, with the original signature.",
    defense:
      "The signature no longer fits the claims. Cerbos before 0.53 did not notice if it had cached the original: " +
      "turn off its token cache in those versions.",
    name: "your token with an administrator's claims",
    make: ({ token }) => withOtherClaims(token, ADMIN),
  },
  {
    id: "damaged",
    title: "A damaged signature",
    text: "Your own token, with one changed character in its signature.",
    defense: "The signature does not fit.",
    name: "your token with a damaged signature",
    make: ({ token }) => damaged(token),
  },
  {
    id: "alg-none",
    title: "alg: none",
    text: "An administrator's token without a signature, which claims to need none.",
    defense: "Only RS256 is accepted, whatever a token claims.",
    name: "an administrator's token without a signature",
    make: ({ token }) => unsigned(token, ADMIN),
  },
  {
    id: "expired",
    title: "An expired token",
    text: "Your own token, which expired a minute ago.",
    defense: "The expiry is compared with the server's clock.",
    name: "a genuine token that has expired",
    needsIssuer: true,
    make: ({ issue }) => issue({ lifetime: -60 }),
  },
  {
    id: "other-application",
    title: "For another application",
    text: "Your own genuine token from the same issuer, for another application, Billing, and its API.",
    defense:
      "The signature is valid, so Cerbos accepts the token. The policies and the gateway compare application and audience.",
    name: "your token for the application Billing",
    needsIssuer: true,
    make: ({ issue }) => issue({ clientId: OTHER_APPLICATION }),
  },
  {
    id: "other-issuer",
    title: "From another issuer",
    text: "A token with your claims, signed by another issuer.",
    defense: "Your issuer does not publish its key.",
    name: "a token of another issuer",
    make: ({ token }) => signedHere(token, { iss: "https://elsewhere.kinde.com" }),
  },
  {
    id: "id-token",
    title: "The id token",
    text: "Your genuine id token. It is signed with the same key, but only tells the page who you are.",
    defense:
      "The signature is valid. The policies and the gateway recognize by its claims that it is not an access token.",
    name: "your id token",
    make: ({ idToken }) => {
      if (!idToken) throw new Error("Kinde's SDK has no id token.");
      return idToken;
    },
  },
];

/** Requests with a token that is not good, about what the user may view with a good one. */
export const TOKEN_ATTACKS: AttackGroup = {
  title: "Attacks with the token",
  attacks: [
    {
      id: "no-token",
      title: "No token",
      text: "The request claims who you are, without proof.",
      defense: "The policies allow nothing without a token. The gateway and the API refuse without calling Cerbos.",
      prize: "anything",
      prepare: (means) => by(null, means),
    },
    ...attacks.map(attackBy),
    {
      id: "in-address",
      title: "The token in the URL",
      text: "A genuine token that expires in a minute, in the URL, where logs and histories keep it.",
      defense: "No layer reads a token from the URL, so no app can start to depend on it.",
      prize: "anything",
      needsIssuer: true,
      prepare: async (means) => ({
        ...by(null, means),
        inAddress: { text: await means.issue({ lifetime: 60 }), name: "a token that expires in a minute" },
      }),
    },
    {
      id: "two-tokens",
      title: "Two tokens that differ",
      text: "Your own token in the header, to pass verification, and a forged one in the body, to be used.",
      defense:
        "The gateway refuses two tokens that differ. Cerbos reads the one in the body only, and that one is forged. " +
        "The API gets both in one header, and refuses it.",
      prize: "anything",
      prepare: async (means) => ({
        ...by({ text: await signedHere(means.token, ADMIN), name: "a forged token for an administrator" }, means),
        header: { text: means.token, name: "your access token" },
      }),
    },
  ],
};
