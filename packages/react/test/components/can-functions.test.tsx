import { Can, type CanResult } from "@kinde-cerbos/react";
import { renderWithPermissions } from "@kinde-cerbos/testing";
import { fireEvent, screen } from "@testing-library/react";
import { type ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { document1 } from "../support.tsx";
import { ALLOWED, can, DENIED, FAILED, outputsOf, PENDING, shown, shownOnceSettled, withOutput } from "./can-cases.tsx";

describe("passThrough", () => {
  it.each([
    ["allowed true", ALLOWED],
    ["denied false", DENIED],
    ["error false", FAILED],
    ["pending false", PENDING],
  ])("shownOnceSettled its children in any case: %s", async (expected, permissions) => {
    renderWithPermissions(
      <Can action="edit" resource={document1} passThrough>
        {(result) => `${result.status} ${result.allowed}`}
      </Can>,
      permissions,
    );
    expect(await shownOnceSettled()).toBe(expected);
  });

  it("gives its children a way to ask again", async () => {
    let isDown = true;
    renderWithPermissions(
      <Can action="edit" resource={document1} passThrough>
        {(result) => (
          <button type="button" onClick={() => void result.refetch()}>
            {result.status}
          </button>
        )}
      </Can>,
      { can: () => (isDown ? new Error("down") : true) },
    );
    const button = await screen.findByText("error");
    isDown = false;
    fireEvent.click(button);
    expect(await shownOnceSettled()).toBe("allowed");
  });
});

const why = ({ reason, error }: CanResult): ReactNode => reason ?? error?.name;

describe("functions as children", () => {
  it("get the result, with the policy's outputs", () => {
    renderWithPermissions(can({ children: (result) => `${result.allowed} by ${outputsOf(result)}` }), withOutput(true));
    expect(shown()).toBe('true by ["rule of ann"]');
  });

  it.each([
    ["loading", PENDING],
    ["fallback", DENIED],
    ["error", FAILED],
  ])("run when allowed, and in no other case: %s", async (expected, permissions) => {
    const children = vi.fn<() => ReactNode>();
    renderWithPermissions(can({ children }), permissions);
    expect(await shownOnceSettled()).toBe(expected);
    expect(children).not.toHaveBeenCalled();
  });

  it("children of a denied Can are never rendered", () => {
    const Secret = vi.fn<() => ReactNode>(() => "secret");
    renderWithPermissions(can({ children: <Secret /> }), DENIED);
    expect(Secret).not.toHaveBeenCalled();
  });

  it("of `fallback` get the result, with the reason and the policy's outputs", () => {
    renderWithPermissions(can({ fallback: (result) => `${result.reason}: ${outputsOf(result)}` }), withOutput(false));
    expect(shown()).toBe('policy: ["rule of ann"]');
  });

  it("of `fallback` get the schema as a reason, and the failed result without `error`", async () => {
    const validationErrors = [{ path: "/status", message: "missing", source: "SOURCE_RESOURCE" }] as const;
    const { setPermissions } = renderWithPermissions(
      <Can action="edit" resource={document1} fallback={why}>
        children
      </Can>,
      { can: () => ({ allowed: false, validationErrors }) },
    );
    expect(shown()).toBe("schema");
    setPermissions(FAILED);
    expect(await shownOnceSettled()).toBe("AuthzError");
  });

  it("of `loading` get the pending result", () => {
    renderWithPermissions(can({ loading: (result) => `${result.status} ${result.isPending}` }), PENDING);
    expect(shown()).toBe("pending true");
  });

  it("of `error` get the error", async () => {
    renderWithPermissions(can({ error: (error) => ("code" in error ? String(error.code) : "none") }), FAILED);
    expect(await shownOnceSettled()).toBe("pdp_unavailable");
  });
});
