import { fieldsOf, isName } from "@kinde-cerbos/core/internal";
import { type SetUp } from "../../../data/set-up.ts";

/** A finding of `kinde-cerbos doctor`. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  readonly state: State;
  readonly seen: string;
  readonly remedy?: string;
}

/** The states of a finding, the worst first. */
export const STATES = ["danger", "warning", "skipped", "ok"] as const;
type State = (typeof STATES)[number];

/** The doctor's report on the set-up. */
export interface DoctorReport {
  readonly target: { readonly pdp: string; readonly cerbos: string | null };
  readonly findings: readonly Finding[];
}

/** @throws Error in words for a developer */
export async function fetchSetUp(signal: AbortSignal): Promise<SetUp> {
  return ask("/own-kinde/api/setup", { signal });
}

/**
 * Runs the doctor on the server, for the token if there is one.
 *
 * @throws Error in words for a developer
 */
export async function runDoctor(token: string | null): Promise<DoctorReport> {
  return ask("/own-kinde/api/doctor", {
    method: "POST",
    ...(token !== null && { headers: { authorization: `Bearer ${token}` } }),
  });
}

/** The answer is this server's own, of the same version: its shape is not looked at again. */
async function ask<Answer>(address: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(address, init);
  if (response.ok) return response.json();
  const { message } = fieldsOf(await response.json());
  throw new Error(isName(message) ? message : `The server answered with ${response.status}.`);
}
