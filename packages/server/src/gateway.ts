import { isFields, isName, requireOption } from "@kinde-cerbos/core/internal";
import { withAnnotations } from "./annotations.ts";
import { auditSubjectOf, record } from "./audit.ts";
import { corsHeaders, requireOrigins } from "./cors.ts";
import { describeError } from "./error-text.ts";
import { createEventsAnswer } from "./events/events-answer.ts";
import { auditEntriesOf, withMetadata, withoutMetadata } from "./gateway-audit.ts";
import { logFailures, type Notes, notesOf } from "./gateway-log.ts";
import { GATEWAY_OPTIONS, type GatewayOptions } from "./gateway-options.ts";
import { isEventsPath, pathOf } from "./gateway-path.ts";
import { createIdentity } from "./identify.ts";
import { limitsOf } from "./limits.ts";
import { requireKnownOptions } from "./option-names.ts";
import { requireFunctions, requireIntegers } from "./option.ts";
import { ownScopeOf } from "./own-scope.ts";
import { createPdpPool } from "./pdp-pool.ts";
import { permitsOf } from "./permits.ts";
import { createRateLimiter, spend } from "./rate-limit.ts";
import { readBody } from "./read-body.ts";
import { type PdpQuestion, readRequest, requireScopes } from "./read-request.ts";
import { jsonResponse, Refusal, refusalFrom, retryAfter } from "./refusal.ts";
import { type Answer, sendToPdp, costOf } from "./send-to-pdp.ts";
import { findToken, requireSameSession } from "./session-token.ts";
import { createSlots } from "./slots.ts";
import { createSubjectOf } from "./subject.ts";
import { tokenOfRequest } from "./token-of-request.ts";

/** A gateway: answers one request. It never rejects. */
export type Gateway = (request: Request) => Promise<Response>;

/**
 * Creates a gateway, a Fetch handler in front of the Cerbos PDP. It has the PDP's paths `/api/check/resources` and
 * `/api/plan/resources` below any path where you mount it, so clients of a PDP only need its address.
 *
 * It verifies the Kinde token and replaces the principal of the request with one made from the verified claims. It
 * keeps only the issuer's keys, the health of the PDPs and the rate limits in memory, so you can run several processes.
 *
 * A refused request is answered in the PDP's own form, `{ code, message }`, and nothing is allowed.
 *
 * @throws AuthzError `invalid_option` if an option is unknown, or has the wrong type or value
 */
export function createGateway(options: GatewayOptions): Gateway {
  requireKnownOptions(options, GATEWAY_OPTIONS, "createGateway");
  const { allow, rateLimit = createRateLimiter(), pdpResources = 50, keySetId, corsOrigins } = options;
  const { log = logFailures, logErrorMessages = false, annotations, audit, tokenOf, events } = options;
  requireFunctions({ log, audit, annotations, tokenOf });
  requireOption(typeof logErrorMessages === "boolean", "logErrorMessages must be true or false");
  requireOption(rateLimit === false || typeof rateLimit === "function", "rateLimit must be a function, or false");
  requireOrigins(corsOrigins);
  requireOption(
    allow === undefined || (isFields(allow) && Object.values(allow).every(isActions)),
    'allow must have a list of actions for each kind, or "*"',
  );
  requireIntegers({ pdpResources }, { pdpResources: [1, 500] });
  requireOption(keySetId === undefined || isName(keySetId), "keySetId must be a non-empty string");
  const limits = limitsOf(options.limits);
  const permits = permitsOf(options);
  const subjectOf = createSubjectOf(options.anonymousKey);
  const inSlot = createSlots(limits);
  const identity = createIdentity(options);
  const pool = createPdpPool(options);
  const openEvents =
    events === undefined ? undefined : createEventsAnswer({ events, identity, subjectOf, rateLimit, allow, tokenOf });

  const answer = async (path: PdpQuestion["path"], request: Request, notes: Notes): Promise<Answer> => {
    if (request.method !== "POST") throw new Refusal("method_not_allowed", "Send a POST request.");
    const body = await readBody(request, limits);
    const { token, isFound } = await findToken(request, tokenOfRequest(request, body), tokenOf);
    const verified = await identity.verify(token);
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
      sendToPdp(asked, session, { pool, pdpResources, keySetId, signal: request.signal }),
    );
    if (!audit) return answered;
    record(
      audit,
      auditEntriesOf(question, answered, pdpResources, { requestId: notes.requestId, ...auditSubjectOf(session) }),
    );
    return question.about["includeMeta"] === true ? answered : withoutMetadata(answered);
  };

  const route = async (request: Request, notes: Notes): Promise<Response> => {
    if (openEvents && isEventsPath(request.url)) {
      notes.path = "events";
      return openEvents(request);
    }
    const path = pathOf(request.url);
    notes.path = path;
    const { status, text, retryAfterMs, callIds, pdps } = await answer(path, request, notes);
    Object.assign(notes, { callIds, pdps });
    return jsonResponse(text, status, retryAfter(retryAfterMs));
  };

  return async (request) => {
    const startedAt = performance.now();
    const requestId = crypto.randomUUID();
    const notes = notesOf(requestId);
    let response: Response;
    const cors = corsHeaders(request, corsOrigins, events !== undefined);
    try {
      if (cors && request.method === "OPTIONS") response = new Response(null, { status: 204 });
      else response = await route(request, notes);
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

/** Whether a value is valid as the actions of a kind in `allow`. */
function isActions(actions: unknown): boolean {
  return actions === "*" || (Array.isArray(actions) && actions.every(isName));
}
