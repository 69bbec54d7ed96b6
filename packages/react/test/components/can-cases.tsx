import { Can, type CanProps, type CanResult } from "@kinde-cerbos/react";
import { type CheckRequest, type TestPermissions } from "@kinde-cerbos/testing";
import { type ReactNode, useState } from "react";
import { document1, settle } from "../support.tsx";

/** Rights for what a Can can show. That it is an error is there after a moment. */
export const ALLOWED: TestPermissions = { can: { document: true } };
export const DENIED: TestPermissions = { can: { document: false } };
export const PENDING: TestPermissions = { can: () => "pending" };
export const FAILED: TestPermissions = { can: () => new Error("down") };

/** What is on the screen. */
export const shown = (): string | null => document.body.textContent;

/** What is on the screen once nothing is under way. */
export async function shownOnceSettled(): Promise<string | null> {
  await settle();
  return shown();
}

/** A Can with something to show for each case, so that a test sees which one it is. */
export function can(
  props: Partial<Extract<CanProps, { action: string; not?: false; passThrough?: never }>> = {},
): ReactNode {
  return (
    <Can action="edit" resource={document1} fallback="fallback" loading="loading" error="error" {...props}>
      {props.children ?? "children"}
    </Can>
  );
}

/** Shows the status of the check that {@link can} makes, too. */
export const status = (
  <Can action="edit" resource={document1} passThrough>
    {(result) => result.status}
  </Can>
);

/** Counts clicks in the children of {@link can}. */
export function Counter(): ReactNode {
  const [count, setCount] = useState(0);
  return (
    <>
      <button type="button" aria-label="count" onClick={() => setCount(count + 1)} />
      {can({ children: `count ${count}` })}
    </>
  );
}

/** An answer with an output that says whose check it is. */
export const withOutput = (allowed: boolean): TestPermissions => ({
  user: { id: "ann" },
  can: ({ principal }: CheckRequest) => ({ allowed, outputs: [{ source: "rule", value: `rule of ${principal.id}` }] }),
});

/** The values of all outputs. */
export const outputsOf = ({ decision }: CanResult): string =>
  JSON.stringify(decision?.outputs.map(({ value }) => value));
