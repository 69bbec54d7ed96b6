// Checks that suspend cost what `useCan` costs. React 19 renders the first one below a boundary alone, and the others
// once the fallback is there, in as many tasks as it takes.
import { decisionFilters, hideDecisions, invalidateDecisions, useCan, useSuspenseCan } from "@kinde-cerbos/react";
import { dehydrate, type DehydratedState, hydrate, QueryClient } from "@tanstack/react-query";
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { Component, type ReactNode, startTransition, Suspense, useLayoutEffect, useState } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  after,
  answerTo,
  askedOf,
  document1,
  FakeKinde,
  fakePdp,
  renderApp,
  renderAsking,
  settle,
  tokenOf,
} from "../support.tsx";

const idsOf = (count: number, from = 0): string[] => Array.from({ length: count }, (_, at) => `${from + at}`);

/** Keeps the processor busy, as on a phone: React gives way to other tasks after 5 ms. */
function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function Row({ id, slowMs = 0 }: { id: string; slowMs?: number }): ReactNode {
  work(slowMs);
  const { status } = useSuspenseCan({ action: "view", resource: { kind: "document", id } });
  return <p>{`${id} ${status}`}</p>;
}

function Rows({ ids, slowMs = 0 }: { ids: readonly string[]; slowMs?: number }): ReactNode {
  return (
    <Suspense fallback={<i>wait</i>}>
      {ids.map((id) => (
        <Row key={id} id={id} slowMs={slowMs} />
      ))}
    </Suspense>
  );
}

/** A click on it shows other rows, in a transition or not. */
function Pages({ isTransition, slowMs }: { isTransition: boolean; slowMs: number }): ReactNode {
  const [page, setPage] = useState(0);
  const next = (): void => setPage(page + 1);
  return (
    <>
      <button type="button" onClick={() => (isTransition ? startTransition(next) : next())}>
        next
      </button>
      <Rows ids={idsOf(40, page * 40)} slowMs={slowMs} />
    </>
  );
}

const shown = (status: string): number => screen.queryAllByText(new RegExp(status)).length;
/** Waits without `act`, which would let React render all at once. */
async function shows(count: number): Promise<void> {
  globalThis.IS_REACT_ACT_ENVIRONMENT = false;
  await vi.waitFor(() => expect(shown("allowed")).toBe(count), { timeout: 20_000, interval: 5 });
  globalThis.IS_REACT_ACT_ENVIRONMENT = true;
}

describe.each([
  ["at once", 0],
  ["over many tasks", 6],
])("rows below one boundary, rendered %s", (_, slowMs) => {
  it.each([false, true])("100 of them send 2 requests (StrictMode: %s)", async (strict) => {
    const pdp = fakePdp();
    await after(() => renderApp(<Rows ids={idsOf(100)} slowMs={slowMs / 2} />, { pdp, strict }));
    await shows(100);
    expect(pdp.requests.map(({ body }) => body.resources.length)).toEqual([50, 50]);
  });

  it.each([false, true])("40 that take the place of others send 1 (in a transition: %s)", async (isTransition) => {
    const pdp = fakePdp();
    await after(() => renderApp(<Pages isTransition={isTransition} slowMs={slowMs} />, { pdp }));
    await shows(40);
    pdp.requests.length = 0;
    await after(() => fireEvent.click(screen.getByRole("button")));
    await vi.waitFor(() => expect(screen.getByText("79 allowed")).toBeDefined(), { timeout: 20_000, interval: 5 });
    expect(pdp.requests.map(({ body }) => body.resources.length)).toEqual([40]);
  });

  it("a boundary each: 40 of them send 1", async () => {
    const pdp = fakePdp();
    const rows = idsOf(40).map((id) => <Rows key={id} ids={[id]} slowMs={slowMs} />);
    await after(() => renderApp(<div>{rows}</div>, { pdp }));
    await shows(40);
    expect(pdp.requests.map(({ body }) => body.resources.length)).toEqual([40]);
  });
});

