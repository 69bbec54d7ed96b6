// Promise 7, with Kinde as the source of tokens.
import { type PdpRequest } from "@kinde-cerbos/core";
import { useCan, usePermissionsSession } from "@kinde-cerbos/react";
import { focusManager, QueryClient } from "@tanstack/react-query";
import { cleanup, fireEvent, screen } from "@testing-library/react";
import { type ReactNode, useState } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { currentToken } from "../../src/sources/kinde-react/stored-token.ts";
import { FakeIssuer } from "../fake-issuer.ts";
import {
  after,
  type AppOptions,
  answerTo,
  document1,
  FakeKinde,
  type FakePdp,
  fakePdp,
  renderApp,
  settle,
  tokenOf,
} from "../support.tsx";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const tokenFor = (seconds: number, jti: string): string =>
  tokenOf({ iss: "http://kinde.test", azp: "spa", exp: NOW / 1000 + seconds, jti });

const first = tokenFor(3600, "first");
const second = tokenFor(7200, "second");
const third = tokenFor(9000, "third");

/** A PDP that refuses these tokens. */
function refusing(refused: Set<string>): FakePdp {
  return fakePdp((body) =>
    refused.has(tokenIn(body)) ? Promise.reject({ code: 3, details: "invalid auxData" }) : answerTo(body),
  );
}

const tokenIn = (body: PdpRequest): string => body.auxData?.jwt.token ?? "";
const asked = ({ requests }: FakePdp): string[] => requests.map(({ body }) => tokenIn(body));

const seen: string[] = [];
function Status({ id = "1" }: { id?: string }): ReactNode {
  const { status, error } = usePermissionsSession();
  const can = useCan({ action: "view", resource: { ...document1, id } });
  const text = [status, ...(error ? [error.code] : []), "|", can.status, String(can.allowed)].join(" ");
  if (seen.at(-1) !== text) seen.push(text);
  return <p>{text}</p>;
}

const VALID = "authenticated | allowed true";
const EXPIRED = "expired session_expired | error false";
const PENDING = ["loading | pending false", "authenticated | pending false"];

async function wait(ms: number): Promise<void> {
  await after(() => vi.advanceTimersByTime(ms));
  // A refresh, and then what it leads to.
  await settle();
}

let issuer: FakeIssuer;
beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date", "setTimeout", "clearTimeout"] });
  issuer = new FakeIssuer();
  seen.length = 0;
});

describe("promise 7: a token that the PDP refuses", () => {
  it("is refreshed once, and the request asked once more", async () => {
    issuer.forRefresh = second;
    const pdp = refusing(new Set([first]));
    renderApp([<Status key="1" />, <Status key="2" id="2" />], { kinde: new FakeKinde().signIn(first), pdp });
    await settle();
    expect(screen.getAllByText(VALID)).toHaveLength(2);
    expect(asked(pdp)).toEqual([first, second]);
    expect(issuer.refreshes).toHaveLength(1);
    expect(seen).toEqual([...PENDING, VALID]);
  });

  it("refused again, expires, denies all, and is not refreshed on and on", async () => {
    issuer.forRefresh = second;
    const pdp = refusing(new Set([first, second]));
    const kinde = new FakeKinde().signIn(first);
    renderApp(<Status />, { kinde, pdp });
    await settle();
    expect(screen.getByText(EXPIRED)).toBeDefined();
    expect(asked(pdp)).toEqual([first, second]);
    expect(issuer.refreshes).toHaveLength(1);
    // Another token ends it.
    await after(() => kinde.signIn(third));
    expect(screen.getByText(VALID)).toBeDefined();
  });

  it("without a newer one to be had, expires, and keeps why", async () => {
    const onBatch = vi.fn<() => void>();
    const pdp = refusing(new Set([first]));
    renderApp(<Status />, { kinde: new FakeKinde().signIn(first), pdp, onBatch });
    await settle();
    expect(screen.getByText(EXPIRED)).toBeDefined();
    expect(asked(pdp)).toEqual([first]);
    expect(onBatch).toHaveBeenCalledOnce();
  });

  it("is refreshed when the user comes back", async () => {
    const pdp = refusing(new Set([first]));
    renderApp(<Status />, { kinde: new FakeKinde().signIn(first), pdp });
    await settle();
    issuer.forRefresh = second;
    await after(() => document.dispatchEvent(new Event("visibilitychange")));
    expect(screen.getByText(VALID)).toBeDefined();
  });
});

