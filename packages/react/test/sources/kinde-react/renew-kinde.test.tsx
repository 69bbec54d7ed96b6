// The claims of now: the access token is revoked at Kinde, which then issues another one.
import { getInsecureStorage, StorageKeys } from "@kinde-oss/kinde-auth-react/utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadLive } from "../../../src/live/use-live.ts";
import { renewKinde } from "../../../src/sources/kinde-react/renew-kinde.ts";
import { currentToken } from "../../../src/sources/kinde-react/stored-token.ts";
import { FakeIssuer, kindeToken } from "../../fake-issuer.ts";
import { FakeGateway, stubTabs, unstubTabs } from "../../live/fake-gateway.ts";
import { after, decidedFor, document1, FakeKinde, Probe, renderApp, settle, tokenOf } from "../../support.tsx";

const seconds = (fromNow: number): number => Math.floor(Date.now() / 1000) + fromNow;

interface Revocation {
  readonly url: string;
  readonly form: URLSearchParams;
  readonly init: RequestInit;
}

let issuer: FakeIssuer;
let kinde: FakeKinde;
let old: string;
let fresh: string;
const revocations: Revocation[] = [];
let answer: () => Response;

beforeEach(async () => {
  await loadLive();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  issuer = new FakeIssuer();
  old = kindeToken({ iat: seconds(-10) });
  fresh = kindeToken({ iat: seconds(0), permissions: ["edit"] });
  issuer.forRefresh = old;
  kinde = new FakeKinde().signIn(old);
  revocations.length = 0;
  answer = () => {
    issuer.forRefresh = fresh;
    return new Response("");
  };
  const others = globalThis.fetch;
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    if (!url.endsWith("/oauth2/revoke")) return others(url, init);
    // jsdom's signals are none to Node's Request.
    const { signal: _, ...rest } = init;
    revocations.push({ url, init, form: new URLSearchParams(await new Request(url, rest).text()) });
    return answer();
  });
  stubTabs();
});

afterEach(unstubTabs);

describe("renewKinde", () => {
  it("revokes the access token, of this application, and refreshes", async () => {
    expect(await renewKinde(old)).toBe(fresh);
    expect(revocations.map(({ url }) => url)).toEqual(["http://kinde.test/oauth2/revoke"]);
    expect(Object.fromEntries(revocations[0]!.form)).toEqual({
      token: old,
      token_type_hint: "access_token",
      client_id: "spa",
    });
    expect(revocations[0]!.init).toMatchObject({ method: "POST", credentials: "omit", redirect: "error" });
    expect(issuer.refreshes).toHaveLength(1);
    expect(await currentToken()).toBe(fresh);
  });

  it("refreshes nothing if Kinde does not revoke it", async () => {
    answer = () => new Response("", { status: 400 });
    await expect(renewKinde(old)).rejects.toMatchObject({ code: "source_failed" });
    expect(issuer.refreshes).toEqual([]);
  });

  it("asks nobody if the token does not tell whom", async () => {
    expect(await renewKinde(tokenOf())).toBeNull();
    expect(revocations).toEqual([]);
  });
});

describe("Kinde's React SDK with live", () => {
  it("gets the new rights of an event: it refreshes, revokes and refreshes", async () => {
    const gateway = new FakeGateway();
    const seen: (string | null)[] = [];
    renderApp(<Probe action="view" resource={document1} onRender={(result) => seen.push(decidedFor(result))} />, {
      kinde,
      live: gateway.address,
    });
    await settle();
    expect(seen.at(-1)).toBe("alice in org_a");
    await after(() => gateway.emit({ outdated: "rights", issuedUntil: seconds(-5) }));
    expect(seen.at(-1)).toBe("alice in org_a with edit");
    expect([issuer.refreshes.length, revocations.length]).toEqual([2, 1]);
    expect(getInsecureStorage()?.getSessionItem(StorageKeys.refreshToken)).toBe("next");
  });

  it("revokes nothing of a user who has signed out by then", async () => {
    const gateway = new FakeGateway();
    renderApp(<Probe action="view" resource={document1} onRender={() => {}} />, { kinde, live: gateway.address });
    await settle();
    await after(() => gateway.emit({ outdated: "rights", issuedUntil: seconds(-5), delayMs: 1000 }));
    await after(() => kinde.signOut());
    await after(() => vi.advanceTimersByTimeAsync(10_000));
    expect([issuer.refreshes.length, revocations.length]).toEqual([0, 0]);
  });
});