it("an app-wide refetchInterval: 100 rows send 2 requests, and 2 more after each interval", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const pdp = fakePdp();
  const queryClient = new QueryClient({ defaultOptions: { queries: { refetchInterval: 60_000 } } });
  await after(() => renderApp(<Rows ids={idsOf(100)} />, { pdp, queryClient }));
  await shows(100);
  expect(pdp.requests.map(({ body }) => body.resources.length)).toEqual([50, 50]);
  for (const times of [2, 3]) {
    await after(() => vi.advanceTimersByTime(60_000));
    expect(pdp.requests.map(({ body }) => body.resources.length)).toEqual(Array.from({ length: 2 * times }, () => 50));
  }
});

it("what does not suspend is not held for what does, and takes it along", async () => {
  const pdp = fakePdp();
  renderApp([<Waits key="plain" />, <Rows key="rows" ids={["2"]} />], { pdp });
  await settle();
  await shows(1);
  expect(askedOf(pdp).map((request) => request.toSorted())).toEqual([["1: view", "2: view"]]);
});

it("what is held is not sent for a session that has gone meanwhile", async () => {
  const pdp = fakePdp();
  const kinde = new FakeKinde().signIn();
  const Held = (): ReactNode => {
    kinde.store(tokenOf({ org_code: "org_b" }));
    return null;
  };
  renderApp(
    <Suspense fallback={<Held />}>
      <Row id="1" />
    </Suspense>,
    { pdp, kinde },
  );
  await settle();
  await after(() => kinde.update({ isAuthenticated: true }));
  await shows(1);
  expect(pdp.requests.map(({ body }) => body.principal.attr["orgCode"])).toEqual(["org_b"]);
});

/** A PDP whose answers are of the time they were asked at, and come when told to. */
function changingPdp() {
  const state = { isDenied: false };
  const waiting: (() => void)[] = [];
  const pdp = fakePdp((body) => {
    const answer = answerTo(body, () => (state.isDenied ? "EFFECT_DENY" : "EFFECT_ALLOW"));
    return new Promise((resolve) => waiting.push(() => resolve(answer)));
  });
  return { state, pdp, answer: () => waiting.splice(0).forEach((now) => now()) };
}

describe("hideDecisions with a useSuspenseCan on the page", () => {
  const match = { kind: "document", id: "1" };

  it("sends nothing until the change is done, and then shows its answer", async () => {
    const { state, pdp, answer } = changingPdp();
    const queryClient = new QueryClient();
    renderApp(<Rows ids={["1"]} />, { pdp, queryClient });
    await settle();
    await after(answer);
    await shows(1);
    await after(() => hideDecisions(queryClient, match));
    await after(answer);
    expect(pdp.requests).toHaveLength(1);
    await waitFor(() => expect(screen.getByText("wait")).toBeDefined());
    state.isDenied = true;
    await after(() => void invalidateDecisions(queryClient, match));
    await after(answer);
    await waitFor(() => expect(shown("1 denied")).toBe(1));
    expect(pdp.requests).toHaveLength(2);
  });

  it.each([
    ["at once", 0],
    ["more than a second after the answer", 1200],
  ])("sends nothing either before the component has mounted, %s", async (_, ms) => {
    const { pdp, answer } = changingPdp();
    const queryClient = new QueryClient();
    const Hiding = ({ children }: { children: ReactNode }): ReactNode => {
      useLayoutEffect(() => hideDecisions(queryClient, match), []);
      return children;
    };
    renderApp(
      <Suspense fallback="wait">
        <Row id="1" />
        <Hiding>hidden</Hiding>
      </Suspense>,
      { pdp, queryClient },
    );
    await settle();
    await after(answer);
    // React has rendered it, and leaves the fallback for a moment. Then a phone is busy with something else.
    work(ms);
    globalThis.IS_REACT_ACT_ENVIRONMENT = false;
    await vi.waitFor(() => expect(queryClient.getQueryCache().getAll()[0]?.state.status).toBe("pending"), 20_000);
    await settle();
    expect(pdp.requests).toHaveLength(1);
  });

  it("sends nothing either where its first answer was still under way", async () => {
    const { state, pdp, answer } = changingPdp();
    const queryClient = new QueryClient();
    renderApp(<Rows ids={["1"]} />, { pdp, queryClient });
    await settle();
    expect(pdp.requests).toHaveLength(1);
    await after(() => hideDecisions(queryClient, match));
    await after(answer);
    expect(pdp.requests).toHaveLength(1);
    state.isDenied = true;
    await after(() => void invalidateDecisions(queryClient, match));
    await after(answer);
    await waitFor(() => expect(shown("1 denied")).toBe(1));
    expect(pdp.requests).toHaveLength(2);
  });
});

