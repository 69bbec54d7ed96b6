import { useCan, usePermissionsSession } from "@kinde-cerbos/react";
import {
  getActiveStorage,
  LocalStorage,
  MemoryStorage,
  SessionBase,
  setActiveStorage,
  StorageKeys,
  storageSettings,
} from "@kinde-oss/kinde-auth-react/utils";
import { act, screen } from "@testing-library/react";
import { type ReactNode, useReducer } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  after,
  type AppOptions,
  decidedFor,
  document1,
  FakeKinde,
  fakePdp,
  Probe,
  renderApp,
  settle,
  slowPdp,
  tokenOf,
  whoIs,
} from "../support.tsx";

const aliceInA = tokenOf();
const aliceInB = tokenOf({ org_code: "org_b" });
const bobInB = tokenOf({ sub: "bob", org_code: "org_b" });

/**
 * Every render of a component that asks, as `<status> for <whose decision> while <whose token is in
 * storage>`. The component can also be rendered alone, by `rerender`.
 */
function record(kinde: FakeKinde): {
  readonly renders: { text: string; madeFor: string | null; holder: string }[];
  readonly rerender: () => void;
  readonly Recorder: () => ReactNode;
} {
  const recorded = {
    renders: [] as { text: string; madeFor: string | null; holder: string }[],
    rerender: (): void => undefined,
    Recorder(): ReactNode {
      const result = useCan({ action: "view", resource: document1 });
      const [, rerender] = useReducer((count: number) => count + 1, 0);
      recorded.rerender = rerender;
      const madeFor = decidedFor(result);
      const holder = kinde.isAuthenticated ? whoIs(tokenInStorage(kinde)) : "nobody";
      const text = `${result.status} for ${String(madeFor)}`;
      recorded.renders.push({ text: `${text} while ${holder}`, madeFor, holder });
      return <p>{text}</p>;
    },
  };
  return recorded;
}

function tokenInStorage({ storage }: FakeKinde): unknown {
  return storage instanceof SlowStorage ? storage.token : storage.getSessionItem(StorageKeys.accessToken);
}

/** Renders that show a decision of somebody else than the one whose token is in storage. */
function foreign({ renders }: Pick<ReturnType<typeof record>, "renders">): string[] {
  return renders.filter(({ madeFor, holder }) => madeFor !== null && madeFor !== holder).map(({ text }) => text);
}

