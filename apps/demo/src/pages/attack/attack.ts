import { type Principal } from "@kinde-cerbos/core";
import { type DocumentResource, type StoredDocument } from "../../../data/document.ts";

/** The three places that a browser can send a request to. */
export const DOORS = ["direct", "gateway", "api"] as const;
/** One of {@link DOORS}. */
export type Door = (typeof DOORS)[number];

/** A token, and what it is called where the request is shown: the token itself is shown nowhere. */
export interface NamedToken {
  readonly text: string;
  readonly name: string;
}

/** An attacker's means: the same as any page of a signed-in user has. */
export interface Means {
  readonly token: string;
  readonly idToken: string | undefined;
  readonly principal: Principal;
  readonly orgCode: string;
  /** A document that the user may view. */
  readonly visible: StoredDocument;
  /** One that the user may not delete. */
  readonly forbidden: StoredDocument;
  /** Has the local Kinde make a token for the user. Rejects if the issuer is another one. */
  readonly issue: (options: { readonly lifetime?: number; readonly clientId?: string }) => Promise<string>;
}

/** A request with lies. Fields that are left out are as in an honest request. */
export interface Lie {
  readonly action: "view" | "delete";
  readonly resource: DocumentResource & { readonly policyVersion?: string };
  readonly principal?: Principal;
  /** Default: the user's own. `null` for none. */
  readonly token?: NamedToken | null;
  /** A token in the `authorization` header, too. The API has no other place for a token. */
  readonly header?: NamedToken;
  /** A token in the address. */
  readonly inAddress?: NamedToken;
  /** Asks Cerbos which policy has decided. */
  readonly includeMeta?: boolean;
}

/** The gain of a successful attack: more rights than the user's own, any right without a valid token, or knowledge. */
export type Prize = "nothing" | "rights" | "anything" | "knowledge";

/** One lie that a browser can tell. */
export interface Attack {
  /** In the address of the page. */
  readonly id: string;
  readonly title: string;
  /** What is tried, in one or two sentences. */
  readonly text: string;
  /** What stops it, or that nothing does. */
  readonly defense: string;
  readonly prize: Prize;
  /** Whether only the local Kinde can make the token for it. */
  readonly needsIssuer?: boolean;
  readonly prepare: (means: Means) => Promise<Lie> | Lie;
}

/** Attacks of one kind. */
export interface AttackGroup {
  readonly title: string;
  readonly attacks: readonly Attack[];
}
