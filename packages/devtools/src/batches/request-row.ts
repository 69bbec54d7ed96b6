import { prepareCheck } from "@kinde-cerbos/core";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { type Attempt, requestOf } from "../record/attempt.ts";
import { type CacheHits } from "../record/cache-hits.ts";
import { sentEntries } from "../record/sent-entry.ts";
import { bytesOf, wireBody } from "./wire-request.ts";

/** A row of the request table: one attempt to send a request. */
export interface RequestRow {
  readonly attempt: Attempt;
  readonly checks: number;
  readonly resources: number;
  /** Bytes of the body as JSON, without the token. */
  readonly sentBytes: number;
  /** Bytes of the response as JSON; `null` if there is none. */
  readonly receivedBytes: number | null;
  readonly outcome: Outcome;
  /** Number of checks that the cache answered between the previous request and this one. */
  readonly cacheHits: number;
}

/** The result of a request. */
interface Outcome {
  readonly state: "pending" | "answered" | "refused" | "split" | "retried" | "aborted" | "failed";
  readonly text: string;
}

/** Returns the requests of a provider, newest first. */
export function requestRows(attempts: readonly Attempt[], providerId: number, hits: CacheHits): RequestRow[] {
  const own = attempts.filter((attempt) => attempt.providerId === providerId);
  const tries = new Map(own.map((attempt) => [requestOf(attempt), attempt.tries]));
  const rows = own.map((attempt, at): RequestRow => {
    const isRetried = attempt.tries < (tries.get(requestOf(attempt)) ?? 0);
    const cacheHits = hits.after(providerId, own[at - 1]?.id ?? null);
    return Object.assign({ attempt, outcome: outcomeOf(attempt, isRetried), cacheHits }, sizesOf(attempt));
  });
  return rows.toReversed();
}

type Sizes = Pick<RequestRow, "checks" | "resources" | "sentBytes" | "receivedBytes">;

const known = new WeakMap<Attempt, Sizes>();

function sizesOf(attempt: Attempt): Sizes {
  const { what, request, answer } = attempt;
  const sizes = known.get(attempt) ?? {
    checks: what === "check" ? request.resources.reduce((sum, { actions }) => sum + actions.length, 0) : 1,
    resources: what === "check" ? request.resources.length : 0,
    sentBytes: bytesOf(wireBody(attempt)),
    receivedBytes: answer === undefined ? null : bytesOf(answer),
  };
  known.set(attempt, sizes);
  return sizes;
}

function outcomeOf(attempt: Attempt, isRetried: boolean): Outcome {
  const { endedAt, error } = attempt;
  if (endedAt === null) return { state: "pending", text: "Waiting for the response" };
  if (error === null) return { state: "answered", text: answerText(attempt) };
  const code = "code" in error ? error.code : "failed";
  if (isRetried) return { state: "retried", text: `Failed (${code}), retried` };
  if (code === "aborted") return { state: "aborted", text: "Aborted: no component needs it any more" };
  if (code !== "check_refused") return { state: "failed", text: `Failed (${code})` };
  return sizesOf(attempt).checks > 1
    ? { state: "split", text: "Refused, split into smaller requests" }
    : { state: "refused", text: "Refused: this check is invalid" };
}

function answerText(attempt: Attempt): string {
  const { what, answer } = attempt;
  if (what === "plan") return String(fieldsOf(answer)["kind"]).replace("KIND_", "");
  const decisions = sentEntries(attempt).flatMap(({ checks }) => checks.map(({ decision }) => decision));
  const allowed = decisions.filter((decision) => decision?.allowed).length;
  const missing = decisions.filter((decision) => decision === null).length;
  const unread = missing > 0 ? `, ${missing} without an answer` : "";
  return `${allowed} allowed, ${decisions.length - allowed - missing} denied${unread}`;
}

/**
 * Returns the requests in which the checks of a refused request were sent again, oldest first. `rows` are newest first.
 */
export function partsOf(refused: RequestRow, rows: readonly RequestRow[]): RequestRow[] {
  const wanted = new Set(checkKeys(refused));
  const { endedAt } = refused.attempt;
  return rows.toReversed().filter((row) => {
    const { attempt } = row;
    if (refused.outcome.state !== "split" || attempt.startedAt < (endedAt ?? Infinity)) return false;
    const keys = checkKeys(row);
    if (keys.length === 0 || !keys.every((key) => wanted.has(key))) return false;
    // A later request with the same checks is a part of this part, or a new check.
    for (const key of keys) wanted.delete(key);
    return true;
  });
}

function checkKeys({ attempt }: RequestRow): string[] {
  return sentEntries(attempt).flatMap(({ resource, checks }) => {
    const { resourceKey } = prepareCheck({ action: "any", resource });
    return checks.map(({ action }) => JSON.stringify([resourceKey, action]));
  });
}
