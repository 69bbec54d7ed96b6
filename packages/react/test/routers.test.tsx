// The examples of docs/guides/routers.md, with a history in memory.
import { type Authorizer, AuthzError } from "@kinde-cerbos/core";
import {
  ensureCan,
  Forbidden,
  PermissionsProvider,
  useAuthorizer,
  useCan,
  usePermissionsSession,
} from "@kinde-cerbos/react";
import { type QueryClient, QueryClient as Client, QueryClientProvider, useQueryClient } from "@tanstack/react-query";
import * as tanstack from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import { type ReactNode, StrictMode, useEffect, useState } from "react";
import * as reactRouter from "react-router";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  after,
  type Decide,
  FakeKinde,
  FakeKindeProvider,
  type FakePdp,
  fakePdp,
  decidingPdp,
  settle,
  slowPdp,
  tokenOf,
  UNAVAILABLE,
} from "./support.tsx";

/** What loaders ask with. */
interface LoaderContext {
  readonly queryClient: QueryClient;
  readonly authorizer: Authorizer | null;
}

/** Loaders run outside of components: they get what is asked with at that moment. */
function contextHolder(first: LoaderContext) {
  let current = first;
  return { get: () => current, set: (next: LoaderContext) => void (current = next) };
}

const viewOf = (id: string) => ({ action: "view", resource: { kind: "document", id } });

function Page({ id }: { id: string }): ReactNode {
  const { status } = useCan(viewOf(id));
  return <p>{`document ${id}, ${status}`}</p>;
}

function Failure({ error }: { error: unknown }): ReactNode {
  if (error instanceof Forbidden) return <p>{`${error.status}: ${error.decision.action}`}</p>;
  return <p>{error instanceof AuthzError ? error.code : "something else"}</p>;
}

/** How often a loader has run. */
const loaded = vi.fn<(id: string) => void>();

// React Router

function reactRoutes(contextOf: () => LoaderContext): reactRouter.RouteObject[] {
  return [
    {
      path: "/documents/:id",
      loader: async ({ params: { id = "" } }) => {
        loaded(id);
        const { queryClient, authorizer } = contextOf();
        await ensureCan(queryClient, authorizer, viewOf(id));
        return null;
      },
      Component: ReactRouterPage,
      ErrorBoundary: ReactRouterFailure,
      HydrateFallback: Starting,
    },
  ];
}

function ReactRouterPage(): ReactNode {
  return <Page id={reactRouter.useParams()["id"] ?? ""} />;
}

function ReactRouterFailure(): ReactNode {
  return <Failure error={reactRouter.useRouteError()} />;
}

function Starting(): ReactNode {
  return <p>loading</p>;
}

let navigate: (id: string) => Promise<void>;

function ReactRouterRoutes(): ReactNode {
  const queryClient = useQueryClient();
  const authorizer = useAuthorizer();
  const [context] = useState(() => contextHolder({ queryClient, authorizer }));
  const [router] = useState(() =>
    reactRouter.createMemoryRouter(reactRoutes(context.get), { initialEntries: ["/documents/1"] }),
  );
  useEffect(() => {
    const before = context.get().authorizer;
    context.set({ queryClient, authorizer });
    if (!authorizer || authorizer === before) return;
    // Another session: what the loaders have let through, or not, was of the one before.
    // Its error boundary is left by a navigation, and not by answers that are there at once.
    const { errors, location } = router.state;
    void (errors ? router.navigate(location, { replace: true }) : router.revalidate());
  }, [router, context, queryClient, authorizer]);
  useEffect(() => {
    navigate = (id) => router.navigate(`/documents/${id}`);
  }, [router]);
  return <reactRouter.RouterProvider router={router} />;
}

// TanStack Router

function tanstackRouter() {
  const root = tanstack.createRootRouteWithContext<LoaderContext>()();
  const route = tanstack.createRoute({
    getParentRoute: () => root,
    path: "/documents/$id",
    beforeLoad: async ({ context: { queryClient, authorizer }, params: { id } }) => {
      loaded(id);
      await ensureCan(queryClient, authorizer, viewOf(id));
    },
    component: function TanstackPage() {
      return <Page id={route.useParams().id} />;
    },
    errorComponent: Failure,
  });
  return tanstack.createRouter({
    routeTree: root.addChildren([route]),
    history: tanstack.createMemoryHistory({ initialEntries: ["/documents/1"] }),
    context: { queryClient: new Client(), authorizer: null },
  });
}

function TanstackRoutes(): ReactNode {
  const queryClient = useQueryClient();
  const authorizer = useAuthorizer();
  const [router] = useState(tanstackRouter);
  useEffect(() => {
    if (authorizer) void router.invalidate();
  }, [router, authorizer]);
  useEffect(() => {
    navigate = (id) => router.navigate({ to: "/documents/$id", params: { id } });
  }, [router]);
  return <tanstack.RouterProvider router={router} context={{ queryClient, authorizer }} />;
}