describe("promise 5: no decision outlives its session", () => {
  const changes = [
    ["another organization", aliceInA, aliceInB],
    ["another user in the same organization", aliceInA, tokenOf({ sub: "bob" })],
    ["another user and organization", aliceInA, bobInB],
    ["other rights", aliceInA, tokenOf({ permissions: ["edit:documents"] })],
  ] as const;
  const orders = {
    "storage is notified before Kinde's context changes": async (kinde: FakeKinde, token: string) => {
      await after(() => kinde.store(token));
      await after(() => kinde.update());
    },
    "Kinde's context changes before storage is notified": (kinde: FakeKinde, token: string) =>
      after(() => kinde.store(token).update()),
    "storage alone changes": (kinde: FakeKinde, token: string) => after(() => kinde.store(token)),
  };

  describe.each(changes)("%s", (_, before, next) => {
    it.each(Object.entries(orders))("where %s", async (__, change) => {
      const kinde = new FakeKinde().signIn(before);
      const recorded = record(kinde);
      renderApp(<recorded.Recorder />, { kinde });
      await screen.findByText(`allowed for ${whoIs(before)}`);
      await change(kinde, next);
      expect(screen.getByText(`allowed for ${whoIs(next)}`)).toBeDefined();
      expect(foreign(recorded)).toEqual([]);
      expect(recorded.renders.at(-1)?.holder).toBe(whoIs(next));
    });

    it("where a component renders before it is known that storage has changed", async () => {
      const kinde = new FakeKinde().signIn(before);
      const recorded = record(kinde);
      renderApp(<recorded.Recorder />, { kinde });
      await screen.findByText(`allowed for ${whoIs(before)}`);
      const count = recorded.renders.length;
      act(() => {
        kinde.store(next);
        recorded.rerender();
      });
      expect(recorded.renders.slice(count).map(({ madeFor }) => madeFor)).toEqual([null]);
      await settle();
      expect(screen.getByText(`allowed for ${whoIs(next)}`)).toBeDefined();
      expect(foreign(recorded)).toEqual([]);
    });
  });

  it("login: nobody's decision gives way to the user's", async () => {
    const kinde = new FakeKinde();
    const recorded = record(kinde);
    renderApp(<recorded.Recorder />, { kinde, anonymous: true });
    await screen.findByText("allowed for nobody");
    await after(() => kinde.store(aliceInA));
    await after(() => kinde.update({ isAuthenticated: true }));
    expect(screen.getByText("allowed for alice in org_a")).toBeDefined();
    expect(foreign(recorded)).toEqual([]);
  });

  it("logout where storage is emptied first", async () => {
    const kinde = new FakeKinde().signIn();
    const recorded = record(kinde);
    renderApp(<recorded.Recorder />, { kinde });
    await screen.findByText("allowed for alice in org_a");
    await after(() => kinde.store(null));
    expect(screen.getByText("pending for null")).toBeDefined();
    await after(() => kinde.update({ isAuthenticated: false }));
    expect(screen.getByText("denied for null")).toBeDefined();
    expect(foreign(recorded)).toEqual([]);
  });

  it("logout where Kinde's context changes first", async () => {
    const kinde = new FakeKinde().signIn();
    const recorded = record(kinde);
    renderApp(<recorded.Recorder />, { kinde });
    await screen.findByText("allowed for alice in org_a");
    await after(() => kinde.update({ isAuthenticated: false }));
    await after(() => kinde.store(null));
    expect(screen.getByText("denied for null")).toBeDefined();
    expect(foreign(recorded)).toEqual([]);
  });

  it("logout, seen by a component that renders before anyone is told", async () => {
    const kinde = new FakeKinde().signIn();
    const recorded = record(kinde);
    renderApp(<recorded.Recorder />, { kinde });
    await screen.findByText("allowed for alice in org_a");
    act(() => {
      kinde.store(null);
      recorded.rerender();
    });
    expect(screen.getByText("pending for null")).toBeDefined();
    await settle();
    expect(foreign(recorded)).toEqual([]);
  });

  it("Kinde's start after a switch: authenticated and loading, with the old organization's token", async () => {
    const kinde = new FakeKinde().store(aliceInA).update({ isAuthenticated: true, isLoading: true });
    const recorded = record(kinde);
    const pdp = fakePdp();
    renderApp(<recorded.Recorder />, { kinde, pdp });
    await settle();
    expect(screen.getByText("pending for null")).toBeDefined();
    await after(() => kinde.store(aliceInB));
    await after(() => kinde.update({ isLoading: false }));
    expect(screen.getByText("allowed for alice in org_b")).toBeDefined();
    expect(pdp.requests.map(({ body }) => body.principal.attr["orgCode"])).toEqual(["org_b"]);
    expect(foreign(recorded)).toEqual([]);
  });

  it("several changes at once", async () => {
    const kinde = new FakeKinde().signIn(aliceInA);
    const recorded = record(kinde);
    renderApp(<recorded.Recorder />, { kinde });
    await after(() => kinde.signIn(aliceInB));
    await after(() => {
      kinde.signIn(bobInB);
      kinde.signIn(aliceInA);
      kinde.signIn(bobInB);
    });
    expect(screen.getByText("allowed for bob in org_b")).toBeDefined();
    expect(foreign(recorded)).toEqual([]);
  });

  it("a late hash of the session before is dropped", async () => {
    const kinde = new FakeKinde().signIn(aliceInA);
    const recorded = record(kinde);
    const late = Promise.withResolvers<ArrayBuffer>();
    vi.spyOn(crypto.subtle, "digest").mockReturnValueOnce(late.promise);
    renderApp(<recorded.Recorder />, { kinde });
    await after(() => kinde.signIn(bobInB));
    expect(screen.getByText("allowed for bob in org_b")).toBeDefined();
    const count = recorded.renders.length;
    await after(() => late.resolve(new ArrayBuffer(32)));
    expect(recorded.renders).toHaveLength(count);
  });

  it("a component that is new after the change", async () => {
    const kinde = new FakeKinde().signIn(aliceInA);
    const statuses: string[] = [];
    const Late = (): ReactNode => {
      const { orgCode } = usePermissionsSession();
      return orgCode === "org_b" ? (
        <Probe action="view" resource={document1} onRender={({ status }) => statuses.push(status)} />
      ) : (
        <p>{orgCode ?? "no organization"}</p>
      );
    };
    renderApp(<Late />, { kinde });
    await screen.findByText("org_a");
    await after(() => kinde.signIn(aliceInB));
    expect(screen.getByText("allowed alice in org_b")).toBeDefined();
    expect(statuses).toEqual(["pending", "allowed"]);
  });
});

