import { act, cleanup, render, screen } from "@testing-library/react";
import { type ReactNode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { RequestExports } from "../src/batches/request-exports.tsx";
import { DecisionsTab } from "../src/decisions/decisions-tab.tsx";
import { type Attempt } from "../src/record/attempt.ts";
import { Recorder } from "../src/record/recorder.ts";
import { Expiry } from "../src/session/expiry.tsx";
import { JsonValue } from "../src/session/json-value.tsx";
import { Overrides } from "../src/what-if/overrides.tsx";
import { ANN, answerTo, attemptOf, documentEntry } from "./attempt-of.ts";
import { cacheOf } from "./what-if/support.ts";

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function exportsOf(attempt: Attempt, claims: { sub: string } | null): ReactNode {
  return <RequestExports attempt={attempt} address={undefined} claims={claims} />;
}

describe("a page without checks", () => {
  const { provider } = cacheOf();
  const tabs = {
    Decisions: () => <DecisionsTab provider={provider} recorder={new Recorder()} selected={null} select={() => {}} />,
    "What if": () => <Overrides provider={provider} />,
  };

  it.each(["Decisions", "What if"] as const)("is told so in the tab %s", (name) => {
    // jsdom has none.
    vi.stubGlobal(
      "ResizeObserver",
      class {
        observe(): void {}
        disconnect(): void {}
      },
    );
    render(tabs[name]());
    expect(screen.getByText("This page has made no checks yet.")).toBeDefined();
  });
});

describe("Expiry", () => {
  it("counts down each second, and goes on after the end", () => {
    vi.useFakeTimers({ now: 0 });
    render(<Expiry expiresAt={62_000} />);
    const timer = screen.getByRole("timer");
    expect(timer.getAttribute("aria-live")).toBe("off");
    expect(timer.textContent).toMatch(/^in 1 min 2 s, at \d\d:\d\d:02$/);
    act(() => void vi.advanceTimersByTime(3000));
    expect(timer.textContent).toMatch(/^in 59 s/);
    act(() => void vi.advanceTimersByTime(64_000));
    expect(timer.textContent).toMatch(/^5 s ago/);
  });

  it("says that a token without exp never expires", () => {
    render(<Expiry expiresAt={null} />);
    expect(screen.getByText("never")).toBeDefined();
  });
});

describe("JsonValue", () => {
  it("collapses long values, and shows others on one line", () => {
    const long = Array.from({ length: 40 }, (_, at) => `permission:${at}`);
    const { container } = render(
      <>
        <JsonValue value={{ a: 1, b: [true] }} />
        <JsonValue value={long} />
        <JsonValue value={undefined} />
      </>,
    );
    expect(screen.getByText('{ "a": 1, "b": [ true ] }')).toBeDefined();
    expect(container.querySelector("details > summary")?.textContent).toBe("40 items");
    expect(JSON.parse(container.querySelector("pre")?.textContent ?? "")).toEqual(long);
    expect(screen.getByText("none")).toBeDefined();
  });
});

describe("RequestExports", () => {
  const entries = [documentEntry("one", "edit")];

  it("has no test case if there is no effect to expect", () => {
    render(exportsOf(attemptOf(entries), { sub: "kp_ann" }));
    expect(screen.getByText(/^The PDP answered none of these checks/)).toBeDefined();
    expect(screen.queryByRole("textbox", { name: "request_test.yaml", hidden: true })).toBeNull();
    expect(screen.getByRole("textbox", { name: "testdata/auxdata.yaml", hidden: true })).toBeDefined();
  });

  it("has no test case for a plan", () => {
    const request = { principal: ANN, resource: { kind: "document" }, actions: ["edit"], hasToken: true };
    render(exportsOf({ ...attemptOf([]), what: "plan", request: { ...request, keySetId: "keys" } }, null));
    expect(screen.getByText("Cerbos tests cover only checks, but this request is for a plan.")).toBeDefined();
    const curl = screen.getByRole<HTMLTextAreaElement>("textbox", { name: "curl", hidden: true }).value;
    expect(curl).toContain('"token": "$TOKEN", "keySetId": "keys"');
  });

  it("asks for the PDP's URL and the token's claims if they are unknown", () => {
    render(exportsOf(attemptOf(entries, { answer: answerTo(entries) }), null));
    expect(screen.getByText(/Set the variable TOKEN .* Set the variable PDP_URL/)).toBeDefined();
    expect(screen.getAllByText(/token.s claims are no longer known/)).toHaveLength(2);
    expect(screen.queryByRole("textbox", { name: "testdata/auxdata.yaml", hidden: true })).toBeNull();
  });

  it("has no token if none was sent", () => {
    render(exportsOf(attemptOf(entries, { answer: answerTo(entries) }, { hasToken: false }), { sub: "kp_ann" }));
    expect(screen.queryByText(/TOKEN/)).toBeNull();
    const texts = screen.getAllByRole<HTMLTextAreaElement>("textbox", { hidden: true }).map(({ value }) => value);
    expect(texts.join("\n")).not.toMatch(/auxData|TOKEN/);
  });
});
