import { AuthzError, type AuthzErrorOptions, hasCode, requireOption } from "../base/errors.ts";
import { fieldsOf, isFields, isName, isText } from "../base/guards.ts";
import { isLoopback } from "../base/loopback.ts";
import { withoutTokens } from "../base/redact.ts";
import { withRetries } from "../base/retries.ts";
import { retryAfterOf } from "../base/retry-after.ts";
import { timingOf } from "../base/timing.ts";
import { type KindeClaims } from "./claims.ts";
import { type EnrichContext } from "./principal.ts";

/** Options for {@link kindeEntitlements}. */
export interface KindeEntitlementsOptions {
  /**
   * Your Kinde domain, or your custom domain: `https://example.kinde.com`. It is the `domain` of KindeProvider, the
   * `issuer` of a gateway, and the claim `iss` of your tokens. `http` is only accepted for this machine.
   */
  readonly domain: string;
  /** Sends the requests. Default: the global `fetch`, as it is at the time of a request. */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * The entitlements of a customer's billing plan, by the key of the feature. The value is the maximum that the plan
 * includes, or `null` if the feature has no number.
 */
export interface KindeEntitlements {
  readonly [featureKey: string]: number | null;
}

/** Most pages of an answer. Kinde puts ten entitlements on a page. */
const MAX_PAGES = 100;
/** Most entitlements, because all of them are in each request to the PDP. */
const MAX_ENTITLEMENTS = 1000;

/**
 * Returns a function for `principal.enrich` that fetches the user's entitlements from Kinde's account API (`GET
 * /account_api/v1/entitlements`), because no token has them. It runs in browsers and on servers. The principal gets
 * `attr.entitlements`, see {@link KindeEntitlements}. If a feature is listed several times, as with tiered prices, its
 * highest number is used.
 *
 * - The token is sent only to `domain`, in a header, and only if its claim `iss` is that domain. Redirects are not
 *   followed.
 * - In a browser it fetches once per session; in a gateway or an enforcer once per token, and again after
 *   `enrichMaxAgeMs`.
 * - After no answer, 429 or 5xx, a request is tried three times. All requests together may take as long as any
 *   `enrich`: `timeoutMs` of a session, `enrichTimeoutMs` of a gateway; 5000 ms by default.
 *
 * The answer's form is that of `getEntitlements` in `@kinde/js-utils` 0.32 and of Kinde's OpenAPI file.
 *
 * @returns the function for `enrich`. If it fails, it rejects with AuthzError `enrich_failed`, with the reason in the
 *   message: there is then no session, and nothing is allowed.
 * @throws AuthzError `invalid_option` if `domain` is not a URL as above
 */
export function kindeEntitlements(
  options: KindeEntitlementsOptions,
): (claims: KindeClaims, context: EnrichContext) => Promise<{ entitlements: KindeEntitlements }> {
  requireOption(isFields(options), 'kindeEntitlements takes options, such as { domain: "https://example.kinde.com" }');
  const { domain, fetch = (...request) => globalThis.fetch(...request) } = options;
  const origin = originOf(domain);
  requireOption(typeof fetch === "function", "fetch must be a function");

  const ask = async (path: string, { token, signal }: EnrichContext): Promise<unknown> => {
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${origin}/account_api/v1/${path}`, {
        headers: { accept: "application/json", authorization: `Bearer ${token}` },
        // An answer that a browser has kept may be that of the organization before.
        cache: "no-store",
        // "error" would say less in browsers, and Cloudflare's workers do not have it.
        redirect: "manual",
        signal,
      });
      text = await response.text();
    } catch (error) {
      throw mayPass("it did not answer. Is the domain right, and is this page's origin allowed there?", {
        cause: withoutTokens(error),
      });
    }
    const { status } = response;
    if (status === 429 || status >= 500) {
      const retryAfterMs = retryAfterOf(response);
      throw mayPass(`it answered ${status}.`, retryAfterMs === undefined ? {} : { retryAfterMs });
    }
    if (status === 401 || status === 403) throw failed(`it refused the token with ${status}. Sign in again.`);
    if (!response.ok) throw failed(`it answered ${status}. Is the domain right? A redirect is not followed.`);
    try {
      return JSON.parse(text);
    } catch {
      // The cause is left out on purpose: a JSON parser's message quotes its input.
      throw failed(`its answer is not JSON but ${response.headers.get("content-type")}. Is the domain right?`);
    }
  };

  return async (claims, context) => {
    // Nothing has verified the token in a browser: where it may go is up to the option, and not to its claims.
    if (claims.iss?.replace(/\/$/, "") !== origin) {
      throw failed(`the token's claim "iss" is not ${origin}. Set domain to the Kinde domain that issues your tokens.`);
    }
    const limits = new Map<string, number | null>();
    const pages = new Set<string>();
    for (let after: string | null = ""; after !== null;) {
      if (pages.size === MAX_PAGES || pages.has(after)) throw failed(`its pages do not end after ${pages.size}.`);
      pages.add(after);
      const path = `entitlements${after && `?starting_after=${encodeURIComponent(after)}`}`;
      const page = readPage(
        await withRetries(() => ask(path, context), context.signal, timingOf()).catch(rethrow),
        claims,
      );
      for (const [key, limit] of page.rows) limits.set(key, highest(limits.get(key), limit));
      if (limits.size > MAX_ENTITLEMENTS) throw failed(`it has more than ${MAX_ENTITLEMENTS} entitlements.`);
      after = page.next;
    }
    return { entitlements: Object.fromEntries(limits) };
  };
}