/** A store of a browser extension: reads are answered when the test says so, or at once. */
class SlowStorage extends SessionBase {
  override asyncStore = true;
  token: unknown = "";
  /** Reads that wait for their answer; `null` when they are answered at once. */
  reads: PromiseWithResolvers<unknown>[] | null = null;
  override async setSessionItem(key: string, value: unknown): Promise<void> {
    if (key === "accessToken") this.token = value;
    this.notifyListeners();
  }
  override async getSessionItem(): Promise<unknown> {
    if (!this.reads) return this.token;
    const read = Promise.withResolvers<unknown>();
    this.reads.push(read);
    return read.promise;
  }
  override async removeSessionItem(key: string): Promise<void> {
    if (key === "accessToken") this.token = "";
    this.notifyListeners();
  }
  override async destroySession(): Promise<void> {
    await this.removeSessionItem("accessToken");
  }
}

describe("a token that is stored though Kinde says that nobody is signed in", () => {
  it("is nobody's for a page that comes after a sign-out", async () => {
    const kinde = new FakeKinde().signIn();
    const first = renderApp(<p />, { kinde });
    await settle();
    first.unmount();
    kinde.signOut();
    kinde.store(bobInB);
    const pdp = fakePdp();
    const recorded = record(kinde);
    renderApp(<recorded.Recorder />, { kinde, pdp });
    await settle();
    expect(screen.getByText("denied for null")).toBeDefined();
    expect(pdp.requests).toEqual([]);
  });
});

describe("promise 5 with an asynchronous store", () => {
  it("asks for who is signed in", async () => {
    const kinde = new FakeKinde(new SlowStorage()).signIn();
    const recorded = record(kinde);
    renderApp(<recorded.Recorder />, { kinde });
    expect(await screen.findByText("allowed for alice in org_a")).toBeDefined();
  });

  it.each([
    ["another organization", aliceInB],
    ["another user", bobInB],
  ])("%s", async (_, next) => {
    const kinde = new FakeKinde(new SlowStorage()).signIn();
    const recorded = record(kinde);
    renderApp(<recorded.Recorder />, { kinde });
    await screen.findByText("allowed for alice in org_a");
    await after(() => kinde.store(next));
    await after(() => kinde.update());
    expect(screen.getByText(`allowed for ${whoIs(next)}`)).toBeDefined();
    expect(foreign(recorded)).toEqual([]);
  });

  it("logout", async () => {
    const kinde = new FakeKinde(new SlowStorage()).signIn();
    const recorded = record(kinde);
    renderApp(<recorded.Recorder />, { kinde });
    await screen.findByText("allowed for alice in org_a");
    await after(() => kinde.signOut());
    expect(screen.getByText("denied for null")).toBeDefined();
    expect(foreign(recorded)).toEqual([]);
  });

  it("an older read that is answered after a newer one", async () => {
    const storage = new SlowStorage();
    storage.reads = [];
    const kinde = new FakeKinde(storage).signIn(aliceInA);
    const recorded = record(kinde);
    renderApp(<recorded.Recorder />, { kinde });
    await after(() => kinde.store(aliceInB));
    const [older, newer] = storage.reads;
    await after(() => newer?.resolve(aliceInB));
    await after(() => older?.resolve(aliceInA));
    expect(screen.getByText("allowed for alice in org_b")).toBeDefined();
    expect(foreign(recorded)).toEqual([]);
  });

  it("is pending until the store has answered for Kinde's newest context", async () => {
    const storage = new SlowStorage();
    const kinde = new FakeKinde(storage).signIn();
    const recorded = record(kinde);
    renderApp(<recorded.Recorder />, { kinde });
    await screen.findByText("allowed for alice in org_a");
    storage.reads = [];
    await after(() => kinde.signIn(aliceInB));
    act(() => recorded.rerender());
    expect(screen.getByText("pending for null")).toBeDefined();
    await after(() => storage.reads?.forEach(({ resolve }) => resolve(aliceInB)));
    expect(screen.getByText("allowed for alice in org_b")).toBeDefined();
    expect(foreign(recorded)).toEqual([]);
  });

  it("is pending, not wrong, while a token is being written", async () => {
    const kinde = new FakeKinde(new SlowStorage()).update({ isAuthenticated: true });
    const recorded = record(kinde);
    renderApp(<recorded.Recorder />, { kinde });
    await settle();
    expect(screen.getByText("pending for null")).toBeDefined();
  });

  it("is pending while the store fails, and recovers", async () => {
    const storage = new SlowStorage();
    storage.reads = [];
    const kinde = new FakeKinde(storage).signIn();
    const recorded = record(kinde);
    renderApp(<recorded.Recorder />, { kinde });
    await after(() => storage.reads?.[0]?.reject(new Error("The extension's context is gone.")));
    expect(screen.getByText("pending for null")).toBeDefined();
    storage.reads = null;
    await after(() => kinde.store(aliceInA));
    expect(screen.getByText("allowed for alice in org_a")).toBeDefined();
  });
});

