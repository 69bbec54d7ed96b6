import { errors } from "oidc-provider";
import type { LocalKindeConfig } from "./config.ts";
import { findApplication } from "./directory.ts";

/** The APIs of an `audience` parameter, which separates them with spaces; it may be empty, as the SDK sends it. */
export function audiencesOf(parameter: unknown): string[] {
  return typeof parameter === "string" ? parameter.split(" ").filter((word) => word !== "") : [];
}

/** @throws InvalidRequest when the application may not ask for one of them. */
export function checkAudience(config: LocalKindeConfig, clientId: string, value: string | undefined): void {
  const registered = findApplication(config, clientId)?.audiences ?? [];
  const unknown = audiencesOf(value).find((audience) => !registered.includes(audience));
  if (unknown !== undefined) {
    throw new errors.InvalidRequest(
      `audience ${JSON.stringify(unknown)} is not registered for the application ${clientId}`,
    );
  }
}
