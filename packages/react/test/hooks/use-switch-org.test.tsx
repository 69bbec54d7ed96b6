import {
  type SwitchOrgOptions,
  type SwitchOrgResult,
  useCan,
  usePermissionsSession,
  useSwitchOrg,
} from "@kinde-cerbos/react";
import { getInsecureStorage, StorageKeys } from "@kinde-oss/kinde-auth-react/utils";
import { renderHook, screen, waitFor } from "@testing-library/react";
import { type ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeFrame, FakeIssuer, kindeToken } from "../fake-issuer.ts";
import { after, type AppOptions, decidedFor, document1, FakeKinde, fakePdp, renderApp, settle } from "../support.tsx";

const inA = kindeToken();
const inB = kindeToken({ org_code: "org_b" });
const inC = kindeToken({ org_code: "org_c" });

const seen: string[] = [];
/** What the hook returned last. */
const results: SwitchOrgResult[] = [];
function Switcher(options: SwitchOrgOptions): ReactNode {
  const switching = useSwitchOrg(options);
  results.push(switching);
  const { status, orgCode } = usePermissionsSession();
  const can = useCan({ action: "view", resource: document1 });
  const text =
    `${status} ${orgCode ?? "-"}: ${can.status} ` +
    `${decidedFor(can) ?? "-"}${switching.isSwitching ? ", switching" : ""}`;
  if (seen.at(-1) !== text) seen.push(text);
  return <p>{text}</p>;
}

function last(): SwitchOrgResult {
  return results.at(-1)!;
}

const A = "authenticated org_a: allowed alice in org_a";
const A_SWITCHING = "authenticated org_a: pending -, switching";
const B = "authenticated org_b: allowed alice in org_b";

let issuer: FakeIssuer;
let kinde: FakeKinde;
const login = vi.fn<(options?: object) => Promise<void>>();

