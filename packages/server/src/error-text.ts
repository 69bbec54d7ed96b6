import { AuthzError } from "@kinde-cerbos/core";
import { redact } from "@kinde-cerbos/core/internal";
import { Refusal } from "./refusal.ts";

/** A failure whose message is this package's own text, so that a log may show it. */
export class Failure extends Error {}

/** Causes of causes are shown this deep. */
const MAX_DEPTH = 5;

/** The form of a name or a code, such as `ECONNREFUSED` and `UND_ERR_SOCKET`. Anything else may be data. */
const WORD = /^[A-Za-z][\w.]{0,63}$/;

/**
 * An error and its causes, as text for a log. Other people's messages quote what they were given: an HTTP client its
 * URL, a database its row, a hook an e-mail address. So of their errors it shows the name and the code. Hooks may use
 * these packages, too: below the first error, a message of theirs is not shown, unless it only names an option.
 *
 * @param withMessages also shows the messages of other people's errors, without JWTs
 */
export function describeError(error: unknown, withMessages = false): string {
  const texts: string[] = [];
  for (let current = error; texts.length < MAX_DEPTH; current = fieldOf(current, "cause")) {
    texts.push(isOwn(current, error) ? redact(current.message) : textOf(current, withMessages));
    if ((fieldOf(current, "cause") ?? null) === null) break;
  }
  return texts.join(": ");
}

/** Returns the lines of an error's stack that name places, without its message. */
export function framesOf(error: unknown): string[] {
  const stack = fieldOf(error, "stack");
  const message = fieldOf(error, "message");
  if (typeof stack !== "string" || typeof message !== "string") return [];
  // The message comes before them, and may have lines that look like places. Without it, nobody knows where they begin.
  const start = stack.indexOf(message);
  if (start < 0) return [];
  return stack
    .slice(start + message.length)
    .split("\n")
    .filter((line) => /^ {4}at \S.*:\d+:\d+\)?$/.test(line));
}

function isOwn(error: unknown, first: unknown): error is Error {
  if (error instanceof AuthzError) return error.code === "invalid_option";
  return error instanceof Failure || (error instanceof Refusal && error === first);
}

function textOf(error: unknown, withMessages: boolean): string {
  if (!(error instanceof Error)) return "something that is not an Error was thrown";
  const words = [fieldOf(error, "name"), fieldOf(error, error instanceof Refusal ? "reason" : "code")].filter(
    (word) => typeof word === "number" || (typeof word === "string" && WORD.test(word)),
  );
  return [words.join(" ") || "Error", ...(withMessages ? [redact(textField(error, "message"))] : [])].join(", ");
}

function textField(value: unknown, name: string): string {
  const field = fieldOf(value, name);
  return typeof field === "string" ? field : "";
}

/** A field of what was thrown, whose getters may throw too. */
function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined;
  }
}
