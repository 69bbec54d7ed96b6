import { createHash, randomBytes } from "node:crypto";
import { decodeJwt, type JWTPayload } from "jose";
import type { LocalKinde } from "../../src/index.ts";
import { APP } from "./config.ts";

/** The answer of `POST /oauth2/token`. */
export interface Tokens {
  access_token: string;
  id_token: string;
  refresh_token: string;
  expires_in: number;
  scope: string;
  token_type: string;
}

interface Cookie {
  value: string;
  path: string;
  httpOnly: boolean;
}

/**
 * A simple browser: stores cookies by path, and follows redirects within the issuer.
 */
export class Browser {
  readonly kinde: Pick<LocalKinde, "url">;
  readonly cookies = new Map<string, Cookie>();

  constructor(kinde: Pick<LocalKinde, "url">) {
    this.kinde = kinde;
  }

  /** Sends a request with cookies, like `credentials: "include"`; without them for `cookies: false`. */
  async fetch(url: string | URL, init: RequestInit & { cookies?: boolean } = {}): Promise<Response> {
    const target = new URL(url, this.kinde.url);
    const headers = new Headers(init.headers);
    const sent = [...this.cookies].filter(([, cookie]) => matches(target.pathname, cookie.path));
    if (init.cookies !== false && sent.length > 0)
      headers.set("cookie", sent.map(([name, { value }]) => `${name}=${value}`).join("; "));
    const response = await fetch(target, { ...init, headers, redirect: "manual" });
    if (init.cookies !== false) for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  /** Follows redirects until a page is shown or the issuer redirects elsewhere. */
  async open(url: string | URL, init: RequestInit = {}): Promise<{ response: Response; url: URL }> {
    let at = new URL(url, this.kinde.url);
    let response = await this.fetch(at, init);
    for (
      let location = response.headers.get("location");
      location !== null;
      location = response.headers.get("location")
    ) {
      at = new URL(location, at);
      if (at.origin !== this.kinde.url) break;
      response = await this.fetch(at);
    }
    return { response, url: at };
  }

  /** Authorizes, and chooses `person` on the sign-in page. Returns where the issuer redirects to. */
  async authorize(
    options: { person?: string; verifier?: string; params?: Record<string, string | undefined> } = {},
  ): Promise<URL> {
    const { response, url } = await this.open(authorizeUrl(this.kinde, options));
    if (response.status !== 200 || options.person === undefined) return url;
    const body = new URLSearchParams({ person: options.person });
    return (await this.open(url, { method: "POST", body, headers: { origin: this.kinde.url } })).url;
  }

  /** Signs in and returns the tokens, with the requests of Kinde's SDK. */
  async signIn(options: { person?: string; params?: Record<string, string | undefined> } = {}): Promise<Tokens> {
    const verifier = randomBytes(32).toString("base64url");
    const back = await this.authorize({ ...options, verifier });
    const code = back.searchParams.get("code");
    if (code === null) throw new Error(`no code: ${back.href}`);
    const response = await this.exchange({
      code,
      verifier,
      ...(options.params?.["redirect_uri"] === undefined ? {} : { redirectUri: options.params["redirect_uri"] }),
    });
    if (response.status !== 200) throw new Error(await response.text());
    const tokens: Tokens = JSON.parse(await response.text());
    return tokens;
  }

  exchange(options: { code: string; verifier: string; redirectUri?: string; clientId?: string }): Promise<Response> {
    return this.token({
      grant_type: "authorization_code",
      client_id: options.clientId ?? "app",
      code: options.code,
      code_verifier: options.verifier,
      redirect_uri: options.redirectUri ?? APP,
    });
  }

  /** Refreshes. Without a token, in cookie mode. */
  refresh(token?: string, options: { cookies?: boolean; origin?: string; clientId?: string } = {}): Promise<Response> {
    const form = {
      grant_type: "refresh_token",
      client_id: options.clientId ?? "app",
      ...(token === undefined ? {} : { refresh_token: token }),
    };
    return this.token(form, {
      cookies: options.cookies ?? token === undefined,
      ...(options.origin === undefined ? {} : { origin: options.origin }),
    });
  }

  token(form: Record<string, string>, options: { cookies?: boolean; origin?: string } = {}): Promise<Response> {
    return this.fetch("/oauth2/token", {
      method: "POST",
      body: new URLSearchParams(form),
      headers: { origin: options.origin ?? APP, "kinde-sdk": "react/5.13.1/19/Javascript" },
      ...(options.cookies === undefined ? {} : { cookies: options.cookies }),
    });
  }

  #keep(line: string): void {
    const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
    const at = pair.indexOf("=");
    const name = pair.slice(0, at);
    const read = (key: string): string | undefined =>
      attributes.find((part) => part.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
    const expires = read("expires");
    if (expires !== undefined && Date.parse(expires) <= Date.now()) this.cookies.delete(name);
    else
      this.cookies.set(name, {
        value: pair.slice(at + 1),
        path: read("path") ?? "/",
        httpOnly: attributes.some((part) => /^httponly$/i.test(part)),
      });
  }
}

/** Returns the URL that Kinde's SDK opens; `undefined` omits a parameter. */
export function authorizeUrl(
  kinde: Pick<LocalKinde, "url">,
  options: { verifier?: string; params?: Record<string, string | undefined> } = {},
): URL {
  const url = new URL("/oauth2/auth", kinde.url);
  const params = {
    client_id: "app",
    response_type: "code",
    redirect_uri: APP,
    audience: "",
    scope: "email profile openid offline",
    state: "the-state",
    nonce: "the-nonce",
    code_challenge: createHash("sha256")
      .update(options.verifier ?? "v".repeat(43))
      .digest("base64url"),
    code_challenge_method: "S256",
    supports_reauth: "true",
    ...options.params,
  };
  for (const [name, value] of Object.entries(params)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

/** Returns the claims of a token, without verifying it. */
export function claimsOf(token: string): JWTPayload {
  return decodeJwt(token);
}

/** Returns the JSON body of an answer. */
export async function json(response: Response | Promise<Response>): Promise<Record<string, unknown>> {
  const body: Record<string, unknown> = JSON.parse(await (await response).text());
  return body;
}

function matches(path: string, cookiePath: string): boolean {
  return (
    cookiePath === "/" ||
    path === cookiePath ||
    path.startsWith(cookiePath.endsWith("/") ? cookiePath : `${cookiePath}/`)
  );
}