beforeEach(() => {
  issuer = new FakeIssuer();
  issuer.forCode = inB;
  kinde = new FakeKinde().signIn(inA).update({ login });
  login.mockReset().mockResolvedValue();
  seen.length = 0;
  results.length = 0;
  // Kinde tells of failed exchanges on the console.
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

afterEach(() => {
  vi.mocked(console.error).mockClear();
  vi.mocked(console.warn).mockClear();
  sessionStorage.clear();
  window.history.replaceState(null, "", "/");
  for (const frame of document.querySelectorAll("iframe")) frame.remove();
});

async function start(options: SwitchOrgOptions = {}, app: AppOptions = {}): Promise<void> {
  renderApp(<Switcher {...options} />, { kinde, ...app });
  await settle();
  expect(screen.getByText(A)).toBeDefined();
  seen.length = 0;
}

/** A switch that Kinde has been asked for. */
interface Begun {
  readonly result: Promise<boolean>;
  readonly frame: FakeFrame;
}

/** Begins a switch, and waits until Kinde is asked. */
async function begin(orgCode = "org_b"): Promise<Begun> {
  const before = document.querySelector("iframe");
  const result = last().switchOrg(orgCode);
  return { result, frame: await FakeFrame.next(before) };
}

/** Does what ends a switch, waits for that and for what follows from it. */
async function ended({ result }: Begun, action: () => unknown): Promise<boolean> {
  await after(action);
  const isSwitched = await result;
  await settle();
  return isSwitched;
}

describe("a silent switch", () => {
  it("asks Kinde for the organization, with the audience and scope of the token, in a frame without scripts", async () => {
    await start();
    const { frame } = await begin();
    expect(Object.fromEntries(frame.asked)).toMatchObject({
      client_id: "spa",
      response_type: "code",
      prompt: "none",
      org_code: "org_b",
      redirect_uri: `${window.location.origin}/silent.html`,
      audience: "https://api.test",
      scope: "openid offline",
      code_challenge_method: "S256",
    });
    expect(frame.element.getAttribute("sandbox")).toBe("allow-same-origin");
    expect(frame.element.style.display).toBe("none");
  });

  it("with other audiences, scopes and silent page, where told", async () => {
    await start({
      audience: ["https://one.test", "https://two.test"],
      scope: "openid offline extra",
      silentPage: "/app/quiet/",
    });
    const { frame } = await begin();
    expect(Object.fromEntries(frame.asked)).toMatchObject({
      audience: "https://one.test https://two.test",
      scope: "openid offline extra",
      redirect_uri: `${window.location.origin}/app/quiet/`,
    });
  });

  it("takes the session over: pending while it lasts, and then the decisions of the new organization only", async () => {
    const pdp = fakePdp();
    await start({}, { pdp });
    const begun = await begin();
    expect(seen).toEqual([A_SWITCHING]);
    expect(await ended(begun, () => begun.frame.answer({ code: "abc" }))).toBe(true);
    expect(seen).toEqual([A_SWITCHING, "authenticated org_b: pending -", B]);
    expect(last().error).toBeNull();
    expect(begun.frame.isThere).toBe(false);
    expect(Object.fromEntries(issuer.exchanges[0] ?? [])).toMatchObject({
      client_id: "spa",
      code: "abc",
      redirect_uri: `${window.location.origin}/silent.html`,
      code_verifier: expect.stringMatching(/^\w{40,}$/),
    });
    expect(pdp.requests).toHaveLength(2);
  });

  it("keeps query, hash and history state", async () => {
    await start();
    window.history.replaceState({ key: "k1" }, "", "/list?page=2&q=a%20b#row-7");
    const { frame } = await begin();
    await after(() => frame.answer({ code: "abc" }));
    expect(window.location.href).toBe(`${window.location.origin}/list?page=2&q=a%20b#row-7`);
    expect(window.history.state).toEqual({ key: "k1" });
    expect(screen.getByText(B)).toBeDefined();
  });

  it("to the organization that one is in asks nothing", async () => {
    const pdp = fakePdp();
    await start({}, { pdp });
    expect(await last().switchOrg("org_a")).toBe(true);
    await settle();
    expect(document.querySelector("iframe")).toBeNull();
    expect(pdp.requests).toHaveLength(1);
    expect(seen.at(-1)).toBe(A);
  });

  it("leaves a sign-in alone that another tab is in the middle of", async () => {
    const storage = getInsecureStorage();
    const theirs = { [StorageKeys.state]: "theirs", [StorageKeys.nonce]: "n", [StorageKeys.codeVerifier]: "v" };
    await storage?.setItems(theirs);
    await start();
    const begun = await begin();
    expect(issuer.pending()).toEqual(["theirs", "n", "v"]);
    await ended(begun, () => begun.frame.answer({ code: "abc" }));
    expect(issuer.pending()).toEqual(["theirs", "n", "v"]);
    expect(screen.getByText(B)).toBeDefined();
  });

  it("waits where the frame says that its empty page is there", async () => {
    await start();
    const begun = await begin();
    await after(() => begun.frame.load({ href: "about:blank", scripts: 0 }));
    expect(begun.frame.isThere).toBe(true);
    expect(await ended(begun, () => begun.frame.answer({ code: "abc" }))).toBe(true);
  });

  it("without a network, from an issuer on this machine", async () => {
    vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    await start();
    const begun = await begin();
    expect(await ended(begun, () => begun.frame.answer({ code: "abc" }))).toBe(true);
  });

  it("in StrictMode", async () => {
    await start({}, { strict: true });
    const begun = await begin();
    expect(await ended(begun, () => begun.frame.answer({ code: "abc" }))).toBe(true);
    expect(screen.getByText(B)).toBeDefined();
  });
});

describe("a switch that fails leaves the old session as it was", () => {
  const failures: readonly (readonly [string, (frame: FakeFrame) => void, string])[] = [
    [
      "not a member",
      (frame) => frame.answer({ error: "access_denied", error_description: "no member" }),
      "switch_not_member",
    ],
    ["another refusal", (frame) => frame.answer({ error: "invalid_scope" }), "switch_failed"],
    ["an answer to something else", (frame) => frame.answer({ code: "abc" }, { state: "forged" }), "switch_failed"],
    ["the app on the silent page", (frame) => frame.answer({ code: "abc" }, { scripts: 1 }), "silent_page_missing"],
    [
      "a silent page that loses the query",
      (frame) => frame.load({ href: window.location.href, scripts: 0 }),
      "silent_page_missing",
    ],
  ];
  it.each(failures)("%s", async (_, fail, code) => {
    const pdp = fakePdp();
    await start({}, { pdp });
    const begun = await begin();
    expect(await ended(begun, () => fail(begun.frame))).toBe(false);
    expect(last().error).toMatchObject({ code });
    expect(seen).toEqual([A_SWITCHING, A]);
    expect(begun.frame.isThere).toBe(false);
    expect(issuer.exchanges).toEqual([]);
    expect(issuer.pending()).toEqual([null, null, null]);
    expect(login).not.toHaveBeenCalled();
    // The decisions of before are still good.
    expect(pdp.requests).toHaveLength(1);
  });

  it("a code that Kinde does not take", async () => {
    issuer.forCode = null;
    await start();
    window.history.replaceState(null, "", "/list?page=2");
    const begun = await begin();
    expect(await ended(begun, () => begun.frame.answer({ code: "abc" }))).toBe(false);
    expect(last().error).toMatchObject({ code: "switch_failed" });
    expect(screen.getByText(A)).toBeDefined();
    expect(issuer.pending()).toEqual([null, null, null]);
    expect(window.location.search).toBe("?page=2");
  });

  it("and Kinde's SDK refreshes it on", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    issuer.forCode = null;
    await start();
    const begun = await begin();
    await ended(begun, () => begun.frame.answer({ code: "abc" }));
    issuer.forRefresh = kindeToken({ jti: "2" });
    // The longest that Kinde's SDK waits.
    await after(() => vi.advanceTimersByTime(86_400_000));
    expect(issuer.refreshes).toHaveLength(1);
  });

  it("a Kinde that gives another organization", async () => {
    issuer.forCode = inC;
    await start();
    const begun = await begin();
    expect(await ended(begun, () => begun.frame.answer({ code: "abc" }))).toBe(false);
    expect(last().error).toMatchObject({ code: "switch_failed" });
    // It is the session that Kinde has, so it is the one that is shown.
    expect(screen.getByText("authenticated org_c: allowed alice in org_c")).toBeDefined();
  });

  it("nobody signed in", async () => {
    renderApp(<Switcher />, { kinde: kinde.signOut() });
    await settle();
    expect(await last().switchOrg("org_b")).toBe(false);
    await waitFor(() => expect(last().error).toMatchObject({ code: "switch_failed" }));
  });

  it("a silent page of another origin", async () => {
    await start({ silentPage: "https://elsewhere.test/silent.html" });
    expect(await last().switchOrg("org_b")).toBe(false);
    await waitFor(() => expect(last().error).toMatchObject({ code: "invalid_option" }));
  });

  it("no network, known before or found out by the frame", async () => {
    await start();
    const onLine = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    issuer.isReachable = false;
    expect(await last().switchOrg("org_b")).toBe(false);
    await waitFor(() => expect(last().error).toMatchObject({ code: "offline" }));
    expect(document.querySelector("iframe")).toBeNull();
    onLine.mockReturnValue(true);
    const begun = await begin();
    expect(await ended(begun, () => begun.frame.block())).toBe(false);
    expect(last().error).toMatchObject({ code: "offline" });
    expect(login).not.toHaveBeenCalled();
    expect(screen.getByText(A)).toBeDefined();
  });

  it("and the next one clears the error", async () => {
    await start();
    const begun = await begin();
    await ended(begun, () => begun.frame.answer({ error: "access_denied" }));
    const next = await begin();
    expect(last().error).toBeNull();
    await ended(next, () => next.frame.answer({ code: "abc" }));
    expect(screen.getByText(B)).toBeDefined();
  });
});

describe("what a redirect can mend", () => {
  const mendable: readonly (readonly [string, (frame: FakeFrame) => void, string])[] = [
    ["a sign-in", (frame) => frame.answer({ error: "login_required" }), "switch_login_required"],
    ["a question", (frame) => frame.answer({ error: "interaction_required" }), "switch_login_required"],
    ["a consent", (frame) => frame.answer({ error: "consent_required" }), "switch_login_required"],
    ["a ban on frames", (frame) => frame.block(), "switch_blocked"],
  ];
  it.each(mendable)("%s goes by Kinde's own sign-in", async (_, fail) => {
    await start();
    const { frame } = await begin();
    await after(() => fail(frame));
    await waitFor(() => expect(login).toHaveBeenCalled());
    await settle();
    expect(login.mock.calls).toEqual([[{ orgCode: "org_b", state: { switch: expect.any(String) } }]]);
    // The page is about to be left: nothing is allowed any more.
    expect(seen).toEqual([A_SWITCHING]);
  });

  it.each(mendable)("%s is an error where there is to be no redirect", async (_, fail, code) => {
    await start({ redirect: false });
    const begun = await begin();
    expect(await ended(begun, () => fail(begun.frame))).toBe(false);
    expect(last().error).toMatchObject({ code });
    expect(login).not.toHaveBeenCalled();
    expect(screen.getByText(A)).toBeDefined();
  });

  it("a redirect that cannot be begun leaves the failure as it is", async () => {
    login.mockRejectedValue(new Error("popup was blocked"));
    await start();
    const begun = await begin();
    expect(await ended(begun, () => begun.frame.block())).toBe(false);
    expect(last().error).toMatchObject({ code: "switch_blocked" });
    expect(screen.getByText(A)).toBeDefined();
  });

  it("a page that is not left after all goes on with the old session", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await start({ timeoutMs: 3000 });
    const begun = await begin();
    await after(() => begun.frame.block());
    expect(await ended(begun, () => vi.advanceTimersByTime(3000))).toBe(false);
    expect(last().error).toMatchObject({ code: "switch_blocked" });
    expect(screen.getByText(A)).toBeDefined();
  });

  it("no answer within 5 seconds", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await start();
    const { frame } = await begin();
    await after(() => vi.advanceTimersByTime(4900));
    expect(frame.isThere).toBe(true);
    await after(() => vi.advanceTimersByTime(100));
    expect(frame.isThere).toBe(false);
    expect(login).toHaveBeenCalledOnce();
  });

  it("no answer within timeoutMs, without a redirect", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await start({ timeoutMs: 1000, redirect: false });
    const begun = await begin();
    expect(await ended(begun, () => vi.advanceTimersByTime(1000))).toBe(false);
    expect(last().error).toMatchObject({ code: "switch_timeout" });
    expect(screen.getByText(A)).toBeDefined();
  });
});

