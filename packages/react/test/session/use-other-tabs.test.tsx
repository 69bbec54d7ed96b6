import { useCan, usePermissionsSession } from "@kinde-cerbos/react";
import { getInsecureStorage, refreshToken, StorageKeys } from "@kinde-oss/kinde-auth-react/utils";
import { screen } from "@testing-library/react";
import * as fc from "fast-check";
import { type ReactNode } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { letIn } from "../../src/sources/kinde-react/former-user.ts";
import { refreshKinde } from "../../src/sources/kinde-react/refresh-kinde.ts";
import { currentToken } from "../../src/sources/kinde-react/stored-token.ts";
import { FakeIssuer, kindeToken } from "../fake-issuer.ts";
import { after, decidedFor, document1, FakeKinde, fakePdp, renderApp, settle } from "../support.tsx";

/** The channel, with the test in the place of the other tabs. */
class FakeChannel extends EventTarget {
  static open: FakeChannel[] = [];
  static posted: unknown[] = [];
  /** What was in localStorage at each message. */
  static marks: unknown[] = [];

  readonly name: string;
  constructor(name: string) {
    super();
    this.name = name;
    FakeChannel.open.push(this);
  }

  postMessage(message: unknown): void {
    FakeChannel.posted.push(message);
    FakeChannel.marks.push(localStorage.getItem("kinde-cerbos:written"));
  }

  close(): void {
    FakeChannel.open = FakeChannel.open.filter((channel) => channel !== this);
  }

  static say(data: unknown): void {
    for (const channel of FakeChannel.open) channel.dispatchEvent(new MessageEvent("message", { data }));
  }
}

const IN_A = { client: "spa", user: "alice", org: "org_a" };
const IN_B = { client: "spa", user: "alice", org: "org_b" };
const NOBODY = { client: "spa", user: null, org: null };
/** As it is told: with the mark that is in localStorage by then. */
const marked = (holder: object): object => ({ ...holder, written: expect.any(Number) });
const inA = kindeToken();
const inB = kindeToken({ org_code: "org_b" });

const seen: string[] = [];
function Status(): ReactNode {
  const { status, orgCode } = usePermissionsSession();
  const can = useCan({ action: "view", resource: document1 });
  const text = `${status} ${orgCode ?? "-"}: ${can.status} ${decidedFor(can) ?? "-"}`;
  if (seen.at(-1) !== text) seen.push(text);
  return <p>{text}</p>;
}

const A = "authenticated org_a: allowed alice in org_a";
const A_WAITS = "authenticated org_a: pending -";
const B = "authenticated org_b: allowed alice in org_b";
const SIGNED_OUT = "signed_out -: denied -";

let issuer: FakeIssuer;
let kinde: FakeKinde;

/** The refresh token that all tabs have, and this tab's. */
const refreshTokens = (): unknown[] =>
  [getInsecureStorage(), kinde.storage].map((storage) => storage?.getSessionItem(StorageKeys.refreshToken));

/** As KindeProvider does when its store changes: what it reads at once it takes for true some turns later. */
function followStore(): void {
  kinde.storage.subscribe(async () => {
    const isAuthenticated = typeof kinde.storage.getSessionItem(StorageKeys.accessToken) === "string";
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    kinde.update({ isAuthenticated });
  });
}

beforeEach(() => {
  issuer = new FakeIssuer();
  FakeChannel.open = [];
  FakeChannel.posted = [];
  FakeChannel.marks = [];
  vi.stubGlobal("BroadcastChannel", FakeChannel);
  seen.length = 0;
  // Of the test before, as another page.
  for (const user of ["alice", "bob", "carol"]) letIn(user);
  kinde = new FakeKinde().signIn(inA);
  followStore();
});

