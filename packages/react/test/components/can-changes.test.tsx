import { Can } from "@kinde-cerbos/react";
import { recordedChecks, renderWithPermissions } from "@kinde-cerbos/testing";
import { fireEvent, screen } from "@testing-library/react";
import { type ReactNode, useState } from "react";
import { describe, expect, it } from "vitest";
import { document1 } from "../support.tsx";
import { ALLOWED, can, Counter, shown, shownOnceSettled } from "./can-cases.tsx";

function Editor(): ReactNode {
  const [check, setCheck] = useState({ action: "edit", resource: document1 });
  return (
    <>
      <button type="button" aria-label="delete" onClick={() => setCheck({ ...check, action: "delete" })} />
      <button
        type="button"
        aria-label="other"
        onClick={() => setCheck({ action: "edit", resource: { ...document1, id: "2" } })}
      />
      {can(check)}
    </>
  );
}

function Negated(): ReactNode {
  const [isNot, setNot] = useState(true);
  return (
    <>
      <button type="button" aria-label="not" onClick={() => setNot(!isNot)} />
      <Can action="edit" resource={document1} not={isNot}>
        children
      </Can>
    </>
  );
}

describe("what changes while Can is there", () => {
  it("another action, and another resource", async () => {
    renderWithPermissions(<Editor />, {
      can: ({ action, id }) => (action === "edit" && id === "1" ? true : Promise.resolve(false)),
    });
    expect(shown()).toBe("children");
    fireEvent.click(screen.getByLabelText("delete"));
    expect(shown()).toBe("loading");
    expect(await shownOnceSettled()).toBe("fallback");
    fireEvent.click(screen.getByLabelText("other"));
    expect(shown()).toBe("loading");
    expect(await shownOnceSettled()).toBe("fallback");
  });

  it("its children", () => {
    renderWithPermissions(<Counter />, ALLOWED);
    fireEvent.click(screen.getByRole("button"));
    expect(shown()).toBe("count 1");
  });

  it("to and from not", () => {
    renderWithPermissions(<Negated />, ALLOWED);
    expect(shown()).toBe("");
    fireEvent.click(screen.getByRole("button"));
    expect(shown()).toBe("children");
    fireEvent.click(screen.getByRole("button"));
    expect(shown()).toBe("");
    expect(recordedChecks()).toHaveLength(1);
  });

  it("the session's rights", () => {
    const { setPermissions } = renderWithPermissions(can(), {
      can: ({ principal }) => JSON.stringify(principal.attr["permissions"]).includes("edit"),
    });
    expect(shown()).toBe("fallback");
    setPermissions({ user: { permissions: ["edit"] } });
    expect(shown()).toBe("children");
  });
});