describe("two switches at once", () => {
  it("the later one wins, and the frame of the earlier one goes", async () => {
    await start();
    const first = await begin("org_b");
    const second = await begin("org_c");
    expect(first.frame.isThere).toBe(false);
    expect(await first.result).toBe(false);
    first.frame.answer({ code: "of b" });
    issuer.forCode = inC;
    expect(await ended(second, () => second.frame.answer({ code: "of c" }))).toBe(true);
    expect(issuer.exchanges.map((form) => form.get("code"))).toEqual(["of c"]);
    expect(seen).toEqual([
      A_SWITCHING,
      "authenticated org_c: pending -",
      "authenticated org_c: allowed alice in org_c",
    ]);
    expect(last().error).toBeNull();
  });

  it("one that comes at the same moment: Kinde's page is shown for the later one only", async () => {
    await start();
    const first = last().switchOrg("org_b");
    const second = await begin("org_c");
    expect(await first).toBe(false);
    expect(second.frame.asked.get("org_code")).toBe("org_c");
    issuer.forCode = inC;
    expect(await ended(second, () => second.frame.answer({ code: "of c" }))).toBe(true);
  });

  it("one that comes between the answer and the exchange: the code of the earlier one is not spent", async () => {
    await start();
    const first = await begin("org_b");
    first.frame.answer({ code: "of b" });
    const second = await begin("org_c");
    expect(await first.result).toBe(false);
    issuer.forCode = inC;
    expect(await ended(second, () => second.frame.answer({ code: "of c" }))).toBe(true);
    expect(issuer.exchanges.map((form) => form.get("code"))).toEqual(["of c"]);
  });

  it("one that comes while a code is exchanged waits for that, and nothing of it is shown", async () => {
    const { promise, resolve: exchange } = Promise.withResolvers<void>();
    issuer.beforeCode = promise;
    await start();
    const first = await begin("org_b");
    await after(() => first.frame.answer({ code: "of b" }));
    await waitFor(() => expect(issuer.exchanges).toHaveLength(1));
    const result = last().switchOrg("org_c");
    await settle();
    expect(document.querySelector("iframe")).toBeNull();
    exchange();
    const second = { result, frame: await FakeFrame.next() };
    issuer.forCode = inC;
    expect(await ended(second, () => second.frame.answer({ code: "of c" }))).toBe(true);
    expect(seen.filter((text) => text.includes("allowed"))).toEqual(["authenticated org_c: allowed alice in org_c"]);
  });
});

describe("promise 11: outside of PermissionsProvider", () => {
  it("throws, and names the hook and the provider", () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    expect(() => renderHook(() => useSwitchOrg())).toThrow(/useSwitchOrg.*PermissionsProvider/);
  });
});