function End(): ReactNode {
  return <p>{usePermissionsSession().expiresAt}</p>;
}

describe("promise 6: a refreshed token asks nothing", () => {
  const first = tokenOf({ iat: 1, exp: 4e9, jti: "1" });
  const refreshed = tokenOf({ iat: 2, exp: 4e9 + 60, jti: "2" });

  it("no request, no pending render, no render of what only asks", async () => {
    const kinde = new FakeKinde().signIn(first);
    const recorded = record(kinde);
    const pdp = fakePdp();
    renderApp(<recorded.Recorder />, { kinde, pdp });
    await screen.findByText("allowed for alice in org_a");
    const count = recorded.renders.length;
    await after(() => kinde.store(refreshed));
    await after(() => kinde.update());
    expect(pdp.requests).toHaveLength(1);
    expect(recorded.renders).toHaveLength(count);
  });

  it("no pending render of what renders before it is known that storage has changed", async () => {
    const kinde = new FakeKinde().signIn(first);
    const recorded = record(kinde);
    renderApp(<recorded.Recorder />, { kinde });
    await screen.findByText("allowed for alice in org_a");
    act(() => {
      kinde.store(refreshed);
      recorded.rerender();
    });
    expect(screen.getByText("allowed for alice in org_a")).toBeDefined();
    await settle();
  });

  it("a request in flight goes on", async () => {
    const kinde = new FakeKinde().signIn(first);
    const recorded = record(kinde);
    const pdp = slowPdp();
    renderApp(<recorded.Recorder />, { kinde, pdp });
    await settle();
    await after(() => kinde.signIn(refreshed));
    expect(pdp.requests.map(({ signal }) => signal.aborted)).toEqual([false]);
    await after(pdp.answer);
    expect(screen.getByText("allowed for alice in org_a")).toBeDefined();
  });

  it("the session tells the new end", async () => {
    const kinde = new FakeKinde().signIn(first);
    renderApp(<End />, { kinde });
    await screen.findByText("4000000000000");
    await after(() => kinde.signIn(refreshed));
    expect(screen.getByText("4000000060000")).toBeDefined();
  });

  it("changed rights are another session, and ask anew", async () => {
    const kinde = new FakeKinde().signIn(first);
    const recorded = record(kinde);
    const pdp = fakePdp();
    renderApp(<recorded.Recorder />, { kinde, pdp });
    await screen.findByText("allowed for alice in org_a");
    await after(() => kinde.signIn(tokenOf({ iat: 2, exp: 4e9, jti: "2", permissions: ["edit:documents"] })));
    expect(pdp.requests).toHaveLength(2);
    expect(pdp.requests[1]?.body.principal.attr["permissions"]).toEqual(["edit:documents"]);
  });
});

function Status({ onRender }: { onRender: (status: string) => void }): ReactNode {
  onRender(usePermissionsSession().status);
  return null;
}