class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === null ? this.props.children : <b>{String(this.state.error)}</b>;
  }
}

/** What a server sends of a page whose query is still pending there, and then fails with `failure`. */
async function pendingOnServer(queryKey: readonly unknown[], failure: Promise<never>): Promise<DehydratedState> {
  const server = new QueryClient();
  failure.catch(() => undefined);
  void server.prefetchQuery({ queryKey, queryFn: () => failure, retry: false });
  return dehydrate(server, { shouldDehydrateQuery: () => true, shouldRedactErrors: () => false });
}

/** The key of the check, in the cache of a page that has asked it. */
async function keyOfCheck(): Promise<readonly unknown[]> {
  const queryClient = new QueryClient();
  const { unmount } = renderAsking(useCan, { action: "view", resource: document1 }, { queryClient });
  await settle();
  unmount();
  return queryClient.getQueryCache().getAll()[0]!.queryKey;
}

describe("what another machine's query was", () => {
  beforeEach(() => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.mocked(console.error).mockReset();
  });

  it.each([
    ["useSuspenseCan", <Rows key="1" ids={["1"]} />],
    ["useCan", <Shown key="1" />],
  ])("pending, and failed there: %s sends its own check", async (_, child) => {
    const queryKey = await keyOfCheck();
    const { promise, reject } = Promise.withResolvers<never>();
    const queryClient = new QueryClient();
    hydrate(queryClient, await pendingOnServer(queryKey, promise));
    const pdp = fakePdp();
    renderApp(<ErrorBoundary>{child}</ErrorBoundary>, { pdp, queryClient });
    await settle();
    expect(pdp.requests).toEqual([]);
    await after(() => reject(new Error("the server is down")));
    await waitFor(() => expect(shown("1 allowed")).toBe(1));
    expect(pdp.requests).toHaveLength(1);
  });

  it.each([
    ["useSuspenseCan", <Rows key="1" ids={["1"]} />],
    ["useCan", <Shown key="1" />],
  ])("an error, restored from JSON: %s does not show it, and asks", async (_, child) => {
    const queryKey = await keyOfCheck();
    const queryClient = new QueryClient({ defaultOptions: { queries: { retryOnMount: false } } });
    const query = queryClient.getQueryCache().build(queryClient, { queryKey });
    const error: Error = JSON.parse("{}");
    query.setState({ ...query.state, status: "error", errorUpdateCount: 1, error });
    const pdp = fakePdp();
    renderApp(<ErrorBoundary>{child}</ErrorBoundary>, { pdp, queryClient });
    await settle();
    await waitFor(() => expect(shown("1 allowed")).toBe(1));
    expect(pdp.requests).toHaveLength(1);
  });

  it("an error that is none, beside a decision: the decision is confirmed", async () => {
    const queryClient = new QueryClient();
    const pdp = fakePdp();
    const { last } = renderAsking(useCan, { action: "view", resource: document1 }, { pdp, queryClient });
    await settle();
    const [query] = queryClient.getQueryCache().findAll(decisionFilters());
    const error: Error = JSON.parse("{}");
    await after(() => query!.setState({ ...query!.state, status: "error", error }));
    expect(last()).toMatchObject({ status: "allowed", error: null });
    expect(pdp.requests).toHaveLength(2);
  });
});

function Waits(): ReactNode {
  return <b>{String(useCan({ action: "view", resource: document1 }).isPending)}</b>;
}

function Shown(): ReactNode {
  return <p>{`1 ${useCan({ action: "view", resource: document1 }).status}`}</p>;
}

it("a suspended check that nobody keeps for long is shown all the same", async () => {
  const { unmount } = renderApp(<Rows ids={["1"]} />, { gcTime: 0 });
  await settle();
  await shows(1);
  unmount();
  expect(shown("allowed")).toBe(0);
});
