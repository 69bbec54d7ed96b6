import { oneAtATime } from "../one-at-a-time.ts";

/** Runs a task that gets tokens of Kinde: all tabs have the same refresh token, and each use of it makes another one. */
export async function withTokenLock<T>(task: () => Promise<T>): Promise<T> {
  return oneAtATime("kinde-cerbos:tokens", task);
}
