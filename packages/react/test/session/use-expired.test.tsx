import { useCan, usePermissionsSession } from "@kinde-cerbos/react";
import { screen } from "@testing-library/react";
import { type ReactNode } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { after, document1, FakeKinde, fakePdp, renderApp, settle, slowPdp, tokenOf } from "../support.tsx";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const tokenFor = (seconds: number, claims: object = {}): string => tokenOf({ exp: NOW / 1000 + seconds, ...claims });

function Status(): ReactNode {
  const { status, error } = usePermissionsSession();
  const result = useCan({ action: "view", resource: document1 });
  return <p>{`${status} ${error?.code ?? ""} | ${result.status} ${String(result.allowed)}`}</p>;
}

const VALID = "authenticated | allowed true";
const EXPIRED = "expired session_expired | error false";

/** The time passes. */
const wait = (ms: number): Promise<void> => after(() => vi.advanceTimersByTime(ms));

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date", "setTimeout", "clearTimeout"] });
});

describe("promise 7: no request with a dead token", () => {
  it("a token that has expired before it came is not asked with", async () => {
    const pdp = fakePdp();
    renderApp(<Status />, { kinde: new FakeKinde().signIn(tokenFor(-1)), pdp });
    await settle();
    expect(screen.getByText(EXPIRED)).toBeDefined();
    expect(pdp.requests).toEqual([]);
  });

  it("the end of a token denies all while the app is there", async () => {
    const pdp = fakePdp();
    renderApp(<Status />, { kinde: new FakeKinde().signIn(tokenFor(60)), pdp });
    await settle();
    await wait(59_900);
    expect(screen.getByText(VALID)).toBeDefined();
    await wait(100);
    expect(screen.getByText(EXPIRED)).toBeDefined();
    expect(pdp.requests).toHaveLength(1);
  });

  it("the end of a token aborts what is in flight", async () => {
    const pdp = slowPdp();
    renderApp(<Status />, { kinde: new FakeKinde().signIn(tokenFor(2)), pdp });
    await settle();
    await wait(2_000);
    expect(pdp.requests.map(({ signal }) => signal.aborted)).toEqual([true]);
    await after(pdp.answer);
    expect(screen.getByText(EXPIRED)).toBeDefined();
  });

  it("a refresh afterwards brings back the decisions, and asks nothing while they are fresh", async () => {
    const pdp = fakePdp();
    const kinde = new FakeKinde().signIn(tokenFor(10));
    renderApp(<Status />, { kinde, pdp });
    await settle();
    await wait(10_000);
    await after(() => kinde.signIn(tokenFor(70)));
    expect(screen.getByText(VALID)).toBeDefined();
    expect(pdp.requests).toHaveLength(1);
  });

  it("a refresh long afterwards asks with the new token", async () => {
    const pdp = fakePdp();
    const kinde = new FakeKinde().signIn(tokenFor(60));
    renderApp(<Status />, { kinde, pdp });
    await settle();
    await wait(120_000);
    await after(() => kinde.signIn(tokenFor(300)));
    expect(screen.getByText(VALID)).toBeDefined();
    expect(pdp.requests.map(({ body }) => body.auxData?.jwt.token)).toEqual([tokenFor(60), tokenFor(300)]);
  });

  it("a refresh before the end moves it", async () => {
    const kinde = new FakeKinde().signIn(tokenFor(60));
    renderApp(<Status />, { kinde });
    await settle();
    await wait(50_000);
    await after(() => kinde.signIn(tokenFor(120)));
    await wait(60_000);
    expect(screen.getByText(VALID)).toBeDefined();
    await wait(10_000);
    expect(screen.getByText(EXPIRED)).toBeDefined();
  });

  it("an expired user's sign-out is a sign-out", async () => {
    const kinde = new FakeKinde().signIn(tokenFor(1));
    renderApp(<Status />, { kinde });
    await settle();
    await wait(1_000);
    await after(() => kinde.signOut());
    expect(screen.getByText("signed_out | denied false")).toBeDefined();
  });
});

describe("times far away", () => {
  it("a token without an end never expires", async () => {
    renderApp(<Status />, { kinde: new FakeKinde().signIn(tokenOf()) });
    await settle();
    await wait(365 * 24 * 3600_000);
    expect(screen.getByText(/^authenticated /)).toBeDefined();
  });

  it("a token of longer than a timer can wait ends when it says", async () => {
    const days = 30;
    renderApp(<Status />, { kinde: new FakeKinde().signIn(tokenFor(days * 24 * 3600)) });
    await settle();
    await wait(25 * 24 * 3600_000);
    expect(screen.getByText(/^authenticated /)).toBeDefined();
    await wait(5 * 24 * 3600_000);
    expect(screen.getByText(EXPIRED)).toBeDefined();
  });

  it("leaves no timer behind", async () => {
    const { unmount } = renderApp(<p>Nothing is asked</p>, { kinde: new FakeKinde().signIn(tokenFor(60)) });
    await settle();
    expect(vi.getTimerCount()).toBe(1);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });
});
