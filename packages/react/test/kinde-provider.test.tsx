// The real KindeProvider and the real client of @cerbos/http; only the network is not.
import { HTTP } from "@cerbos/http";
import { type PdpRequest } from "@kinde-cerbos/core";
import { PermissionsProvider, useCan, usePermissionsSession } from "@kinde-cerbos/react";
import { KindeProvider, useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { clearRefreshTimer, getActiveStorage, refreshToken, StorageKeys } from "@kinde-oss/kinde-auth-react/utils";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { http, HttpResponse } from "msw/http";
import { setupServer } from "msw/node";
import { type ComponentProps, type ReactNode } from "react";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { answerTo, decidedFor, document1, settle, SIGNATURE, tokenOf, whoIs } from "./support.tsx";

const DOMAIN = "http://kinde.test";
const CLIENT = { domain: DOMAIN, clientId: "spa" };

/** What the issuer gives for a code, and for a refresh token. */
let accessToken: { forCode: string; forRefresh: string | null };
/** What the issuer waits for before it gives something for a code. */
let beforeCode: Promise<void>;
/** Who asked the PDP, in order. */
let asked: string[];

const server = setupServer(
  http.post(`${DOMAIN}/oauth2/token`, async ({ request }) => {
    const isRefresh = (await request.text()).includes("grant_type=refresh_token");
    if (!isRefresh) await beforeCode;
    const token = isRefresh ? accessToken.forRefresh : accessToken.forCode;
    if (token === null) return HttpResponse.json({ error: "invalid_grant" }, { status: 400 });
    return HttpResponse.json({
      access_token: token,
      id_token: tokenOf({ email: "alice@example.com" }),
      refresh_token: "next",
      expires_in: 3600,
    });
  }),
  http.post("http://pdp.test/api/check/resources", async ({ request }) => {
    const body: unknown = await request.json();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what @cerbos/http sends
    const check = body as PdpRequest;
    asked.push(whoIs(check.auxData?.jwt.token));
    return HttpResponse.json(answerTo(check));
  }),
  http.post(`${DOMAIN}/oauth2/revoke`, () => new HttpResponse()),
);

declare global {
  var jsdom: {
    virtualConsole: {
      on: (event: "jsdomError", listener: (error: Error) => void) => void;
      removeAllListeners: (event: "jsdomError") => void;
    };
  };
}

beforeAll(() => {
  server.listen({ onUnhandledFrame: "error" });
  // At a logout Kinde leaves the page. jsdom cannot, and says so past the console of the tests.
  jsdom.virtualConsole.removeAllListeners("jsdomError");
});
afterAll(() => server.close());

beforeEach(() => {
  accessToken = { forCode: tokenOf({ exp: 4e9 }), forRefresh: null };
  beforeCode = Promise.resolve();
  asked = [];
  // Kinde tells of much on the console.
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

afterEach(async () => {
  const written = [console.error, console.warn].flatMap((log) => vi.mocked(log).mock.calls.flat().map(String));
  if (written.some((text) => text.includes(SIGNATURE))) throw new Error("A token is on the console.");
  vi.mocked(console.error).mockReset();
  vi.mocked(console.warn).mockReset();
  await getActiveStorage()?.destroySession();
  clearRefreshTimer();
  window.history.replaceState(null, "", "/");
});

/** Kinde wants the same object at each render. */
const ACTIVITY_TIMEOUT = { timeoutMinutes: 10 };

/** The page as Kinde redirects to it. */
function arriveWithCode(): void {
  const state = btoa(JSON.stringify({ kinde: { event: "login" } })).replaceAll("=", "");
  localStorage.setItem("state0", state);
  localStorage.setItem("codeVerifier0", "verifier");
  window.history.replaceState(null, "", `/?code=abc&state=${state}`);
}

/** Renders an app as its author would, and keeps each render of a component that asks. */
function renderApp(props: Partial<ComponentProps<typeof KindeProvider>> = {}) {
  const renders: { madeFor: string | null; holder: string }[] = [];
  const queryClient = new QueryClient();
  let kinde: ReturnType<typeof useKindeAuth>;
  const Page = (): ReactNode => {
    kinde = useKindeAuth();
    const { status, orgCode } = usePermissionsSession();
    const can = useCan({ action: "view", resource: document1 });
    renders.push({
      madeFor: decidedFor(can),
      holder: whoIs(kinde.isAuthenticated ? getActiveStorage()?.getSessionItem(StorageKeys.accessToken) : null),
    });
    return <p>{`${status} ${orgCode ?? "-"}: ${can.status}`}</p>;
  };
  render(
    <KindeProvider {...CLIENT} redirectUri="http://localhost:3000" useInsecureForRefreshToken {...props}>
      <QueryClientProvider client={queryClient}>
        <PermissionsProvider pdp={new HTTP("http://pdp.test")}>
          <Page />
        </PermissionsProvider>
      </QueryClientProvider>
    </KindeProvider>,
  );
  return {
    kinde: () => kinde,
    remembered: () => queryClient.getQueriesData({ queryKey: ["kinde-cerbos"] }).length,
    renders,
    foreign: () => renders.filter(({ madeFor, holder }) => madeFor !== null && madeFor !== holder),
  };
}

describe("the real KindeProvider", () => {
  it("with nobody signed in: denied, and nothing is sent", async () => {
    const app = renderApp();
    expect(await screen.findByText("signed_out -: denied")).toBeDefined();
    await settle();
    expect(asked).toEqual([]);
    expect(app.remembered()).toBe(0);
  });

  it.each([false, true])("back from the sign-in page (forceChildrenRender: %s)", async (forceChildrenRender) => {
    arriveWithCode();
    const app = renderApp({ forceChildrenRender });
    expect(await screen.findByText("authenticated org_a: allowed")).toBeDefined();
    expect(asked).toEqual(["alice in org_a"]);
    expect(app.foreign()).toEqual([]);
  });

  it("back from an org switch: nothing is asked or shown for the old organization that Kinde restores first", async () => {
    localStorage.setItem("refreshToken0", "old");
    accessToken = { forRefresh: tokenOf({ exp: 4e9 }), forCode: tokenOf({ exp: 4e9, org_code: "org_b" }) };
    arriveWithCode();
    const { promise, resolve } = Promise.withResolvers<void>();
    beforeCode = promise;
    const app = renderApp();
    expect(await screen.findByText("loading -: pending")).toBeDefined();
    resolve();
    expect(await screen.findByText("authenticated org_b: allowed")).toBeDefined();
    expect(app.renders.map(({ holder }) => holder)).toContain("alice in org_a");
    expect(asked).toEqual(["alice in org_b"]);
    expect(app.foreign()).toEqual([]);
  });

  it("a refresh of equal rights asks nothing", async () => {
    arriveWithCode();
    const app = renderApp();
    await screen.findByText("authenticated org_a: allowed");
    accessToken.forRefresh = tokenOf({ exp: 4e9 + 3600, jti: "2" });
    expect(await refreshToken(CLIENT)).toMatchObject({ success: true });
    await settle();
    expect(screen.getByText("authenticated org_a: allowed")).toBeDefined();
    expect(getActiveStorage()?.getSessionItem(StorageKeys.accessToken)).toBe(accessToken.forRefresh);
    expect(asked).toEqual(["alice in org_a"]);
    expect(app.foreign()).toEqual([]);
  });

  it("a refresh that flips the organization, as after a switch in another tab", async () => {
    arriveWithCode();
    const app = renderApp();
    await screen.findByText("authenticated org_a: allowed");
    accessToken.forRefresh = tokenOf({ exp: 4e9, org_code: "org_b" });
    await refreshToken(CLIENT);
    expect(await screen.findByText("authenticated org_b: allowed")).toBeDefined();
    expect(asked).toEqual(["alice in org_a", "alice in org_b"]);
    expect(app.foreign()).toEqual([]);
  });

  it("logout removes all decisions of the user", async () => {
    arriveWithCode();
    const app = renderApp();
    await screen.findByText("authenticated org_a: allowed");
    expect(app.remembered()).toBe(1);
    await app.kinde().logout();
    expect(await screen.findByText("signed_out -: denied")).toBeDefined();
    expect(app.remembered()).toBe(0);
    expect(asked).toEqual(["alice in org_a"]);
    expect(app.foreign()).toEqual([]);
  });

  it("an activity time-out is a logout", async () => {
    const timers = vi.spyOn(globalThis, "setTimeout");
    arriveWithCode();
    const app = renderApp({ activityTimeout: ACTIVITY_TIMEOUT });
    await screen.findByText("authenticated org_a: allowed");
    await settle();
    const timeOut = timers.mock.calls.findLast(([, delay]) => delay === 600_000)?.[0];
    expect(timeOut).toBeTypeOf("function");
    timeOut?.();
    expect(await screen.findByText("signed_out -: denied")).toBeDefined();
    expect(app.foreign()).toEqual([]);
  });
});