describe("a token that the PDP refuses, and that Kinde returns again", () => {
  it("is asked with again when the user comes back, and not before", async () => {
    issuer.forRefresh = first;
    const refused = new Set([first]);
    const pdp = refusing(refused);
    renderApp(<Status />, { kinde: new FakeKinde().signIn(first), pdp });
    await settle();
    expect(screen.getByText(EXPIRED)).toBeDefined();
    expect([asked(pdp).length, issuer.refreshes.length]).toEqual([2, 1]);
    await after(() => document.dispatchEvent(new Event("visibilitychange")));
    await settle();
    expect(screen.getByText(EXPIRED)).toBeDefined();
    // The PDP has got the new keys of the issuer.
    refused.clear();
    await after(() => document.dispatchEvent(new Event("visibilitychange")));
    await settle();
    expect(screen.getByText(VALID)).toBeDefined();
  });
});

/** One, and three once it is pressed. */
function Growing({ of }: { of: (id: string) => ReactNode }): ReactNode {
  const [ids, setIds] = useState(["1"]);
  return <button onClick={() => setIds(["1", "2", "3"])}>{ids.map(of)}</button>;
}

describe("promise 7: a token near its end", () => {
  it("is refreshed before it is asked with, once for all, and what only asks is not rendered for it", async () => {
    const short = tokenFor(60, "short");
    issuer.forRefresh = second;
    const pdp = fakePdp();
    const renders: string[] = [];
    const Asker = ({ id }: { id: string }): ReactNode => {
      const { allowed } = useCan({ action: "view", resource: { ...document1, id } });
      renders.push(`${id} ${String(allowed)}`);
      return null;
    };
    renderApp([<Status key="status" />, <Growing key="page" of={(id) => <Asker key={id} id={id} />} />], {
      kinde: new FakeKinde().signIn(short),
      pdp,
    });
    await settle();
    await wait(50_000);
    renders.length = 0;
    fireEvent.click(screen.getByRole("button"));
    await settle();
    // Kinde's own refresh is under way at that moment, and waited for.
    expect(asked(pdp)).toEqual([short]);
    await wait(1000);
    expect(asked(pdp)).toEqual([short, second]);
    expect(issuer.refreshes).toHaveLength(1);
    expect(renders).toEqual(["1 true", "2 false", "3 false", "2 true", "3 true"]);
    expect(seen).toEqual([...PENDING, VALID]);
  });

  it("that cannot be refreshed is used to its end", async () => {
    const short = tokenFor(9, "short");
    const pdp = fakePdp();
    renderApp(<Status />, { kinde: new FakeKinde().signIn(short), pdp });
    await settle();
    await wait(1000);
    expect(asked(pdp)).toEqual([short]);
    expect(screen.getByText(VALID)).toBeDefined();
  });
});

