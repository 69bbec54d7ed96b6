import { Can } from "@kinde-cerbos/react";
import { recordedChecks, renderWithPermissions, type TestRules } from "@kinde-cerbos/testing";
import { describe, expect, it } from "vitest";
import { document1 } from "../support.tsx";
import { ALLOWED, shown } from "./can-cases.tsx";

/** Actions by what becomes of them: the empty one is none. */
const ACTIONS = { allowed: "view", denied: "delete", error: "", pending: "share" };
type Status = keyof typeof ACTIONS;
const RULES: TestRules = { document: { view: true, delete: false, share: "pending" } };

const SHOWS = { allowed: "children", denied: "fallback", pending: "loading", error: "error" };
const SHOWS_UNLESS = { ...SHOWS, allowed: "fallback", denied: "children" };

/** What a Can of several actions shownOnceSettled, by {@link RULES}. */
function shownFor(actions: readonly string[], mode: "all" | "any", not: boolean): string | null {
  const { unmount } = renderWithPermissions(
    <Can
      actions={actions}
      mode={mode}
      resource={document1}
      not={not}
      fallback="fallback"
      loading="loading"
      error="error"
    >
      children
    </Can>,
    { can: RULES },
  );
  const text = shown();
  unmount();
  return text;
}

describe("several actions", () => {
  // Each mix of statuses, and which of them decides with `all` and with `any`.
  it.each<[Status[], all: Status, any: Status]>([
    [["allowed"], "allowed", "allowed"],
    [["denied"], "denied", "denied"],
    [["pending"], "pending", "pending"],
    [["error"], "error", "error"],
    [["allowed", "denied"], "denied", "allowed"],
    [["allowed", "pending"], "pending", "allowed"],
    [["allowed", "error"], "error", "allowed"],
    [["denied", "pending"], "denied", "pending"],
    [["denied", "error"], "denied", "error"],
    [["pending", "error"], "error", "pending"],
    [["allowed", "denied", "pending"], "denied", "allowed"],
    [["allowed", "denied", "error"], "denied", "allowed"],
    [["allowed", "pending", "error"], "error", "allowed"],
    [["denied", "pending", "error"], "denied", "pending"],
    [["allowed", "denied", "pending", "error"], "denied", "allowed"],
  ])("%j: all is %s, any is %s", (statuses, all, any) => {
    for (const order of [statuses, statuses.toReversed()]) {
      const actions = order.map((status) => ACTIONS[status]);
      expect(shownFor(actions, "all", false)).toBe(SHOWS[all]);
      expect(shownFor(actions, "any", false)).toBe(SHOWS[any]);
      expect(shownFor(actions, "all", true)).toBe(SHOWS_UNLESS[all]);
      expect(shownFor(actions, "any", true)).toBe(SHOWS_UNLESS[any]);
    }
  });

  it("of which any is allowed give the result of that one", () => {
    renderWithPermissions(
      <Can actions={["view", "edit"]} mode="any" resource={document1}>
        {({ decision }) => decision.action}
      </Can>,
      { can: { document: ["edit"] } },
    );
    expect(shown()).toBe("edit");
  });

  it.each(["all", "any"] as const)("that are none allow nothing, and deny nothing: mode %s", (mode) => {
    renderWithPermissions(
      <>
        <Can actions={[]} mode={mode} resource={document1} error={({ message }) => message}>
          children
        </Can>
        <Can actions={[]} mode={mode} resource={document1} not error=" and ">
          children
        </Can>
      </>,
      ALLOWED,
    );
    expect(shown()).toMatch(/^<Can> has no actions.* and $/);
    expect(recordedChecks()).toEqual([]);
  });

  it("may be there twice, and have a name that objects have", () => {
    renderWithPermissions(
      <Can actions={["view", "view", "__proto__"]} resource={document1} fallback="fallback">
        children
      </Can>,
      { can: ({ action }) => action !== "__proto__" },
    );
    expect(shown()).toBe("fallback");
  });
});