/** Begins with the routes once Kinde has said who the user is, and keeps them then. */
function App({ Routes }: { Routes: () => ReactNode }): ReactNode {
  const { status } = usePermissionsSession();
  const [hasBegun, begin] = useState(false);
  if (!hasBegun && status !== "loading") begin(true);
  return hasBegun ? <Routes /> : <Starting />;
}

function renderRoutes(
  Routes: () => ReactNode,
  { pdp = fakePdp(), kinde = new FakeKinde().signIn(), strict = false } = {},
) {
  loaded.mockClear();
  const app = (
    <QueryClientProvider client={new Client()}>
      <FakeKindeProvider kinde={kinde}>
        <PermissionsProvider pdp={pdp}>
          <App Routes={Routes} />
        </PermissionsProvider>
      </FakeKindeProvider>
    </QueryClientProvider>
  );
  render(strict ? <StrictMode>{app}</StrictMode> : app);
  return { kinde, pdp };
}

/** Allows in org_a only. */
const inA: Decide = (_, __, { principal }) => (principal.attr["orgCode"] === "org_a" ? "EFFECT_ALLOW" : "EFFECT_DENY");
const shown = (): string | null => document.body.textContent;
const countOf = ({ requests }: FakePdp): number => requests.length;

// Routers say on the console what has reached an error boundary, and jsdom does not scroll.
beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
  vi.spyOn(window, "scrollTo").mockImplementation(() => undefined);
});
afterEach(() => {
  for (const level of ["error", "warn"] as const) vi.mocked(console[level]).mockReset();
});

describe.each([
  ["React Router", ReactRouterRoutes],
  ["TanStack Router", TanstackRoutes],
])("%s", (_, Routes) => {
  it.each([false, true])(
    "renders what is allowed; the page's hooks ask nothing again (StrictMode: %s)",
    async (strict) => {
      const { pdp } = renderRoutes(Routes, { strict });
      await settle();
      expect(shown()).toBe("document 1, allowed");
      expect(countOf(pdp)).toBe(1);
    },
  );

  it("shows no page before it is allowed", async () => {
    const pdp = slowPdp();
    renderRoutes(Routes, { pdp });
    await settle();
    expect(shown()).not.toContain("document");
    await after(pdp.answer);
    expect(shown()).toBe("document 1, allowed");
  });

  it("takes what is denied to the route's error boundary, as Forbidden", async () => {
    renderRoutes(Routes, { pdp: decidingPdp(() => "EFFECT_DENY") });
    await settle();
    expect(shown()).toBe("403: view");
  });

  it("takes what has no answer there, too", async () => {
    renderRoutes(Routes, { pdp: fakePdp(() => Promise.reject(UNAVAILABLE)) });
    await settle();
    expect(shown()).toBe("pdp_unavailable");
  });

  it("runs no loader while the session is loading, and then the one that is due", async () => {
    const { kinde, pdp } = renderRoutes(Routes, { kinde: new FakeKinde().signIn().update({ isLoading: true }) });
    await settle();
    expect(shown()).toBe("loading");
    expect(loaded).not.toHaveBeenCalled();
    expect(countOf(pdp)).toBe(0);
    await after(() => kinde.update({ isLoading: false }));
    expect(shown()).toBe("document 1, allowed");
  });

  it("asks on a navigation, and keeps what is fresh", async () => {
    const { pdp } = renderRoutes(Routes);
    await settle();
    await after(() => navigate("2"));
    expect(shown()).toBe("document 2, allowed");
    await after(() => navigate("1"));
    expect(shown()).toBe("document 1, allowed");
    expect(countOf(pdp)).toBe(2);
  });

  it("runs the loaders again in another organization: what is denied there leaves the page", async () => {
    const { kinde, pdp } = renderRoutes(Routes, { pdp: decidingPdp(inA) });
    await settle();
    expect(shown()).toBe("document 1, allowed");
    await after(() => kinde.signIn(tokenOf({ org_code: "org_b" })));
    expect(shown()).toBe("403: view");
    await after(() => kinde.signIn());
    expect(shown()).toBe("document 1, allowed");
    // The decision of the first organization is fresh.
    expect(countOf(pdp)).toBe(2);
  });

  it("runs no loader for a refreshed token", async () => {
    const { kinde, pdp } = renderRoutes(Routes);
    await settle();
    loaded.mockClear();
    await after(() => kinde.signIn(tokenOf({ iat: 1 })));
    expect(loaded).not.toHaveBeenCalled();
    expect(countOf(pdp)).toBe(1);
    expect(screen.getByText("document 1, allowed")).toBeDefined();
  });
});