describe("what a tab tells", () => {
  it("is who is signed in, at the start and after a change, without the token", async () => {
    renderApp(<Status />, { kinde });
    await settle();
    await after(() => kinde.signIn(inB));
    await after(() => kinde.signOut());
    expect(FakeChannel.posted).toEqual([IN_A, IN_B, NOBODY].map(marked));
  });

  it("is nothing where nobody is signed in at the start: that is no sign-out", async () => {
    renderApp(<Status />, { kinde: kinde.signOut() });
    await settle();
    expect(FakeChannel.posted).toEqual([]);
  });

  it("is nothing for a refreshed token", async () => {
    renderApp(<Status />, { kinde, strict: true });
    await settle();
    await after(() => kinde.signIn(kindeToken({ jti: "2" })));
    expect(FakeChannel.posted).toEqual([marked(IN_A)]);
  });
});

describe("what a tab has written when it tells", () => {
  const KEY = "kinde-cerbos:written";

  it("is marked in localStorage before, each time with a later mark", async () => {
    renderApp(<Status />, { kinde });
    await settle();
    await after(() => kinde.signIn(inB));
    await after(() => kinde.signOut());
    const marks = FakeChannel.posted.map((message) => Object(message).written);
    expect(FakeChannel.marks).toEqual(marks.map(String));
    expect(marks).toEqual([...new Set(marks)].toSorted((one, other) => one - other));
  });

  it("is waited for before a refresh, which uses the refresh token in localStorage", async () => {
    renderApp(<Status />, { kinde });
    await settle();
    issuer.forRefresh = inB;
    const written = Number(localStorage.getItem(KEY)) + 5;
    await after(() => FakeChannel.say({ ...IN_B, written }));
    // What else comes from the other tab is not it.
    localStorage.setItem(KEY, String(written - 1));
    await after(() => window.dispatchEvent(new StorageEvent("storage")));
    expect(screen.getByText(A_WAITS)).toBeDefined();
    expect(issuer.refreshes).toEqual([]);
    localStorage.setItem(KEY, String(written));
    await after(() => window.dispatchEvent(new StorageEvent("storage")));
    expect(screen.getByText(B)).toBeDefined();
    expect(issuer.refreshes).toHaveLength(1);
  });

  it("is not waited for without an end", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    renderApp(<Status />, { kinde });
    await settle();
    issuer.forRefresh = inB;
    await after(() => FakeChannel.say({ ...IN_B, written: 9e15 }));
    expect(issuer.refreshes).toEqual([]);
    await after(() => vi.advanceTimersByTime(1000));
    await settle();
    expect(screen.getByText(B)).toBeDefined();
  });
});

describe("Kinde's word that nobody is signed in, though the token is there", () => {
  // As Kinde's SDK has it once the token has ended by this machine's clock.
  it("ends nothing and is told to nobody, until the token is taken away", async () => {
    renderApp(<Status />, { kinde });
    await settle();
    seen.length = 0;
    await after(() => kinde.update({ isAuthenticated: false }));
    await after(() => kinde.store(kindeToken({ jti: "2" })).update({ isAuthenticated: false }));
    expect(FakeChannel.posted).toEqual([marked(IN_A)]);
    expect(seen).toEqual([A]);
    await after(() => kinde.signOut());
    expect(FakeChannel.posted).toEqual([marked(IN_A), marked(NOBODY)]);
  });
});

describe("a switch in another tab", () => {
  it("denies at once, and is taken over by a refresh, while the page goes on", async () => {
    renderApp(<Status />, { kinde });
    await settle();
    issuer.forRefresh = inB;
    await after(() => FakeChannel.say(IN_B));
    expect(screen.getByText(B)).toBeDefined();
    expect(seen.slice(seen.indexOf(A))).toEqual([A, A_WAITS, "authenticated org_b: pending -", B]);
    expect(issuer.refreshes).toHaveLength(1);
  });

  it("allows nothing while the refresh is under way", async () => {
    renderApp(<Status />, { kinde });
    await settle();
    const { promise, reject } = Promise.withResolvers<Response>();
    vi.stubGlobal("fetch", () => promise);
    await after(() => FakeChannel.say(IN_B));
    expect(screen.getByText(A_WAITS)).toBeDefined();
    await after(() => reject(new TypeError("Failed to fetch")));
    // It cannot be taken over: the session of this tab is as good as it was.
    expect(screen.getByText(A)).toBeDefined();
  });

  it("of another client of Kinde on this origin is none of ours", async () => {
    renderApp(<Status />, { kinde });
    await settle();
    await after(() => FakeChannel.say({ ...IN_B, client: "other" }));
    await after(() => FakeChannel.say({ ...NOBODY, client: "other" }));
    expect(seen.at(-1)).toBe(A);
    expect(issuer.refreshes).toEqual([]);
  });

  it("to where this tab is already asks nothing", async () => {
    const pdp = fakePdp();
    renderApp(<Status />, { kinde, pdp });
    await settle();
    const before = seen.length;
    await after(() => FakeChannel.say(IN_A));
    expect(seen).toHaveLength(before);
    expect(issuer.refreshes).toEqual([]);
    expect(pdp.requests).toHaveLength(1);
  });
});

