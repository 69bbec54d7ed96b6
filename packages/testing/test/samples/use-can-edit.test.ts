import { useCan } from "@kinde-cerbos/react";
import { renderHookWithPermissions } from "@kinde-cerbos/testing";
import { expect, test } from "vitest";

const useCanEdit = (id: string) => useCan({ action: "edit", resource: { kind: "document", id } }).allowed;

test("only document 1 can be edited", () => {
  const { result, rerender, setPermissions } = renderHookWithPermissions(
    useCanEdit,
    { can: ({ id }) => id === "1" },
    { initialProps: "1" },
  );
  expect(result.current).toBe(true);
  rerender("2");
  expect(result.current).toBe(false);
  setPermissions({ can: { document: true } });
  expect(result.current).toBe(true);
});
