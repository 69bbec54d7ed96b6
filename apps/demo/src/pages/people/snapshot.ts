import { type Authorizer, type Principal, VOLATILE_CLAIMS } from "@kinde-cerbos/core";
import { ACTIONS, type DocumentAction } from "../../../data/document.ts";
import { type Example } from "./examples.ts";

/** A person's claims, principal and rights at a moment. */
export interface Snapshot {
  /** The claims of the access token, without times and ids that change with each token. */
  readonly claims: object;
  readonly principal: Principal;
  /** The allowed actions, by {@link cellOf}. */
  readonly allowed: ReadonlySet<string>;
}

/** Names an action on an example. */
export function cellOf({ resource }: Example, action: DocumentAction): string {
  return `${resource.id} ${action}`;
}

/** @throws AuthzError if there is no decision */
export async function takeSnapshot(
  authorizer: Authorizer,
  examples: readonly Example[],
  signal: AbortSignal,
): Promise<Snapshot> {
  const { claims, principal } = authorizer.session;
  const cells = examples.flatMap((example) => ACTIONS.map((action) => ({ example, action })));
  const checks = cells.map(({ example: { resource }, action }) => ({ action, resource }));
  const decisions = await authorizer.checkAll(checks, { signal });
  return {
    claims: Object.fromEntries(Object.entries(claims ?? {}).filter(([name]) => !VOLATILE_CLAIMS.includes(name))),
    principal,
    allowed: new Set(
      cells.filter((_, at) => decisions[at]?.allowed).map(({ example, action }) => cellOf(example, action)),
    ),
  };
}