describe("a sign-out in another tab", () => {
  it("is one here, at once and without asking Kinde", async () => {
    renderApp(<Status />, { kinde });
    await settle();
    await after(() => FakeChannel.say(NOBODY));
    expect(screen.getByText(SIGNED_OUT)).toBeDefined();
    expect(seen.slice(seen.indexOf(A))).toEqual([A, A_WAITS, SIGNED_OUT]);
    expect(issuer.refreshes).toEqual([]);
  });

  it("stays one where a refresh is under way, whose tokens come later", async () => {
    const late = Promise.withResolvers<void>();
    issuer.beforeRefresh = late.promise;
    issuer.forRefresh = kindeToken({ jti: "late" });
    renderApp(<Status />, { kinde });
    await settle();
    const refreshed = refreshKinde();
    await settle();
    seen.length = 0;
    await after(() => FakeChannel.say(NOBODY));
    expect(seen).toEqual([A_WAITS, SIGNED_OUT]);
    await after(() => late.resolve());
    await refreshed;
    await settle();
    expect(issuer.refreshes).toHaveLength(1);
    expect(await currentToken()).toBeUndefined();
    expect(seen.at(-1)).toBe(SIGNED_OUT);
    expect(seen).not.toContain(A);
    // Somebody else who signs in here is not kept out.
    await after(() => kinde.signIn(kindeToken({ sub: "bob" })));
    expect(seen.at(-1)).toBe("authenticated org_a: allowed bob in org_a");
  });

  it("is noticed by what Kinde writes for all tabs, too", async () => {
    renderApp(<Status />, { kinde });
    await settle();
    const event = new StorageEvent("storage", { key: "performing_logout0", newValue: "true" });
    await after(() => window.dispatchEvent(event));
    expect(screen.getByText(SIGNED_OUT)).toBeDefined();
  });

  it("and a sign-in of somebody else: this tab is theirs, or nobody's", async () => {
    renderApp(<Status />, { kinde });
    await settle();
    issuer.forRefresh = kindeToken({ sub: "bob" });
    await after(() => FakeChannel.say({ ...IN_A, user: "bob" }));
    expect(screen.getByText("authenticated org_a: allowed bob in org_a")).toBeDefined();
    issuer.forRefresh = null;
    await after(() => FakeChannel.say({ ...IN_A, user: "carol" }));
    expect(screen.getByText(SIGNED_OUT)).toBeDefined();
  });
});

