import { type Principal } from "@kinde-cerbos/core";
import { type User } from "../shared/task.ts";
import { type BenchCheck, keyOf } from "./check.ts";

/** A request, as a PDP takes it. */
export interface Request {
  readonly principal: Principal;
  readonly resources: { resource: BenchCheck["resource"]; actions: string[] }[];
  readonly auxData: { readonly jwt: { readonly token: string } };
}

/** What of an answer is read. */
export interface Answer {
  readonly results: readonly { readonly actions: { readonly [action: string]: string } }[];
}

/** A client of a PDP. */
export type Ask = (request: Request) => Promise<Answer>;

/** Decisions by {@link keyOf}. */
export type Decisions = ReadonlyMap<string, boolean>;

/** As few requests as can be with `chunk` resources in each, all at once: what any hand-written batch comes to. */
export async function askAll(
  ask: Ask,
  { principal, token }: User,
  checks: readonly BenchCheck[],
  chunk: number,
): Promise<Decisions> {
  const byResource = Map.groupBy(checks, ({ resource }) => resource);
  const entries = [...byResource].map(([resource, of]) => ({ resource, actions: of.map(({ action }) => action) }));
  const chunks = Array.from({ length: Math.ceil(entries.length / chunk) }, (_, at) =>
    entries.slice(at * chunk, (at + 1) * chunk),
  );
  const decisions = new Map<string, boolean>();
  await Promise.all(
    chunks.map(async (resources) => {
      const { results } = await ask({ principal, resources, auxData: { jwt: { token } } });
      resources.forEach(({ resource, actions }, at) => {
        for (const action of actions) {
          decisions.set(keyOf({ action, resource }), results[at]?.actions[action] === "EFFECT_ALLOW");
        }
      });
    }),
  );
  return decisions;
}

/** Nothing but `fetch`. */
export function rawAsk(url: string): Ask {
  return async (request) => {
    const response = await fetch(`${url}/api/check/resources`, { method: "POST", body: JSON.stringify(request) });
    if (!response.ok) throw new Error(`The PDP answered ${response.status}.`);
    const answer: Answer = await response.json();
    return answer;
  };
}
