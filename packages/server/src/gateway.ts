import { isFields, isName, requireOption } from "@kinde-cerbos/core/internal";
import { type Annotate, withAnnotations } from "./annotations.ts";
import { type Answer, askPdp, costOf } from "./ask-pdp.ts";
import { type Audit, auditSubjectOf, record } from "./audit.ts";
import { describeError } from "./error-text.ts";
import { auditEntriesOf, withMetadata, withoutMetadata } from "./gateway-audit.ts";
import { createIdentity, IDENTITY_OPTIONS, type IdentityOptions } from "./identify.ts";
import { type GatewayLimits, limitsOf } from "./limits.ts";
import { type OptionNames, requireKnownOptions } from "./option-names.ts";
import { requireFunctions, requireIntegers } from "./option.ts";
import { ownScopeOf } from "./own-scope.ts";
import { createPdpPool, PDP_POOL_OPTIONS, type PdpPoolOptions } from "./pdp-pool.ts";
import { PERMIT_OPTIONS, type PermitOptions, permitsOf } from "./permits.ts";
import { createRateLimiter, type RateLimiter, spend } from "./rate-limit.ts";
import { readBody } from "./read-body.ts";
import { type AllowedKinds, type PdpQuestion, readRequest, requireScopes } from "./read-request.ts";
import { jsonResponse, Refusal, refusalFrom, type RefusalReason, retryAfter } from "./refusal.ts";
import { requireSameOrigin, requireSameSession, type TokenOf } from "./session-token.ts";
import { createSlots } from "./slots.ts";
import { type AnonymousKey, createSubjectOf } from "./subject.ts";
import { tokenOfRequest } from "./token-of-request.ts";

/** What a gateway needs to know. */
export interface GatewayOptions extends IdentityOptions, PdpPoolOptions, PermitOptions {
  /**
   * Finds the token of a request that carries none itself, such as in a cookie that your server sets; `null` if nobody
   * is signed in. Only pages of the gateway's own origin may then ask, and only for the user and the organization of
   * that token. Default: none, each request must carry its token.
   */
  readonly tokenOf?: TokenOf | undefined;
  /** Kinds that may be asked about, each with its actions, or `"*"`. Default: all, which leaves it to the policies. */
  readonly allow?: AllowedKinds | undefined;
  /** What is taken of one request. */
  readonly limits?: Partial<GatewayLimits> | undefined;
  /** How often a subject may ask; `false` for as often as it likes. Default: {@link createRateLimiter}. */
  readonly rateLimit?: RateLimiter | false | undefined;
  /**
   * Returns whose limits an anonymous request counts against: one for each key, and one shared by all with `null`.
   * Default: the peer address, of IPv6 the first 64 bits; if there is none, as at an edge, all
   * anonymous requests share one limit. It never comes from a header unless this function reads one.
   */
  readonly anonymousKey?: AnonymousKey | undefined;
  /** Returns annotations of each request for the PDP's audit log. Default: none. */
  readonly annotations?: Annotate | undefined;
  /**
   * Gets each decision that was made, with the policy that decided. The PDP is then always asked for metadata; a client
   * gets it only if it may. Default: none.
   */
  readonly audit?: Audit | undefined;
  /** Resources in a request that the PDP takes, 1 to 500; more are split. Default: 50, which is Cerbos' own limit. */
  readonly pdpResources?: number | undefined;
  /** The PDP's key set that verifies the token. Needed only where it has several. */
  readonly keySetId?: string | undefined;
  /** Origins whose pages may ask from another origin, or `"*"`. Default: none, so there is no CORS. */
  readonly corsOrigins?: readonly string[] | "*" | undefined;
  /** Gets a line for each request. Default: those with a status of 500 or more go to `console.error`, as JSON. */
  readonly log?: ((line: GatewayLogLine) => void) | undefined;
  /**
   * Also puts the messages of errors that your hooks and the HTTP client threw into {@link GatewayLogLine.error}. They
   * may quote e-mail addresses, user ids and URLs. Default: false, only their names and codes.
   */
  readonly logErrorMessages?: boolean | undefined;
}