describe.each([
  ["with another token", kindeToken({ jti: "late" })],
  ["with the token that there was", inA],
])("a former user's refresh, which is answered late %s", (__, lateToken) => {
  const BOB = { ...IN_A, user: "bob" };
  const B_OF_BOB = "authenticated org_a: allowed bob in org_a";
  const bobs = kindeToken({ sub: "bob" });
  let answer: PromiseWithResolvers<void>;

  /** Kinde's answers, by the refresh token: alice's comes when the test says so. */
  beforeEach(() => {
    answer = Promise.withResolvers();
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      const form = new URLSearchParams(await new Request(url, init).text());
      const isAlices = form.get("refresh_token") === "first";
      if (isAlices) await answer.promise;
      const token = isAlices ? lateToken : bobs;
      return Response.json({
        access_token: token,
        id_token: token,
        refresh_token: isAlices ? "alice's next" : "bob's next",
        expires_in: 3600,
      });
    });
  });

  /** Another tab of this browser puts bob's refresh token where all tabs have it, and tells. */
  async function bobSignsIn(): Promise<void> {
    await getInsecureStorage()?.setSessionItem(StorageKeys.refreshToken, "bob's");
    await after(() => FakeChannel.say(BOB));
  }

  const ways = {
    "of ours": () => refreshKinde(),
    "of Kinde's own": () => refreshToken({ domain: "http://kinde.test", clientId: "spa" }),
  };

  it.each(Object.entries(ways))("%s: this tab stays the next user's, with their refresh token", async (_, refresh) => {
    renderApp(<Status />, { kinde });
    await settle();
    void refresh();
    await settle();
    await bobSignsIn();
    seen.length = 0;
    FakeChannel.posted = [];
    await after(() => answer.resolve());
    await settle();
    expect(screen.getByText(B_OF_BOB)).toBeDefined();
    expect(await currentToken()).toBe(bobs);
    expect(await currentToken(StorageKeys.idToken)).toBe(bobs);
    expect(refreshTokens()).toEqual(["bob's next", null]);
    expect(seen.filter((text) => text.includes("alice"))).toEqual([]);
    expect(FakeChannel.posted.map((message) => Object(message).user)).not.toContain("alice");
  });

  it("that hangs for longer than a refresh may take: the same", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    renderApp(<Status />, { kinde });
    await settle();
    const refreshed = refreshKinde();
    await settle();
    await bobSignsIn();
    await after(() => vi.advanceTimersByTime(60_000));
    await refreshed;
    await after(() => answer.resolve());
    expect(await currentToken()).toBe(bobs);
    expect(refreshTokens()).toEqual(["bob's next", null]);
    vi.useRealTimers();
  });

  it.each(Object.entries(ways))(
    "%s: while the next user's session is fetched, it is not taken for it",
    async (_, refresh) => {
      renderApp(<Status />, { kinde });
      await settle();
      void refresh();
      await settle();
      await getInsecureStorage()?.setSessionItem(StorageKeys.refreshToken, "bob's");
      // Both in one go: the tab has not begun to refresh by then.
      await after(() => {
        FakeChannel.say({ ...BOB, written: Number(localStorage.getItem("kinde-cerbos:written")) + 5 });
        setTimeout(() => answer.resolve());
      });
      const mark = String(Number(localStorage.getItem("kinde-cerbos:written")) + 5);
      localStorage.setItem("kinde-cerbos:written", mark);
      await after(() => window.dispatchEvent(new StorageEvent("storage")));
      await settle();
      expect(await currentToken()).toBe(bobs);
      expect(refreshTokens()).toEqual(["bob's next", null]);
      expect(screen.getByText(B_OF_BOB)).toBeDefined();
    },
  );

  it.each(Object.entries(ways))("%s, after a sign-out: no refresh token comes back either", async (_, refresh) => {
    renderApp(<Status />, { kinde });
    await settle();
    void refresh();
    await settle();
    await getInsecureStorage()?.removeSessionItem(StorageKeys.refreshToken);
    await after(() => FakeChannel.say(NOBODY));
    await after(() => answer.resolve());
    await settle();
    expect(await currentToken()).toBeUndefined();
    expect(refreshTokens()).toEqual([null, null]);
    expect(seen.at(-1)).toBe(SIGNED_OUT);
  });

  // Kinde's SDK stores the tokens one after the other, and each time this may come between.
  describe.each([0, 1, 2, 5, 10, 15, 20, 30, 40, 60])("%i turns after a sign-out in another tab", (turns) => {
    it.each([
      ["of ours: the same", ways["of ours"], async () => {}],
      ["of Kinde's own: the same", ways["of Kinde's own"], async () => {}],
      ["of the user before the one who signs out: nobody is signed in", ways["of Kinde's own"], () => bobSignsIn()],
    ])("%s", async (_, refresh, meanwhile) => {
      renderApp(<Status />, { kinde });
      await settle();
      void refresh();
      await settle();
      await meanwhile();
      void getInsecureStorage()?.removeSessionItem(StorageKeys.refreshToken);
      await after(async () => {
        FakeChannel.say(NOBODY);
        for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
        answer.resolve();
      });
      await settle();
      expect([await currentToken(), await currentToken(StorageKeys.idToken)]).toEqual([undefined, undefined]);
      expect(refreshTokens()).toEqual([null, null]);
      expect(seen.at(-1)).toBe(SIGNED_OUT);
    });
  });

  it("is of no interest in another storage", async () => {
    renderApp(<Status />, { kinde });
    await settle();
    await bobSignsIn();
    const again = new FakeKinde().signIn(kindeToken({ jti: "another" }));
    await after(() => window.dispatchEvent(new StorageEvent("storage")));
    expect(again.storage.getSessionItem(StorageKeys.accessToken)).toBe(kindeToken({ jti: "another" }));
  });

  it("sets no timer in a tab that is nobody's: it would refresh somebody else's session", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    renderApp(<Status />, { kinde });
    await settle();
    void refreshKinde();
    await settle();
    await after(() => FakeChannel.say(NOBODY));
    await after(() => answer.resolve());
    await getInsecureStorage()?.setSessionItem(StorageKeys.refreshToken, "bob's");
    await after(() => window.dispatchEvent(new StorageEvent("storage")));
    await after(() => vi.advanceTimersByTime(3600_000));
    expect(await currentToken()).toBeUndefined();
    expect(refreshTokens()).toEqual(["bob's", null]);
    vi.useRealTimers();
  });

  it("leaves alone what other tabs store meanwhile", async () => {
    renderApp(<Status />, { kinde });
    await settle();
    const written = Number(localStorage.getItem("kinde-cerbos:written")) + 5;
    await after(() => FakeChannel.say({ ...BOB, written }));
    await getInsecureStorage()?.setSessionItem(StorageKeys.refreshToken, "bob's");
    await after(() => window.dispatchEvent(new StorageEvent("storage")));
    await getInsecureStorage()?.setSessionItem(StorageKeys.refreshToken, "bob's second");
    await after(() => window.dispatchEvent(new StorageEvent("storage")));
    expect([refreshTokens(), await currentToken()]).toEqual([["bob's second", null], undefined]);
    localStorage.setItem("kinde-cerbos:written", String(written));
    await after(() => window.dispatchEvent(new StorageEvent("storage")));
    expect(screen.getByText(B_OF_BOB)).toBeDefined();
  });

  it("is watched for as long as it may come, and no longer", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    renderApp(<Status />, { kinde });
    await settle();
    const added = vi.spyOn(window, "addEventListener");
    await bobSignsIn();
    const options = added.mock.calls.find(([type]) => type === "storage")?.[2];
    const signal = typeof options === "object" ? options.signal : undefined;
    expect(signal?.aborted).toBe(false);
    // Also if its page is gone by then.
    vi.stubGlobal("window", undefined);
    try {
      await vi.advanceTimersByTimeAsync(10_000);
    } finally {
      vi.unstubAllGlobals();
      vi.useRealTimers();
    }
    expect(signal?.aborted).toBe(true);
  });

  it("is none once they have signed in again in another tab", async () => {
    renderApp(<Status />, { kinde });
    await settle();
    await bobSignsIn();
    expect(screen.getByText(B_OF_BOB)).toBeDefined();
    answer.resolve();
    await getInsecureStorage()?.setSessionItem(StorageKeys.refreshToken, "first");
    await after(() => FakeChannel.say(IN_A));
    await settle();
    expect(screen.getByText(A)).toBeDefined();
    expect(refreshTokens()).toEqual(["alice's next", null]);
  });
});

