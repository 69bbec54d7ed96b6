import { PermissionsProvider } from "@kinde-cerbos/react";
import {
  dehydrate,
  type DehydratedState,
  hydrate,
  QueryClient,
  QueryClientContext,
  QueryClientProvider,
  useQuery,
} from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { type ReactNode, useContext } from "react";
import { describe, expect, it, vi } from "vitest";
import { PermissionsContext, SessionContext } from "../../src/session/permissions-context.ts";
import { findByOwnProperties } from "../own-properties.ts";
import {
  after,
  document1,
  FakeKinde,
  FakeKindeProvider,
  fakePdp,
  Probe,
  renderApp,
  settle,
  SIGNATURE,
  UNAVAILABLE,
} from "../support.tsx";

const ask = <Probe action="view" resource={document1} onRender={() => undefined} />;
const keysOf = (client: QueryClient): unknown[] =>
  client
    .getQueryCache()
    .getAll()
    .map(({ queryKey }) => queryKey[0]);

describe("promise 11: outside of KindeProvider", () => {
  it("throws, and names KindeProvider and how to see two copies of Kinde's SDK", () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(() => render(<PermissionsProvider pdp={fakePdp()}>{ask}</PermissionsProvider>)).toThrow(
      expect.objectContaining({
        code: "no_provider",
        message: expect.stringMatching(/<KindeProvider.*npm ls @kinde-oss\/kinde-auth-react/),
      }),
    );
    vi.mocked(console.error).mockReset();
  });
});

/** The app's own query. */
function Documents(): ReactNode {
  return useQuery({ queryKey: ["documents"], queryFn: () => "documents" }).data;
}

/** The app with QueryClientProvider around it. */
function renderIn(appClient: QueryClient, queryClient?: QueryClient, child: ReactNode = ask) {
  const kinde = new FakeKinde().signIn();
  return render(
    <QueryClientProvider client={appClient}>
      <FakeKindeProvider kinde={kinde}>
        <PermissionsProvider pdp={fakePdp()} {...(queryClient && { queryClient })}>
          {child}
        </PermissionsProvider>
      </FakeKindeProvider>
    </QueryClientProvider>,
  );
}

/** The app below a client that may be gone. */
function appBelow(client: QueryClient | undefined, kinde: FakeKinde): ReactNode {
  return (
    <QueryClientContext.Provider value={client}>
      <FakeKindeProvider kinde={kinde}>
        <PermissionsProvider pdp={fakePdp()}>{ask}</PermissionsProvider>
      </FakeKindeProvider>
    </QueryClientContext.Provider>
  );
}

describe("the query client", () => {
  it("is the app's own where there is one", async () => {
    const appClient = new QueryClient();
    renderIn(appClient);
    await settle();
    expect(keysOf(appClient)).toEqual(["kinde-cerbos"]);
  });

  it("is the one given, before the app's own", async () => {
    const [appClient, given] = [new QueryClient(), new QueryClient()];
    renderIn(appClient, given);
    await settle();
    expect([keysOf(appClient), keysOf(given)]).toEqual([[], ["kinde-cerbos"]]);
  });

  it("leaves the app's queries to the app's client", async () => {
    const [appClient, given] = [new QueryClient(), new QueryClient()];
    renderIn(appClient, given, <Documents />);
    await settle();
    expect([keysOf(appClient), keysOf(given)]).toEqual([["documents"], []]);
  });

  it("is one of ours where there is none, and the app's own useQuery has still none", async () => {
    renderApp(ask);
    expect(await screen.findByText("allowed alice in org_a")).toBeDefined();
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(() => renderApp(<Documents />)).toThrow("No QueryClient set");
    vi.mocked(console.error).mockReset();
  });

  it("listens to focus where no QueryClientProvider makes it", async () => {
    const pdp = fakePdp();
    const queryClient = new QueryClient();
    renderApp(ask, { pdp, queryClient });
    await settle();
    await queryClient.invalidateQueries({ refetchType: "none" });
    await after(() => window.dispatchEvent(new Event("visibilitychange")));
    expect(pdp.requests).toHaveLength(2);
  });

  it("that goes away while the app is there is missed, with a remedy", () => {
    const kinde = new FakeKinde().signIn();
    const { rerender } = render(appBelow(new QueryClient(), kinde));
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(() => rerender(appBelow(undefined, kinde))).toThrow(
      expect.objectContaining({
        code: "no_provider",
        message: expect.stringContaining("QueryClientProvider"),
      }),
    );
    vi.mocked(console.error).mockReset();
  });

  it("brings decisions along from the server", async () => {
    const server = new QueryClient();
    renderApp(ask, { queryClient: server });
    await settle();
    const state: DehydratedState = JSON.parse(JSON.stringify(dehydrate(server)));
    const browser = new QueryClient();
    hydrate(browser, state);
    const pdp = fakePdp();
    renderApp(ask, { queryClient: browser, pdp });
    await settle();
    expect(screen.getAllByText("allowed alice in org_a")).toHaveLength(2);
    expect(pdp.requests).toEqual([]);
  });
});

describe("promise 12: nothing leaks", () => {
  it.each([
    ["answers", fakePdp()],
    ["fails", fakePdp(() => Promise.reject(UNAVAILABLE))],
  ])("no token in the cache, the contexts, the page or the console, where the PDP %s", async (_, pdp) => {
    const queryClient = new QueryClient();
    const contexts: unknown[] = [];
    const Contexts = (): ReactNode => {
      contexts.push(useContext(PermissionsContext), useContext(SessionContext));
      return ask;
    };
    renderApp(<Contexts />, { pdp, queryClient });
    await settle();
    expect(pdp.requests[0]?.body.auxData?.jwt.token).toContain(SIGNATURE);
    const everything = [
      JSON.stringify(dehydrate(queryClient, { shouldDehydrateQuery: () => true })),
      ...queryClient
        .getQueryCache()
        .getAll()
        .map(({ state }) => String(state.error)),
      document.documentElement.outerHTML,
      JSON.stringify(localStorage),
    ];
    for (const text of everything) expect(text).not.toContain(SIGNATURE);
    const kept = { queries: queryClient.getQueryCache().getAll(), contexts };
    expect(findByOwnProperties(kept, SIGNATURE)).toEqual([]);
    // What is on the console is looked at after each test: nothing at all.
  });
});
