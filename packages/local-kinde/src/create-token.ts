import { findApplication, findSubject } from "./directory.ts";
import { LocalKindeError } from "./errors.ts";
import type { Issuer } from "./issuer.ts";

/** Options of `LocalKinde.createToken`. */
export interface CreateTokenOptions {
  /** The id of the person. */
  person: string;
  /** The code of the organization. Default: the person's first. */
  organization?: string;
  /** The client id of the application, whose claims and audiences the token gets. Default: the first application's. */
  clientId?: string;
  /** Claims to add or replace; `undefined` removes one. Default: none. */
  claims?: Record<string, unknown>;
  /** How long the token is valid, in seconds; negative for an expired token. Default: the application's setting. */
  lifetime?: number;
}

/**
 * Creates an access token as the application would get it, from the current config.
 *
 * @throws LocalKindeError `unknown_subject`
 */
export async function createToken(
  { config, signer }: Pick<Issuer, "config" | "signer">,
  { person, organization, clientId, claims, lifetime }: CreateTokenOptions,
): Promise<string> {
  const application = clientId === undefined ? config.applications[0] : findApplication(config, clientId);
  if (application === undefined)
    throw new LocalKindeError("unknown_subject", `The config has no application ${clientId ?? ""}.`);
  const subject = findSubject(config, person, organization);
  if (subject === undefined) {
    const where = organization === undefined ? "" : ` in the organization ${organization}`;
    throw new LocalKindeError("unknown_subject", `The config has no person ${person}${where}.`);
  }
  return signer.accessToken(
    {
      config,
      application,
      subject,
      scopes: ["openid", "profile", "email", "offline"],
      audience: application.audiences ?? [],
    },
    { ...(claims === undefined ? {} : { claims }), ...(lifetime === undefined ? {} : { lifetime }) },
  );
}
