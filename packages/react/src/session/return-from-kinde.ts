import { type AuthzError } from "@kinde-cerbos/core";
import { isFields } from "@kinde-cerbos/core/internal";
import { useEffect } from "react";
import { stateIn } from "../sources/kinde-react/kinde-state.ts";
import { refusal } from "../sources/kinde-react/switch-org-silently.ts";
import { SessionContext, useProvided } from "./permissions-context.ts";

/** Where a redirect to Kinde began, in the tab's own storage. */
const KEY = "kinde-cerbos:return";

/** A redirect to Kinde that is under way. */
interface Departure {
  /** Which one: Kinde's answer has it in its state. */
  readonly id: string;
  readonly orgCode: string;
  readonly href: string;
  /** What Kinde has refused, as a query; `null` until it has answered. */
  readonly answer: string | null;
}

/** The address that the page was loaded with, before Kinde's SDK or the app takes Kinde's answer out of it. */
const arrival = /* @__PURE__ */ readArrival();

function readArrival(): string {
  return typeof window === "undefined" ? "" : window.location.search;
}

/** Keeps the place of now, for {@link useReturn}. What it returns goes into the state of the redirect. */
export function whereToReturn(orgCode: string): { readonly switch: string } {
  const id = crypto.randomUUID();
  write({ id, orgCode, href: window.location.href, answer: null });
  return { switch: id };
}

/** On the page that Kinde has redirected to: goes to where the redirect began, and says there what became of it. */
export function useReturn(onFailure: (error: AuthzError) => void): void {
  const { status, orgCode } = useProvided(SessionContext, "useSwitchOrg");
  useEffect(() => {
    // Until Kinde has exchanged the code, there is nothing to say and a session to lose.
    if (status === "loading") return;
    const departure = read();
    if (!departure) return;
    const answer = departure.answer ?? (isAnswerTo(departure, arrival) ? refusalIn(arrival) : null);
    if (answer === null) return;
    if (!isHere(departure.href)) {
      write({ ...departure, answer });
      window.location.replace(departure.href);
      // Where only the part behind # is another one, the page is not loaded anew.
      if (!isHere(departure.href)) return;
    }
    sessionStorage.removeItem(KEY);
    if (orgCode !== departure.orgCode) onFailure(refusal(departure.orgCode, new URLSearchParams(answer)));
  }, [status, orgCode, onFailure]);
}

function isHere(href: string): boolean {
  return window.location.href === href;
}

/** Ours is in the state. */
function isAnswerTo({ id }: Departure, query: string): boolean {
  return stateIn(query)?.["switch"] === id;
}

/** Without the code, which is nobody's business. */
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