describe("promise 7: a token past its end", () => {
  let short: string;
  beforeEach(() => {
    // Another one in each test: a refresh that hangs is that of its token.
    short = tokenFor(60, crypto.randomUUID());
  });

  /** Signed in with a token of a minute, and another check at a press. */
  async function start(props: Partial<AppOptions> = {}): Promise<FakePdp> {
    const pdp = fakePdp();
    renderApp([<Status key="1" />, <Growing key="2" of={(id) => <Status key={id} id={`more ${id}`} />} />], {
      kinde: new FakeKinde().signIn(short),
      pdp,
      ...props,
    });
    await settle();
    return pdp;
  }

  it("is refreshed at once: until the answer, the last decisions stay and nothing is sent", async () => {
    issuer.forRefresh = second;
    const answer = Promise.withResolvers<void>();
    issuer.beforeRefresh = answer.promise;
    const queryClient = new QueryClient();
    const pdp = await start({ queryClient });
    seen.length = 0;
    await wait(60_000);
    expect(issuer.refreshes).toHaveLength(1);
    fireEvent.click(screen.getByRole("button"));
    void queryClient.invalidateQueries();
    await wait(4_000);
    expect(asked(pdp)).toEqual([short]);
    expect(screen.getAllByText(VALID)).toHaveLength(2);
    await after(answer.resolve);
    await settle();
    expect(new Set(asked(pdp).slice(1))).toEqual(new Set([second]));
    expect(screen.getAllByText(VALID)).toHaveLength(4);
    // New checks are pending meanwhile. Nothing was ever denied, and nobody was asked to sign in.
    expect(new Set(seen)).toEqual(new Set([VALID, "authenticated | pending false"]));
    expect(issuer.refreshes).toHaveLength(1);
  });

  it.each([
    ["5 s by default", {}, 5000],
    ["as long as the provider says", { refreshGraceMs: 300 }, 300],
  ])("is over where the refresh takes longer: %s", async (_, props, ms) => {
    issuer.beforeRefresh = new Promise(() => {});
    const pdp = await start(props);
    await wait(60_000);
    // What comes to rest takes some ms too.
    await wait(ms - 100);
    expect(screen.getAllByText(VALID)).toHaveLength(2);
    await wait(100);
    expect(screen.getAllByText(EXPIRED)).toHaveLength(2);
    expect(asked(pdp)).toEqual([short]);
  });

  it("is over at once where the provider allows no grace", async () => {
    issuer.beforeRefresh = new Promise(() => {});
    await start({ refreshGraceMs: 0 });
    await wait(60_000);
    expect(screen.getAllByText(EXPIRED)).toHaveLength(2);
  });

  it("is over at once where the refresh fails, and is refreshed when the network is back", async () => {
    await start();
    issuer.isReachable = false;
    await wait(60_000);
    expect(screen.getAllByText(EXPIRED)).toHaveLength(2);
    issuer.isReachable = true;
    issuer.forRefresh = second;
    await after(() => window.dispatchEvent(new Event("online")));
    await settle();
    expect(screen.getAllByText(VALID)).toHaveLength(2);
  });

  it("is over at once where the page is hidden, as nothing is refreshed there", async () => {
    await start();
    const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    await wait(60_000);
    expect(screen.getAllByText(EXPIRED)).toHaveLength(2);
    expect(issuer.refreshes).toEqual([]);
    issuer.forRefresh = second;
    visibility.mockReturnValue("visible");
    await after(() => document.dispatchEvent(new Event("visibilitychange")));
    await settle();
    expect(screen.getAllByText(VALID)).toHaveLength(2);
  });

  it("is not over where the page is hidden once its refresh is in flight", async () => {
    const answer = Promise.withResolvers<void>();
    issuer.beforeRefresh = answer.promise;
    issuer.forRefresh = second;
    await start();
    seen.length = 0;
    await wait(60_000);
    const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    await after(() => document.dispatchEvent(new Event("visibilitychange")));
    await after(() => window.dispatchEvent(new Event("online")));
    await after(() => answer.resolve());
    await settle();
    expect(new Set(seen)).toEqual(new Set([VALID]));
    expect(issuer.refreshes).toHaveLength(1);
    visibility.mockRestore();
  });

  it("is over where the machine has slept through the time of the refresh", async () => {
    issuer.beforeRefresh = new Promise(() => {});
    await start();
    vi.setSystemTime(NOW + 65_000);
    await after(() => focusManager.setFocused(true));
    focusManager.setFocused(undefined);
    expect(screen.getAllByText(EXPIRED)).toHaveLength(2);
  });

  it.each([-1, 10_001, 1.5, Number.NaN])("no grace of %s ms", (refreshGraceMs) => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    expect(() => renderApp(<Status />, { refreshGraceMs })).toThrow(
      expect.objectContaining({ code: "invalid_option" }),
    );
    vi.mocked(console.error).mockReset();
  });
});

/** As Kinde documents: the existing token until it ends by Kinde's clock, then the second one. */
function refreshesAsDocumented(aheadMs: number, token: string): void {
  Object.defineProperty(issuer, "forRefresh", { get: () => (Date.now() - aheadMs < NOW + 60_000 ? token : second) });
}

