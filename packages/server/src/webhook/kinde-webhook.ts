import { hasMethods, requireOption } from "@kinde-cerbos/core/internal";
import { jwtVerify } from "jose";
import { describeError } from "../error-text.ts";
import { type Events } from "../events/events.ts";
import { type RightsChange } from "../events/reported-change.ts";
import { createIssuerKeys, ISSUER_KEYS_OPTIONS, type IssuerKeysOptions } from "../issuer-keys.ts";
import { type OptionNames, requireKnownOptions } from "../option-names.ts";
import { requireFunctions, requireIntegers } from "../option.ts";
import { readText } from "../read-body.ts";
import { jsonResponse, Refusal, refusalFrom, type RefusalReason } from "../refusal.ts";
import { issuerOf, tokenRefusal } from "../verify-token.ts";
import { changeOf } from "./event-changes.ts";
import { type KindeEvent, readEvent } from "./kinde-event.ts";
import { type Repeats, repeatsOn } from "./repeats.ts";

/** Options of {@link createKindeWebhook}. */
export interface KindeWebhookOptions extends IssuerKeysOptions {
  /** The Kinde domain, such as `https://example.kinde.com`. Its keys sign the events. */
  readonly issuer: string;
  /** The events that get the changes, from `createEvents`. Their bus remembers which events were handled. */
  readonly events: Pick<Events, "rightsChanged" | "bus">;
  /**
   * Maximum age of an event, by its `timestamp`, in ms. Its id is remembered for as long. Kinde repeats a delivery for
   * 36 hours, so a shorter time loses events after an outage. 60000 to 604800000. Default: 172800000, 48 hours.
   */
  readonly maxAgeMs?: number | undefined;
  /**
   * Returns the change of rights that an event means; `null` for no change; `undefined` for the default behavior. For
   * event types that only your Kinde account has, such as those of billing: `GET /api/v1/event_types` of Kinde's
   * management API lists all. If it throws or rejects, Kinde delivers the event again.
   */
  readonly changeOf?:
    | ((event: KindeEvent) => RightsChange | null | undefined | Promise<RightsChange | null | undefined>)
    | undefined;
  /**
   * Called with a line for each request. Default: lines with a status of 500 or more go to `console.error`, as JSON.
   */
  readonly log?: ((line: KindeWebhookLogLine) => void) | undefined;
}

const KINDE_WEBHOOK_OPTIONS: OptionNames<KindeWebhookOptions> = {
  ...ISSUER_KEYS_OPTIONS,
  issuer: true,
  events: true,
  maxAgeMs: true,
  changeOf: true,
  log: true,
};

/** A log line for a request. It contains no token and no data of the event. */
export interface KindeWebhookLogLine {
  /** The HTTP status of the answer. */
  readonly status: number;
  /**
   * What happened. `changed`: reported to `events`. `ignored`: the event changes no rights. `repeated`: it was
   * delivered before. `refused`: not from Kinde, or too old. `failed`: Kinde will deliver it again.
   */
  readonly outcome: "changed" | "ignored" | "repeated" | "refused" | "failed";
  /** Why it was refused or failed; otherwise `null`. */
  readonly reason: RefusalReason | null;
  /** The type of the event, such as `user.updated`. `null` until its signature is verified. */
  readonly type: string | null;
  /** Kinde's id of the event. `null` until its signature is verified. */
  readonly eventId: string | null;
  /** For a status of 500 or more: what happened, by the names and codes of the errors, without their messages. */
  readonly error?: string;
}

/** A body is read to 1 MB: an event lists all organizations of a user. */
const LIMITS = { bodyBytes: 1_048_576, bodyTimeoutMs: 10_000 };
/** Kinde sends `application/jwt`, and sent `application/json` before. */
const TYPES = {
  types: ["application/jwt", "application/json", "text/plain"],
  remedy: "Send the event as application/jwt, as Kinde does.",
};
/** How far ahead Kinde's clock may be, in ms. */
const AHEAD_MS = 300_000;