/**
 * The origin of a URL that has only a scheme, a host and a port. URLs can end up in logs, so the message does not quote
 * it.
 */
function originOf(domain: unknown): string {
  const url = isText(domain) && URL.canParse(domain) ? new URL(domain) : null;
  const isSecure = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  requireOption(
    url !== null && isSecure && url.href === `${url.origin}/`,
    'domain must be your Kinde domain, such as "https://example.kinde.com": https, without a path or anything after it',
  );
  return url.origin;
}

/** One page of entitlements, and where the next one starts; `null` for the last page. */
interface Page {
  readonly rows: readonly (readonly [key: string, limit: number | null])[];
  readonly next: string | null;
}

/** Reads a page. Plans and entitlements may be missing, as for an organization without a plan: that allows nothing. */
function readPage(answer: unknown, { org_code }: KindeClaims): Page {
  const { data, metadata } = fieldsOf(answer);
  if (!isFields(data)) throw failed("its answer has no data. Is the domain right?");
  const rows = data["entitlements"] ?? [];
  if (!Array.isArray(rows)) throw failed("its entitlements are not a list.");
  if (isText(data["org_code"]) && org_code !== undefined && data["org_code"] !== org_code) {
    throw failed("its answer is about another organization than the token.");
  }
  // The cursor is there on the last page too.
  const { has_more = false, next_page_starting_after: next } = fieldsOf(metadata);
  if (typeof has_more !== "boolean" || (has_more && !isName(next)))
    throw failed("its answer does not say where the next page starts.");
  return { rows: rows.map(readRow), next: has_more && isName(next) ? next : null };
}

function readRow(row: unknown): Page["rows"][number] {
  const { feature_key: key, entitlement_limit_max: limit } = fieldsOf(row);
  if (!isName(key)) throw failed("an entitlement has no feature_key.");
  // One that is left out is not null, which policies take for any number. JSON's 1e400 is infinite.
  if (limit !== null && !(typeof limit === "number" && Number.isFinite(limit)))
    throw failed(`the limit of "${key}" is not a number.`);
  return [key, limit];
}

/** The higher limit. A number wins over no number. */
function highest(one: number | null | undefined, other: number | null): number | null {
  return one === undefined || one === null ? other : Math.max(one, other ?? one);
}

function failed(reason: string, options?: AuthzErrorOptions): AuthzError {
  return new AuthzError(
    "enrich_failed",
    `Kinde's account API gave no usable entitlements, so nothing is allowed: ${reason}`,
    options,
  );
}

/** The error for a temporary fault, after which the request is sent again. */
function mayPass(reason: string, options?: AuthzErrorOptions): AuthzError {
  return new AuthzError("pdp_unavailable", reason, options);
}

/** Throws a fault that remained after all attempts as `enrich_failed`. */
function rethrow(error: unknown): never {
  if (!hasCode(error, "pdp_unavailable")) throw error;
  const { message, cause, retryAfterMs } = error;
  throw failed(message, { cause, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}