/** Every text that was rendered after the last of these tokens came, and how many requests there were until then. */
async function switchThrough(tokens: readonly string[], principal?: AppOptions["principal"]) {
  const kinde = new FakeKinde().signIn(aliceInA);
  const recorded = record(kinde);
  const pdp = fakePdp();
  const statuses: string[] = [];
  renderApp(
    <>
      <recorded.Recorder />
      <Status onRender={(status) => statuses.push(status)} />
    </>,
    { kinde, pdp, ...(principal && { principal }) },
  );
  await settle();
  let before = { renders: 0, requests: 0 };
  for (const token of tokens) {
    statuses.length = 0;
    before = { renders: recorded.renders.length, requests: pdp.requests.length };
    await after(() => (token === "" ? kinde.signOut() : kinde.signIn(token)));
  }
  expect(foreign(recorded)).toEqual([]);
  return {
    texts: recorded.renders.slice(before.renders).map(({ text }) => text.split(" while")[0]),
    requests: pdp.requests.length - before.requests,
    isKnown: !statuses.includes("loading"),
  };
}

describe("back to a session that was there before", () => {
  const backInA = tokenOf({ iat: 99, jti: "back" });

  it("asks nothing and is never pending, also over several others", async () => {
    const inC = tokenOf({ org_code: "org_c" });
    for (const tokens of [[aliceInB], [aliceInB, inC], [aliceInB, backInA, inC]]) {
      expect(await switchThrough([...tokens, backInA])).toEqual({
        texts: ["allowed for alice in org_a"],
        requests: 0,
        isKnown: true,
      });
    }
  });

  it("begins anew with other rights", async () => {
    const { texts, requests } = await switchThrough([aliceInB, tokenOf({ permissions: ["publish:documents"] })]);
    expect([texts[0], texts.at(-1), requests]).toEqual([
      "pending for null",
      "allowed for alice in org_a with publish:documents",
      1,
    ]);
  });

  it("begins anew after a sign-out, and after another user: nothing of hers is remembered", async () => {
    for (const other of ["", bobInB]) {
      const { texts, requests, isKnown } = await switchThrough([other, backInA]);
      expect([texts[0], texts.at(-1), requests]).toEqual(["pending for null", "allowed for alice in org_a", 1]);
      expect(isKnown).toBe(false);
    }
  });

  it("waits for what enrich gives now", async () => {
    let calls = 0;
    const enrich = async (): Promise<{ plan: number }> => ({ plan: (calls += 1) });
    const { texts, requests } = await switchThrough([aliceInB, backInA], { enrich });
    expect([texts[0], requests, calls]).toEqual(["pending for null", 1, 3]);
  });
});

describe("a store in localStorage", () => {
  it("follows what another tab writes", async () => {
    const kinde = new FakeKinde(new LocalStorage()).signIn(aliceInA);
    const recorded = record(kinde);
    renderApp(<recorded.Recorder />, { kinde });
    await screen.findByText("allowed for alice in org_a");
    await after(() => {
      // Another tab's write: no listener of this tab's store is called.
      localStorage.setItem(`${storageSettings.keyPrefix}accessToken0`, aliceInB);
      window.dispatchEvent(new StorageEvent("storage"));
    });
    expect(screen.getByText("allowed for alice in org_b")).toBeDefined();
    expect(foreign(recorded)).toEqual([]);
  });
});

/** Kinde puts its proxy before the storage: an access through it is the user's activity. */
function setActivityTimeout(kinde: FakeKinde): void {
  storageSettings.activityTimeoutMinutes = 10;
  setActiveStorage(kinde.storage);
}

describe("Kinde's activity time-out", () => {
  afterEach(() => {
    delete storageSettings.activityTimeoutMinutes;
  });

  it("is not put off by what renders", async () => {
    const kinde = new FakeKinde(new MemoryStorage()).signIn();
    setActivityTimeout(kinde);
    expect(getActiveStorage()).not.toBe(kinde.storage);
    const recorded = record(kinde);
    renderApp(<recorded.Recorder />, { kinde });
    await screen.findByText("allowed for alice in org_a");
    const timers = vi.spyOn(globalThis, "setTimeout");
    act(() => {
      kinde.update();
      recorded.rerender();
    });
    expect(timers.mock.calls.map(([, delay]) => delay)).not.toContain(10 * 60_000);
  });

  it("can end the session: the proxy that is left behind does no harm", async () => {
    const kinde = new FakeKinde(new MemoryStorage()).signIn();
    setActivityTimeout(kinde);
    const recorded = record(kinde);
    renderApp(<recorded.Recorder />, { kinde });
    await screen.findByText("allowed for alice in org_a");
    delete storageSettings.activityTimeoutMinutes;
    await after(() => kinde.signOut());
    expect(screen.getByText("denied for null")).toBeDefined();
  });
});