export const GATEWAY_OPTIONS: OptionNames<GatewayOptions> = {
  ...IDENTITY_OPTIONS,
  ...PDP_POOL_OPTIONS,
  ...PERMIT_OPTIONS,
  tokenOf: true,
  allow: true,
  limits: true,
  rateLimit: true,
  anonymousKey: true,
  annotations: true,
  audit: true,
  pdpResources: true,
  keySetId: true,
  corsOrigins: true,
  log: true,
  logErrorMessages: true,
};

/** A request that is over. There is no token, claim, attribute or id of anything asked about in it. */
export interface GatewayLogLine {
  /** Made here for each request; also the answer's `x-request-id`. */
  readonly requestId: string;
  /** `null` where the request was for neither. */
  readonly path: "check" | "plan" | null;
  readonly status: number;
  /** Why it was refused here; `null` where the PDP answered. */
  readonly reason: RefusalReason | null;
  /** From its start to its answer, in ms. */
  readonly ms: number;
  /** Resources asked about; 0 where nobody has looked. */
  readonly resources: number;
  /** The PDP's call ids, to find the decisions in its audit log: one for each request to it. */
  readonly callIds: readonly string[];
  /** Which PDPs answered, by their places among the addresses. */
  readonly pdps: readonly number[];
  /**
   * What happened, for a status of 500 or more: the gateway's own message, then the names and codes of the errors
   * behind
   * it. Their messages too, with `logErrorMessages`.
   */
  readonly error?: string;
}

/** What a log line is made of on the way. */
type Notes = { -readonly [Field in keyof GatewayLogLine]: GatewayLogLine[Field] };

/** Answers one request. Never rejects. */
export type Gateway = (request: Request) => Promise<Response>;

/**
 * Makes a gateway: it speaks a Cerbos PDP's `/api/check/resources` and
 * `/api/plan/resources`, under whatever path it is mounted, so a PDP's clients
 * need only its address.
 *
 * It verifies the Kinde token, asks in the name of the principal that the
 * verified claims make, and forwards nothing that the client says of itself. It
 * keeps no state but the issuer's keys, the health of the PDPs and the rate
 * limits, so there may be any number of it.
 *
 * Whatever it refuses is answered in the PDP's own form, `{ code, message }`, and
 * nothing is allowed by it.
 *
 * @throws AuthzError `invalid_option`
 */
