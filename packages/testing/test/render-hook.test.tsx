import { useCan, useCanCallback, usePermissionsSession } from "@kinde-cerbos/react/source";
import { recordedChecks, renderHookWithPermissions } from "@kinde-cerbos/testing";
import { createContext, type ReactNode, useContext } from "react";
import { expect, it } from "vitest";

const check = (id: string) => ({ action: "view", resource: { kind: "document", id } });

const Context = createContext("outside");

function Inside({ children }: { children: ReactNode }): ReactNode {
  return <Context.Provider value="inside">{children}</Context.Provider>;
}

it("gives a hook its answer at once, and follows its props", () => {
  const { result, rerender } = renderHookWithPermissions(
    useCan,
    { can: ({ id }) => id === "1" },
    { initialProps: check("1") },
  );
  expect(result.current).toMatchObject({ status: "allowed" });
  rerender(check("2"));
  expect(result.current).toMatchObject({ status: "denied" });
  expect(recordedChecks()).toHaveCheckedTimes({ kind: "document" }, 2);
});

it("keeps the newest props and options if the user or the rights change", () => {
  const { result, rerender, setPermissions } = renderHookWithPermissions(
    (id: string) => `${usePermissionsSession().principal?.id ?? "nobody"}: ${useCan(check(id)).status}`,
    { user: { id: "ann" }, can: ({ id }) => id === "1" },
    { initialProps: "1" },
  );
  expect(result.current).toBe("ann: allowed");
  rerender("2");
  setPermissions({ user: { id: "ben" } });
  expect(result.current).toBe("ben: denied");
  setPermissions({ can: { document: true } });
  expect(result.current).toBe("ben: allowed");
  setPermissions({ user: null });
  expect(result.current).toBe("nobody: denied");
});

it("gives a hook that returns a function a user without rights, by default", async () => {
  const { result } = renderHookWithPermissions(() => useCanCallback(), { can: { document: ["view"] } });
  expect(await result.current(check("1"))).toBe(true);
  expect(recordedChecks()).toEqual([expect.objectContaining({ userId: "kp_test", answer: "allowed" })]);
});

it("renders a wrapper around the provider", () => {
  const { result } = renderHookWithPermissions(() => useContext(Context), {}, { wrapper: Inside });
  expect(result.current).toBe("inside");
});

it("refuses a user of the wrong type", () => {
  // @ts-expect-error -- a string is not a user
  expect(() => renderHookWithPermissions(() => useCanCallback(), { user: "ann" })).toThrow(
    expect.objectContaining({ code: "invalid_option" }),
  );
});