/**
 * Creates the handler of Kinde's webhooks, which reports changes of rights to `events`. Mount it at the address that
 * you register in Kinde, before anything that reads bodies, and outside of any sign-in.
 *
 * It accepts an event if a key of the issuer has signed it (RS256), it is not older than `maxAgeMs`, and it was not
 * handled before. Kinde documents no `iss` in its events, so none is required. If a change cannot be reported, the
 * answer is 500 or 503, and Kinde delivers the event again.
 *
 * @throws AuthzError `invalid_option` if an option is unknown, or has the wrong type or value
 */
export function createKindeWebhook(options: KindeWebhookOptions): (request: Request) => Promise<Response> {
  requireKnownOptions(options, KINDE_WEBHOOK_OPTIONS, "createKindeWebhook");
  const { events, maxAgeMs = 172_800_000, log = logFailures, now = () => Date.now() } = options;
  requireOption(
    hasMethods(events, ["rightsChanged"]) && hasMethods(events.bus, ["claim", "release"]),
    "events must be what createEvents returns",
  );
  requireFunctions({ log, changeOf: options.changeOf });
  requireIntegers({ maxAgeMs }, { maxAgeMs: [60_000, 604_800_000] });
  const verify = eventVerifier(options, maxAgeMs, now);
  const repeats = repeatsOn(events.bus, maxAgeMs + AHEAD_MS);

  return async (request) => {
    const notes: Notes = { status: 200, outcome: "refused", reason: null, type: null, eventId: null };
    let response: Response;
    try {
      requirePost(request);
      const event = await verify(await readText(request, LIMITS, TYPES));
      Object.assign(notes, { type: event.type, eventId: event.id });
      notes.outcome = await handle(event, options, repeats, now);
      response = jsonResponse("{}", 200);
    } catch (error) {
      const refusal = refusalFrom(error);
      notes.reason = refusal.reason;
      if (refusal.status >= 500) Object.assign(notes, { outcome: "failed", error: describeError(refusal) });
      response = answerOf(refusal);
    }
    notes.status = response.status;
    // It only watches. `async` turns what it throws at once into a rejection.
    void (async () => log(notes))().catch(() => {});
    return response;
  };
}

type Notes = { -readonly [Field in keyof KindeWebhookLogLine]: KindeWebhookLogLine[Field] };

/** Creates a function that reads an event if its signature is valid and it is not too old. */
function eventVerifier(
  options: KindeWebhookOptions,
  maxAgeMs: number,
  now: () => number,
): (jwt: string) => Promise<KindeEvent> {
  const issuer = issuerOf(options.issuer);
  const keyOf = createIssuerKeys(issuer, options);
  return async (jwt) => {
    const currentDate = new Date(now());
    const { payload } = await jwtVerify(jwt, keyOf, { algorithms: ["RS256"], currentDate }).catch((error: unknown) => {
      throw tokenRefusal(error);
    });
    const event = readEvent(payload, issuer);
    if (now() - event.at > maxAgeMs) throw new Refusal("token_expired", "The event is older than maxAgeMs.");
    if (event.at - now() > AHEAD_MS) {
      throw new Refusal("token_not_yet_valid", "The event is from the future. Is this server's clock right?");
    }
    return event;
  };
}

async function handle(
  event: KindeEvent,
  { events, changeOf: ownChangeOf }: KindeWebhookOptions,
  repeats: Repeats,
  now: () => number,
): Promise<KindeWebhookLogLine["outcome"]> {
  const own = await ownChangeOf?.(event);
  const change = own === undefined ? changeOf(event, now()) : own;
  if (!change) return "ignored";
  return (await repeats.once(event.id, () => events.rightsChanged(change))) ? "changed" : "repeated";
}

function requirePost({ method }: Request): void {
  if (method !== "POST") throw new Refusal("method_not_allowed", "Send a webhook's event as POST.");
}

/** The response for a refusal. The reason goes only to the log, so that a forger learns nothing. */
function answerOf(refusal: Refusal): Response {
  if (refusal.status !== 401) return refusal.getResponse();
  const message = "This is not a recent event that the issuer has signed.";
  return jsonResponse(JSON.stringify({ code: refusal.grpcCode, message }), 401);
}

function logFailures(line: KindeWebhookLogLine): void {
  if (line.status >= 500) console.error(JSON.stringify({ source: "kinde-cerbos webhook", ...line }));
}
