// A fake Kinde server, a real PDP, and the requests of an app that uses Kinde's SDK for Next.js.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import type * as next from "@kinde-cerbos/next";
import { createKindeToken, startPdp, TEST_CLIENT_ID } from "@kinde-cerbos/testing/node";
import { vi } from "vitest";
import { atRequest, Cookies } from "./next-headers.ts";

/** The package's exports for servers. Tests import it once the environment variables are set. */
export type Next = typeof next;

export const mara = { sub: "kp_mara", org_code: "org_aurora", roles: [{ id: "1", key: "admin", name: "Admin" }] };
export const jonas = { sub: "kp_jonas", org_code: "org_aurora" };

export const document = { kind: "document", id: "1", attr: { orgCode: "org_aurora" } } as const;
export const view = { action: "view", resource: document } as const;
export const remove = { action: "delete", resource: document } as const;

type Claims = { readonly [claim: string]: unknown };

/** The response of Kinde's token endpoint; `null` closes the connection instead. */
type TokenAnswer = () => object | null | Promise<object | null>;

/** Starts Kinde and the PDP, and sets the app's environment variables. */
export async function startWorld() {
  const { jwks } = await createKindeToken();
  const answer: { token: TokenAnswer; revoke: number | null } = { token: () => null, revoke: 200 };
  /** The bodies of token requests. */
  const refreshes: URLSearchParams[] = [];
  /** The bodies of revocation requests. */
  const revocations: URLSearchParams[] = [];
  const answerAt = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader("content-type", "application/json");
    if (!request.url?.startsWith("/oauth2/")) return void response.end(JSON.stringify(jwks));
    const body = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    if (request.url === "/oauth2/revoke") {
      revocations.push(body);
      if (answer.revoke === null) return void request.socket.destroy();
      return void response.writeHead(answer.revoke).end();
    }
    refreshes.push(body);
    const tokens = await answer.token();
    if (tokens === null) return void request.socket.destroy();
    response.end(JSON.stringify(tokens));
  };
  const kinde = createServer((request, response) => void answerAt(request, response));
  await new Promise<void>((resolve) => void kinde.listen(0, "127.0.0.1", resolve));
  const address = kinde.address();
  if (address === null || typeof address === "string") throw new Error("Kinde has no port.");
  const issuer = `http://localhost:${address.port}`;
  const policies = fileURLToPath(new URL("policies", import.meta.url));
  const pdp = await startPdp({ policies });
  const environment = {
    KINDE_ISSUER_URL: issuer,
    KINDE_CLIENT_ID: TEST_CLIENT_ID,
    KINDE_CLIENT_SECRET: "aSecretOfTheTests".padEnd(48, "0"),
    KINDE_SITE_URL: "https://app.test",
    CERBOS_PDP_URL: pdp.url,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  return {
    issuer,
    pdp,
    answer,
    refreshes,
    revocations,
    async tokenFor(claims: Claims, lifetime = 3600): Promise<string> {
      const { token } = await createKindeToken({ claims: { iss: issuer, ...claims }, lifetime });
      return token;
    },
    /** Returns an id token like Kinde's. */
    async idTokenFor({ sub, ...claims }: Claims): Promise<string> {
      const { token } = await createKindeToken({ claims: { iss: issuer, aud: [TEST_CLIENT_ID], sub, ...claims } });
      return token;
    },
    async stop(): Promise<void> {
      vi.unstubAllEnvs();
      await pdp.stop();
      kinde.closeAllConnections();
      await new Promise((resolve) => void kinde.close(resolve));
    },
  };
}

export type World = Awaited<ReturnType<typeof startWorld>>;

/** Returns a browser with the cookies of Kinde's SDK, which splits long tokens. */
export function browserWith(
  tokens: { readonly [name: string]: string },
  headers: { readonly [name: string]: string } = {},
) {
  const values = Object.entries(tokens).flatMap(([name, token]) =>
    (token.match(/.{1,3000}/g) ?? []).map((part, at) => [`${name}${at === 0 ? "" : at}`, part] as const),
  );
  const request = { cookies: new Cookies(Object.fromEntries(values)), headers: new Headers(headers) };
  return {
    cookies: request.cookies,
    /** Runs a function of the app in a request of this browser. */
    at: <Result>(run: () => Result): Result => atRequest(request, run),
  };
}

/** The headers of a request from a page of the app. */
export const ofPage = { "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" };