describe("a tab that cannot get the session of who has signed in elsewhere", () => {
  it("is nobody's, and signs nobody out elsewhere for that", async () => {
    renderApp(<Status />, { kinde });
    await settle();
    issuer.forRefresh = null;
    FakeChannel.posted = [];
    await after(() => FakeChannel.say({ ...IN_A, user: "bob" }));
    expect(screen.getByText(SIGNED_OUT)).toBeDefined();
    expect(FakeChannel.posted).toEqual([]);
  });
});

/**
 * As docs/concepts/sessions.md has it: client id, user id and organization code, and after a sign-out neither of the last two.
 */
function isOurs(data: unknown): boolean {
  if (typeof data !== "object" || data === null) return false;
  const { client, user, org }: { client?: unknown; user?: unknown; org?: unknown } = data;
  if (client !== "spa") return false;
  return user === null
    ? org === null
    : typeof user === "string" && user !== "" && (org === null || typeof org === "string");
}

describe("what is no message of ours", () => {
  const odd: readonly unknown[] = [
    null,
    undefined,
    "",
    "null",
    0,
    false,
    true,
    [],
    [null],
    {},
    new Map(Object.entries(NOBODY)),
    { user: null },
    { org: null },
    { client: "spa", user: null },
    { client: "spa", org: null },
    { ...NOBODY, client: null },
    { ...NOBODY, client: "" },
    { ...NOBODY, client: ["spa"] },
    { ...NOBODY, org: "org_a" },
    { ...NOBODY, user: undefined },
    { ...NOBODY, user: "" },
    { ...IN_B, user: 1 },
    { ...IN_B, user: ["alice"] },
    { ...IN_B, org: undefined },
    { ...IN_B, org: {} },
    { data: NOBODY },
    JSON.stringify(NOBODY),
  ];

  it("changes nothing, and nobody is asked", async () => {
    const pdp = fakePdp();
    renderApp(<Status />, { kinde, pdp });
    await settle();
    const before = seen.length;
    for (const message of odd) {
      await after(() => FakeChannel.say(message));
      expect([message, seen.length, issuer.refreshes.length]).toEqual([message, before, 0]);
    }
    expect(pdp.requests).toHaveLength(1);
    await after(() => FakeChannel.say(NOBODY));
    expect(screen.getByText(SIGNED_OUT)).toBeDefined();
  });

  it("whatever it is", { timeout: 60_000 }, async () => {
    renderApp(<Status />, { kinde });
    await settle();
    const before = seen.length;
    const part = fc.oneof(fc.anything(), fc.constantFrom("spa", "alice", "org_a", "org_b", "", null, undefined));
    const record = fc.record({ client: part, user: part, org: part }, { requiredKeys: [] });
    const message = fc.oneof(fc.anything({ withMap: true, withSet: true, withDate: true }), record);
    const property = fc.asyncProperty(message, async (data) => {
      fc.pre(!isOurs(data));
      FakeChannel.say(data);
      await settle();
      expect([seen.length, issuer.refreshes.length]).toEqual([before, 0]);
    });
    await fc.assert(property, { numRuns: 200 });
  });
});

