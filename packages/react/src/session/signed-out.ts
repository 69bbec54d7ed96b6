import { type Authorizer, AuthzError, type Session } from "@kinde-cerbos/core";

/** The authorizer of a page on which nobody is signed in. It sends nothing and refuses with `signed_out`. */
export class SignedOut implements Authorizer {
  readonly session: Session;

  /** @param session - The session while nobody is signed in. */
  constructor(session: Session) {
    this.session = session;
  }

  readonly pdpName = "none";
  readonly check = refuse;
  readonly checkAll = refuse;
  readonly plan = refuse;

  renew(): void {}
  dispose(): void {}
}

/** The error for a check outside of rendering while nobody is signed in. */
export function signedOut(): AuthzError {
  return new AuthzError(
    "signed_out",
    "Nobody is signed in, so nothing is allowed and nothing is sent. Let the user sign in. " +
      "If your policies allow something without a sign-in, set anonymous on PermissionsProvider.",
  );
}

async function refuse(): Promise<never> {
  throw signedOut();
}
