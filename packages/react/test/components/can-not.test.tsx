import { Can } from "@kinde-cerbos/react";
import { renderWithPermissions } from "@kinde-cerbos/testing";
import { type ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { document1, settle } from "../support.tsx";
import {
  ALLOWED,
  DENIED,
  FAILED,
  outputsOf,
  PENDING,
  shown,
  shownOnceSettled,
  status,
  withOutput,
} from "./can-cases.tsx";

describe("not", () => {
  const unless = (
    <Can action="edit" resource={document1} not fallback="fallback" loading="loading" error="error">
      children
    </Can>
  );

  it("shownOnceSettled its children when denied", () => {
    renderWithPermissions(unless, DENIED);
    expect(shown()).toBe("children");
  });

  it("shownOnceSettled its fallback when allowed", () => {
    renderWithPermissions(unless, ALLOWED);
    expect(shown()).toBe("fallback");
  });

  it("never shownOnceSettled its children while pending", async () => {
    renderWithPermissions(unless, PENDING);
    expect(shown()).toBe("loading");
    await settle();
    expect(shown()).toBe("loading");
  });

  it("never shownOnceSettled its children on an error", async () => {
    renderWithPermissions(unless, FAILED);
    expect(await shownOnceSettled()).toBe("error");
  });

  it.each([
    ["pending", PENDING],
    ["error", FAILED],
    ["allowed", ALLOWED],
  ])("runs no children that are a function or a component: %s", async (expected, permissions) => {
    const children = vi.fn<() => ReactNode>();
    const Secret = vi.fn<() => ReactNode>();
    renderWithPermissions(
      <>
        {status}
        <Can action="edit" resource={document1} not>
          {children}
        </Can>
        <Can action="edit" resource={document1} not>
          <Secret />
        </Can>
      </>,
      permissions,
    );
    expect(await shownOnceSettled()).toBe(expected);
    expect(children).not.toHaveBeenCalled();
    expect(Secret).not.toHaveBeenCalled();
  });

  it("gives its function the reason, and its fallback the allowed result", () => {
    const { setPermissions } = renderWithPermissions(
      <Can action="edit" resource={document1} not fallback={outputsOf}>
        {({ reason, allowed }) => `${reason} ${allowed}`}
      </Can>,
      DENIED,
    );
    expect(shown()).toBe("policy false");
    setPermissions(withOutput(true));
    expect(shown()).toBe('["rule of ann"]');
  });

  it("shownOnceSettled its children where the gate is closed", () => {
    renderWithPermissions(
      <Can action="edit" resource={document1} not permission="write:docs">
        {({ reason }) => reason}
      </Can>,
      ALLOWED,
    );
    expect(shown()).toBe("permission");
  });
});