describe("what Kinde's SDK writes for all tabs is not this", () => {
  it.each([
    ["another key", { key: "performing_logout", newValue: "true" }],
    ["a store that is emptied", { key: null, newValue: null }],
    ["another value", { key: "performing_logout0", newValue: "false" }],
    ["no value", { key: "performing_logout0", newValue: null }],
  ])("%s", async (_, event) => {
    renderApp(<Status />, { kinde });
    await settle();
    const before = seen.length;
    await after(() => window.dispatchEvent(new StorageEvent("storage", event)));
    expect([seen.length, seen.at(-1), issuer.refreshes.length]).toEqual([before, A, 0]);
  });
});

describe("where there is no BroadcastChannel", () => {
  it("all else works", async () => {
    vi.stubGlobal("BroadcastChannel", undefined);
    renderApp(<Status />, { kinde });
    await settle();
    expect(screen.getByText(A)).toBeDefined();
    await after(() => kinde.signOut());
    expect(screen.getByText(SIGNED_OUT)).toBeDefined();
  });
});

describe("an app that is gone", () => {
  it("listens no more", async () => {
    const { unmount } = renderApp(<Status />, { kinde });
    await settle();
    expect(FakeChannel.open.map(({ name }) => name)).toEqual(["kinde-cerbos"]);
    unmount();
    expect(FakeChannel.open).toEqual([]);
  });
});
