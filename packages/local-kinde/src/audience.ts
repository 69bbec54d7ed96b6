import { errors } from "oidc-provider";
import type { LocalKindeConfig } from "./config.ts";
import { findApplication } from "./directory.ts";

/** Returns the APIs in an `audience` parameter, separated by spaces. The SDK also sends an empty parameter. */
export function audiencesOf(parameter: unknown): string[] {
  return typeof parameter === "string" ? parameter.split(" ").filter((word) => word !== "") : [];
}

/**
 * Checks that an application may request tokens for these APIs.
 *
 * @throws InvalidRequest if one of them is not in its `audiences`
 */
export function checkAudience(config: LocalKindeConfig, clientId: string, value: string | undefined): void {
  const registered = findApplication(config, clientId)?.audiences ?? [];
  const unknown = audiencesOf(value).find((audience) => !registered.includes(audience));
  if (unknown !== undefined) {
    throw new errors.InvalidRequest(
      `audience ${JSON.stringify(unknown)} is not in the audiences of the application ${clientId} in the config`,
    );
  }
}