describe("a clock that is ahead of Kinde's", () => {
  let short: string;
  beforeEach(() => {
    short = tokenFor(60, crypto.randomUUID());
  });

  const manySteps = { timeout: 60_000 };
  it.each([1000, 3000, 25_000, 300_000])(
    "by %s ms: the session goes on to its end, and into the next one",
    manySteps,
    async (aheadMs) => {
      refreshesAsDocumented(aheadMs, short);
      const kinde = new FakeKinde().signIn(short);
      const pdp = fakePdp();
      renderApp(<Status />, { kinde, pdp, maxAge: 3600_000 });
      await settle();
      seen.length = 0;
      await wait(60_000);
      // Kinde's SDK goes by the machine's clock.
      await after(() => kinde.update({ isAuthenticated: false }));
      // In small steps: timers are not late.
      while (Date.now() < NOW + 60_000 + aheadMs + 40_000) await wait(200);
      expect(new Set(seen)).toEqual(new Set([VALID]));
      expect(screen.getByText(VALID)).toBeDefined();
      expect(await currentToken()).toBe(second);
      // Kinde is not asked without a pause.
      expect(issuer.refreshes.length).toBeLessThan(20);
    },
  );

  it("after a reload, with a token that has ended by it: Kinde is asked first, and then the PDP", async () => {
    const old = tokenFor(-100, "old");
    issuer.forRefresh = old;
    const pdp = fakePdp();
    renderApp(<Status />, { kinde: new FakeKinde().signIn(old).update({ isAuthenticated: false }), pdp });
    await settle();
    expect(asked(pdp)).toEqual([old]);
    expect(seen).toEqual([...PENDING, VALID]);
  });

  it("after a reload, with a token that has ended: nothing is asked but Kinde", async () => {
    const pdp = fakePdp();
    renderApp(<Status />, { kinde: new FakeKinde().signIn(tokenFor(-100, "old")), pdp });
    await settle();
    expect(asked(pdp)).toEqual([]);
    expect(seen).toEqual(["loading | pending false", EXPIRED]);
    expect(issuer.refreshes).toHaveLength(1);
  });

  it("after a reload, with a token that has ended: a decision that was kept is not shown before Kinde has answered", async () => {
    const queryClient = new QueryClient();
    renderApp(<Status />, { kinde: new FakeKinde().signIn(first), queryClient });
    await settle();
    expect(seen.at(-1)).toBe(VALID);
    cleanup();
    seen.length = 0;
    const answered = Promise.withResolvers<void>();
    issuer.beforeRefresh = answered.promise;
    issuer.forRefresh = second;
    renderApp(<Status />, { kinde: new FakeKinde().signIn(tokenFor(-100, "old")), queryClient });
    await settle();
    expect(seen).toEqual(["loading | pending false"]);
    await after(() => answered.resolve());
    await settle();
    expect(seen.at(-1)).toBe(VALID);
  });

  it("by more than a token lives: it says so, with the difference, and sends nothing until the clock is set", async () => {
    const old = tokenOf({ iss: "http://kinde.test", azp: "spa", iat: NOW / 1000 - 7200, exp: NOW / 1000 - 3600 });
    issuer.forRefresh = old;
    const pdp = fakePdp();
    const errors: unknown[] = [];
    const Reason = (): ReactNode => {
      errors.push(usePermissionsSession().error?.message);
      return null;
    };
    renderApp([<Status key="1" />, <Reason key="2" />], {
      kinde: new FakeKinde().signIn(old).update({ isAuthenticated: false }),
      pdp,
    });
    await settle();
    expect(screen.getByText("error clock_skew | error false")).toBeDefined();
    expect(errors.at(-1)).toContain("60 minutes ahead");
    expect(asked(pdp)).toEqual([]);
    vi.setSystemTime(NOW - 3700_000);
    await after(() => focusManager.setFocused(true));
    focusManager.setFocused(undefined);
    await settle();
    expect(screen.getByText(VALID)).toBeDefined();
  });

  it("a token that Kinde does not return any more is over", async () => {
    refreshesAsDocumented(3000, short);
    renderApp(<Status />, { kinde: new FakeKinde().signIn(short) });
    await settle();
    await wait(60_000);
    issuer.isReachable = false;
    // The first second of grace.
    await wait(1000);
    expect(screen.getByText(EXPIRED)).toBeDefined();
  });
});