export function createGateway(options: GatewayOptions): Gateway {
  requireKnownOptions(options, GATEWAY_OPTIONS, "createGateway");
  const { allow, rateLimit = createRateLimiter(), pdpResources = 50, keySetId, corsOrigins } = options;
  const { log = logFailures, logErrorMessages = false, annotations, audit, tokenOf } = options;
  requireFunctions({ log, audit, annotations, tokenOf });
  requireOption(typeof logErrorMessages === "boolean", "logErrorMessages must be true or false");
  requireOption(rateLimit === false || typeof rateLimit === "function", "rateLimit must be a function, or false");
  requireOption(
    corsOrigins === undefined || corsOrigins === "*" || (Array.isArray(corsOrigins) && corsOrigins.every(isOrigin)),
    'corsOrigins must be a list of origins such as "https://app.example.com", without a slash at the end, or "*"',
  );
  requireOption(
    allow === undefined || (isFields(allow) && Object.values(allow).every(isActions)),
    'allow must say for each kind a list of actions, or "*"',
  );
  requireIntegers({ pdpResources }, { pdpResources: [1, 500] });
  requireOption(keySetId === undefined || isName(keySetId), "keySetId must be a text that is not empty");
  const limits = limitsOf(options.limits);
  const permits = permitsOf(options);
  const subjectOf = createSubjectOf(options.anonymousKey);
  const inSlot = createSlots(limits);
  const identity = createIdentity(options);
  const pool = createPdpPool(options);

  const answer = async (request: Request, notes: Notes): Promise<Answer> => {
    const path = pathOf(request.url);
    notes.path = path;
    if (request.method !== "POST") throw new Refusal("method_not_allowed", "Ask with POST.");
    const body = await readBody(request, limits);
    const carried = tokenOfRequest(request, body);
    const isFound = carried === null && tokenOf !== undefined;
    if (isFound) requireSameOrigin(request);
    const verified = await identity.verify(isFound ? ((await tokenOf(request)) ?? null) : carried);
    const subject = await subjectOf(verified, request);
    const charge = (cost: number): Promise<void> => spend(rateLimit, { subject, cost, request });
    let question: PdpQuestion;
    try {
      question = readRequest(path, body, { limits, permits, allow });
    } catch (refusal) {
      // Refusing it took work, so it costs something.
      await charge(1);
      throw refusal;
    }
    notes.resources = question.path === "plan" ? 0 : question.entries.length;
    await charge(costOf(question, pdpResources));
    const session = await identity.sessionOf(verified);
    if (isFound) requireSameSession(body, session.principal);
    requireScopes(question, ownScopeOf(session, options.principal), permits);
    const annotated = await withAnnotations(question, annotations, request, session.claims);
    const asked = audit ? withMetadata(annotated) : annotated;
    const answered = await inSlot(subject, () =>
      askPdp(asked, session, { pool, pdpResources, keySetId, signal: request.signal }),
    );
    if (!audit) return answered;
    record(
      audit,
      auditEntriesOf(question, answered, pdpResources, { requestId: notes.requestId, ...auditSubjectOf(session) }),
    );
    return question.about["includeMeta"] === true ? answered : withoutMetadata(answered);
  };

  return async (request) => {
    const startedAt = performance.now();
    const requestId = crypto.randomUUID();
    const notes: Notes = {
      requestId,
      path: null,
      status: 500,
      reason: null,
      ms: 0,
      resources: 0,
      callIds: [],
      pdps: [],
    };
    let response: Response;
    const cors = corsHeaders(request, corsOrigins);
    try {
      if (cors && request.method === "OPTIONS") response = new Response(null, { status: 204 });
      else {
        const { status, text, retryAfterMs, callIds, pdps } = await answer(request, notes);
        Object.assign(notes, { callIds, pdps });
        response = jsonResponse(text, status, retryAfter(retryAfterMs));
      }
    } catch (error) {
      const refusal = refusalFrom(error);
      notes.reason = refusal.reason;
      if (refusal.status >= 500) notes.error = describeError(refusal, logErrorMessages);
      response = refusal.getResponse();
    }
    for (const [name, value] of Object.entries({ "x-request-id": requestId, ...cors }))
      response.headers.set(name, value);
    notes.status = response.status;
    notes.ms = performance.now() - startedAt;
    // It only watches. `async` turns what it throws at once into a rejection.
    void (async () => log(notes))().catch(() => {});
    return response;
  };
}

/** What is asked, by the end of the path alone: nothing of the path goes to the PDP. */
function pathOf(url: string): "check" | "plan" {
  const { pathname } = new URL(url);
  if (pathname.endsWith("/api/check/resources")) return "check";
  if (pathname.endsWith("/api/plan/resources")) return "plan";
  throw new Refusal("not_found", "There is nothing here. Ask at /api/check/resources or /api/plan/resources.");
}

/** What `allow` says of a kind. */
function isActions(actions: unknown): boolean {
  return actions === "*" || (Array.isArray(actions) && actions.every(isName));
}

/** As browsers send it, or it would never match. Apps have schemes of their own. */
function isOrigin(text: unknown): boolean {
  return isName(text) && /^[a-z][a-z\d+.-]*:\/\/[^/]+$/.test(text);
}

/** The headers for a page of another origin, where it may ask; none where CORS is off. */
function corsHeaders(
  request: Request,
  origins: readonly string[] | "*" | undefined,
): { [name: string]: string } | undefined {
  const origin = request.headers.get("origin");
  if (origins === undefined || origin === null || !(origins === "*" || origins.includes(origin))) return undefined;
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "authorization, content-type",
    "access-control-expose-headers": "retry-after, x-request-id",
    "access-control-max-age": "600",
    vary: "origin",
  };
}

function logFailures(line: GatewayLogLine): void {
  if (line.status >= 500) console.error(JSON.stringify({ source: "kinde-cerbos gateway", ...line }));
}
