import type { IncomingMessage, ServerResponse } from "node:http";
import type { Issuer } from "./issuer.ts";
import { managementAudience, managementClaims } from "./management-api.ts";
import { DEFAULT_ACCESS_TOKEN_LIFETIME } from "./token-signer.ts";

/**
 * Answers the `client_credentials` grant of a machine with a token for the management API, the only API here, with
 * every scope it requests.
 */
export async function answerMachine(
  issuer: Issuer,
  form: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { id, secret } = credentialsIn(form, request.headers.authorization);
  const machine = issuer.config.machines?.find(({ clientId }) => clientId === id);
  if (machine === undefined || machine.clientSecret !== secret) {
    const description = "client_id and client_secret must be those of a machine in the config.";
    response.setHeader("www-authenticate", 'Basic realm="local Kinde"');
    return answer(response, 401, { error: "invalid_client", error_description: description });
  }
  const audience = managementAudience(issuer.url);
  const requested = form.getAll("audience").join(" ");
  if (requested !== audience) {
    const error = requested === "" ? "invalid_request" : "unauthorized_client";
    return answer(response, 400, { error, error_description: `audience must be ${audience}` });
  }
  const scope = form.get("scope") ?? "";
  answer(response, 200, {
    access_token: await issuer.signer.machineToken(managementClaims(issuer.url, machine.clientId, scope)),
    expires_in: DEFAULT_ACCESS_TOKEN_LIFETIME,
    scope,
    token_type: "Bearer",
  });
}

/** Reads the credentials in the form, or in Basic authentication, where both are form-encoded (RFC 6749, 2.3.1). */
function credentialsIn(form: URLSearchParams, authorization = ""): { id: string | null; secret: string | null } {
  const [, encoded] = /^Basic +(\S+)$/i.exec(authorization) ?? [];
  if (encoded === undefined) return { id: form.get("client_id"), secret: form.get("client_secret") };
  const [id, secret] = Buffer.from(encoded, "base64").toString("utf8").split(":", 2).map(decoded);
  return { id: id ?? null, secret: secret ?? null };
}

function decoded(text: string): string | null {
  return new URLSearchParams(`value=${text}`).get("value");
}

function answer(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })
    .end(JSON.stringify(body));
}
