import { type AuthzError } from "@kinde-cerbos/core";
import { isFields } from "@kinde-cerbos/core/internal";
import { arrival, stateIn } from "./redirect-state.ts";
import { refusal } from "./switch-org-silently.ts";

/** The key in the tab's own storage for the place where a redirect to Kinde began. */
const KEY = "kinde-cerbos:return";

/** A redirect to Kinde that is under way. */
interface Departure {
  /** The id of the redirect, which Kinde's answer has in its state. */
  readonly id: string;
  readonly orgCode: string;
  readonly href: string;
  /** Kinde's refusal, as a query; `null` until Kinde has answered. */
  readonly answer: string | null;
}

/** Keeps the current place, for {@link switchFailure}. Returns the state for the redirect. */
export function whereToReturn(orgCode: string): { readonly switch: string } {
  const id = crypto.randomUUID();
  write({ id, orgCode, href: window.location.href, answer: null });
  return { switch: id };
}

/**
 * On the page that Kinde has redirected to: goes back to where the redirect began, and returns there why the switch
 * failed; `null` if it did not, or there was none.
 *
 * @param orgCode - The organization of the session, which Kinde has exchanged its code for by now
 */
export function switchFailure(orgCode: string | null): AuthzError | null {
  const departure = read();
  if (!departure) return null;
  const answer = departure.answer ?? (stateIn(arrival)?.["switch"] === departure.id ? refusalIn(arrival) : null);
  if (answer === null) return null;
  if (!isHere(departure.href)) {
    write({ ...departure, answer });
    window.location.replace(departure.href);
    // If only the part behind # differs, the page is not loaded again.
    if (!isHere(departure.href)) return null;
  }
  sessionStorage.removeItem(KEY);
  return orgCode === departure.orgCode ? null : refusal(departure.orgCode, new URLSearchParams(answer));
}

function isHere(href: string): boolean {
  return window.location.href === href;
}

/** Keeps only the error of an answer: the code is a secret. */
function refusalIn(query: string): string {
  const answer = [...new URLSearchParams(query)].filter(([name]) => name.startsWith("error"));
  return new URLSearchParams(answer).toString();
}

function write(departure: Departure): void {
  sessionStorage.setItem(KEY, JSON.stringify(departure));
}

function read(): Departure | null {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    return isDeparture(stored) ? stored : null;
  } catch {
    // A browser may forbid the storage: then there was no departure.
    return null;
  }
}

/**
 * Any script of this origin can write the storage. Only a page of this origin is gone to: no `javascript:`, no `blob:`.
 */
function isDeparture(value: unknown): value is Departure {
  if (!isFields(value)) return false;
  const { id, orgCode, href, answer } = value;
  if (typeof id !== "string" || typeof orgCode !== "string" || typeof href !== "string") return false;
  return (answer === null || typeof answer === "string") && href.startsWith(`${window.location.origin}/`);
}
