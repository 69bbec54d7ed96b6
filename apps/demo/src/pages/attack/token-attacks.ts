import { documentResource } from "../../../data/document.ts";
import { type Attack, type AttackGroup, type Lie, type Means, type NamedToken } from "./attack.ts";
import { damaged, signedHere, unsigned, withOtherClaims } from "./forge.ts";

/** Another application of the local issuer, with an API of its own: see kinde.json. */
const OTHER_APPLICATION = "kinde-cerbos-billing";

const ADMIN = { roles: [{ id: "1", key: "admin", name: "Administrator" }], permissions: ["documents:edit"] };

/** What the user may do, by a token that is not good. */
function by(token: NamedToken | null, { visible }: Means): Lie {
  return { action: "view", resource: documentResource(visible), token };
}

type TokenAttack = Omit<Attack, "prepare" | "prize"> & {
  readonly make: (means: Means) => Promise<string> | string;
  /** What the token is called where the request is shown. */
  readonly name: string;
};

function attackBy({ make, name, ...attack }: TokenAttack): Attack {
  return { ...attack, prize: "anything", prepare: async (means) => by({ text: await make(means), name }, means) };
}

const attacks: readonly TokenAttack[] = [
  {
    id: "forged-key",
    title: "Signed with another key",
    text: "A token for an administrator, signed by this page with a key that it has just made.",
    defense: "Whoever verifies it uses the keys that the issuer publishes, and not one that a token names.",
    name: "a token for an administrator, signed by this page",
    make: ({ token }) => signedHere(token, ADMIN),
  },
  {
    id: "forged-claims",
    title: "Other claims, genuine signature",
    text: "Your own token, changed into one for an administrator. Its signature is still that of the original.",
    defense:
      "The signature no longer fits the claims. Cerbos before 0.53 did not notice if it had seen the original: its " +
      "token cache has to be off there.",
    name: "your token with an administrator's claims",
    make: ({ token }) => withOtherClaims(token, ADMIN),
  },
  {
    id: "damaged",
    title: "A damaged signature",
    text: "Your own token, with one character of its signature exchanged.",
    defense: "The signature does not fit.",
    name: "your token with a damaged signature",
    make: ({ token }) => damaged(token),
  },
  {
    id: "alg-none",
    title: "alg: none",
    text: "A token for an administrator that says that it needs no signature, and has none.",
    defense: "Only RS256 is taken, whatever a token says of itself.",
    name: "an administrator's token without a signature",
    make: ({ token }) => unsigned(token, ADMIN),
  },
  {
    id: "expired",
    title: "An expired token",
    text: "A token that the issuer has signed for you, and that ended a minute ago.",
    defense: "Its time is compared with the clock of whoever verifies it.",
    name: "a genuine token that has expired",
    needsIssuer: true,
    make: ({ issue }) => issue({ lifetime: -60 }),
  },
  {
    id: "other-application",
    title: "For another application",
    text: "A genuine token of yours, from the same issuer, for an application named Billing and its API.",
    defense:
      "Its signature is good, so Cerbos accepts it. The policies and the gateway compare application and audience.",
    name: "your token for the application Billing",
    needsIssuer: true,
    make: ({ issue }) => issue({ clientId: OTHER_APPLICATION }),
  },
  {
    id: "other-issuer",
    title: "Of another issuer",
    text: "A token with your claims, from an issuer that is not yours, signed with its key.",
    defense: "Its key is not among those of your issuer.",
    name: "a token of another issuer",
    make: ({ token }) => signedHere(token, { iss: "https://elsewhere.kinde.com" }),
  },
  {
    id: "id-token",
    title: "The id token",
    text: "Your genuine id token. It is signed with the same key, says who you are, and is for the page only.",
    defense: "Its signature is good: the policies and the gateway tell it from an access token by its claims.",
    name: "your id token",
    make: ({ idToken }) => {
      if (!idToken) throw new Error("Kinde's SDK has no id token.");
      return idToken;
    },
  },
];

/** Requests with a token that is not good, about what the user may view with a good one. */
export const TOKEN_ATTACKS: AttackGroup = {
  title: "Lies by the token",
  attacks: [
    {
      id: "no-token",
      title: "No token",
      text: "The request says who you are, and proves nothing.",
      defense: "The policies allow nothing without a token. The gateway and the API do not even ask Cerbos.",
      prize: "anything",
      prepare: (means) => by(null, means),
    },
    ...attacks.map(attackBy),
    {
      id: "in-address",
      title: "The token in the address",
      text: "A genuine token that ends in a minute, as a parameter of the address, where logs and histories keep it.",
      defense: "Nobody reads a token there, so no app can come to rely on it.",
      prize: "anything",
      needsIssuer: true,
      prepare: async (means) => ({
        ...by(null, means),
        inAddress: { text: await means.issue({ lifetime: 60 }), name: "a token that ends in a minute" },
      }),
    },
    {
      id: "two-tokens",
      title: "Two tokens that differ",
      text: "Your own token in the header, to be verified, and a forged one beside it, to be used.",
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
