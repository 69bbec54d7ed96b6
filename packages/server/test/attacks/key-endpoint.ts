// A JWKS endpoint that publishes whatever keys it is given, at every path, and keeps what it was asked.
import { type RequestListener } from "node:http";
import { serve, type Served } from "../serve.ts";
import { type Signer } from "./forge.ts";

export interface KeyEndpoint extends Served {
  keys: readonly Signer[];
  /** What it does instead. */
  answer: RequestListener | undefined;
  /** The paths it was asked at. */
  readonly requests: string[];
}

export async function serveKeyEndpoint(...keys: readonly Signer[]): Promise<KeyEndpoint> {
  const requests: string[] = [];
  const served = await serve((request, response) => {
    requests.push(request.url ?? "");
    if (endpoint.answer) return endpoint.answer(request, response);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ keys: endpoint.keys.map(({ jwk }) => jwk) }));
  });
  const endpoint: KeyEndpoint = { ...served, keys, answer: undefined, requests };
  return endpoint;
}
