import { findApplication, findSubject } from "./directory.ts";
import { LocalKindeError } from "./errors.ts";
import type { Issuer } from "./issuer.ts";

/** What a token of `LocalKinde.createToken` says. */
export interface CreateTokenOptions {
  /** The id of the person. */
  person: string;
  /** The code of the organization. Default: the person's first. */
  organization?: string;
  /** The application, whose claims and audiences it gets. Default: the first. */
  clientId?: string;
  /** Claims to add or to replace; `undefined` takes one away. */
  claims?: Record<string, unknown>;
  /** Seconds; negative for a token that has expired. Default: the application's. */
  lifetime?: number;
}

/**
 * An access token as the application would get it, from the config of the moment.
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
