// Decisions are kept as queries whose observers are not components. What react-query does for those who use it must
// hold all the same.
import { useCan } from "@kinde-cerbos/react";
import {
  focusManager,
  onlineManager,
  type Query,
  QueryClient,
  QueryClientProvider,
  useQuery,
} from "@tanstack/react-query";
import { act, cleanup, screen } from "@testing-library/react";
import * as fc from "fast-check";
import { type ReactNode, useSyncExternalStore } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { after, answerTo, type AppOptions, type FakePdp, fakePdp, renderApp, settle } from "./support.tsx";

const IDS = ["1", "2", "3"];

function Door({ id }: { id: string }): ReactNode {
  return <p>{`${id} ${useCan({ action: "view", resource: { kind: "document", id } }).status}`}</p>;
}

/** Three decisions on the screen, one of them twice. */
const doors = (
  <>
    <Door id="1" />
    {IDS.map((id) => (
      <Door key={id} id={id} />
    ))}
  </>
);

async function renderDoors(options: Partial<AppOptions> = {}) {
  const queryClient = new QueryClient();
  const pdp = fakePdp();
  const { unmount } = renderApp(doors, { queryClient, pdp, ...options });
  await settle();
  return { queryClient, pdp, unmount, queries: (): Query[] => queryClient.getQueryCache().getAll() };
}

/** The ids that each request has asked for. */
const asked = ({ requests }: FakePdp): string[] =>
  requests.map(({ body }) => body.resources.map(({ resource }) => resource.id).join());

afterEach(() => {
  focusManager.setFocused(undefined);
  onlineManager.setOnline(true);
});

describe("what is on the screen", () => {
  // A version that keeps a query without an observer loses it after gcTime, and the page says pending.
  it("is not collected, however short gcTime is; what has left is", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    const { queries, pdp, unmount } = await renderDoors({ gcTime: 1000, staleTime: Infinity, maxAge: Infinity });
    await after(() => vi.advanceTimersByTime(3_600_000));
    expect(queries()).toHaveLength(3);
    expect(screen.getAllByText("1 allowed")).toHaveLength(2);
    expect(asked(pdp)).toEqual(["1,2,3"]);
    await after(unmount);
    await after(() => vi.advanceTimersByTime(2000));
    expect(queries()).toHaveLength(0);
  });

  it("has observers, as the devtools count them, and none once it has left", async () => {
    const { queries, unmount } = await renderDoors();
    expect(queries().map((query) => [query.getObserversCount() > 0, query.isActive()])).toEqual(
      IDS.map(() => [true, true]),
    );
    await after(unmount);
    expect(queries().map((query) => [query.getObserversCount(), query.isActive()])).toEqual(IDS.map(() => [0, false]));
  });

  it("is found by the filters for active and stale queries, and counted as fetching", async () => {
    const { queryClient } = await renderDoors({ staleTime: 0, pdp: fakePdp(() => new Promise(() => {})) });
    expect(queryClient.getQueryCache().findAll({ type: "active" })).toHaveLength(3);
    expect(queryClient.getQueryCache().findAll({ stale: true })).toHaveLength(3);
    expect(queryClient.isFetching()).toBe(3);
  });
});

describe("what is stale is asked again in one request", () => {
  it("when the window gets the focus, and not while it is fresh", async () => {
    const { pdp } = await renderDoors({ staleTime: 0 });
    await after(() => focusManager.setFocused(false));
    await after(() => focusManager.setFocused(true));
    expect(asked(pdp)).toEqual(["1,2,3", "1,2,3"]);
  });

  it("when the network is back", async () => {
    const { pdp } = await renderDoors({ staleTime: 0 });
    await after(() => onlineManager.setOnline(false));
    await after(() => onlineManager.setOnline(true));
    expect(asked(pdp)).toEqual(["1,2,3", "1,2,3"]);
  });

  it("and what is fresh is not, for either", async () => {
    const { pdp } = await renderDoors();
    await after(() => focusManager.setFocused(false));
    await after(() => focusManager.setFocused(true));
    await after(() => onlineManager.setOnline(false));
    await after(() => onlineManager.setOnline(true));
    expect(asked(pdp)).toEqual(["1,2,3"]);
  });
});

describe("without a network", () => {
  it("nothing is sent and all is pending; it is asked in one request when the network is there", async () => {
    onlineManager.setOnline(false);
    const { pdp } = await renderDoors();
    expect(asked(pdp)).toEqual([]);
    expect(screen.getAllByText("1 pending")).toHaveLength(2);
    await after(() => onlineManager.setOnline(true));
    expect(asked(pdp)).toEqual(["1,2,3"]);
    expect(screen.getAllByText("1 allowed")).toHaveLength(2);
  });
});

describe("invalidateQueries", () => {
  it("asks again what is on the screen, in one request, and shows the last answer meanwhile", async () => {
    const { queryClient, pdp } = await renderDoors();
    await act(() => queryClient.invalidateQueries({ queryKey: ["kinde-cerbos"] }));
    expect(asked(pdp)).toEqual(["1,2,3", "1,2,3"]);
    expect(screen.getAllByText("1 allowed")).toHaveLength(2);
  });

  it("asks nothing for what has left, and asks when it is shown again", async () => {
    const { queryClient, pdp, unmount } = await renderDoors();
    await after(unmount);
    await after(() => queryClient.invalidateQueries());
    expect(asked(pdp)).toEqual(["1,2,3"]);
    renderApp(doors, { queryClient, pdp });
    await settle();
    expect(asked(pdp)).toEqual(["1,2,3", "1,2,3"]);
  });

  it("of one query asks for that one only", async () => {
    const { queryClient, pdp, queries } = await renderDoors();
    await after(() => queryClient.invalidateQueries({ queryKey: queries()[1]!.queryKey }));
    expect(asked(pdp)).toEqual(["1,2,3", "2"]);
  });
});

/** How often something is on the page: once to begin with. */
function createPlaces() {
  let count = 1;
  let notify: (() => void) | undefined;
  return {
    get: () => count,
    set: (next: number): void => {
      count = next;
      notify?.();
    },
    subscribe: (listener: () => void) => {
      notify = listener;
      return () => undefined;
    },
  };
}

// What an app sets for all of its queries holds for decisions as it does for a useQuery: both are on one page here, and
// have to ask equally often, whatever is set and whatever happens.
describe("the app's defaults", () => {
  const WHEN = fc.constantFrom(
    undefined,
    true,
    false,
    "always" as const,
    () => "always" as const,
    () => false,
  );
  const DEFAULTS = fc.record({
    refetchOnMount: WHEN,
    refetchOnWindowFocus: WHEN,
    refetchOnReconnect: WHEN,
    retryOnMount: fc.constantFrom(true, false),
    refetchInterval: fc.constantFrom(false as const, 7000),
    networkMode: fc.constantFrom(undefined, "always" as const, "offlineFirst" as const),
  });
  const EVENTS = {
    leave: ({ show }: Page) => show(0),
    come: ({ show }: Page) => show(1),
    "come twice": ({ show }: Page) => show(2),
    "lose focus": () => focusManager.setFocused(false),
    "get focus": () => [false, true].forEach((isFocused) => focusManager.setFocused(isFocused)),
    "go offline": () => onlineManager.setOnline(false),
    "go online": () => [false, true].forEach((isOnline) => onlineManager.setOnline(isOnline)),
    invalidate: ({ client }: Page) => client.invalidateQueries(),
    "invalidate without asking": ({ client }: Page) => client.invalidateQueries({ refetchType: "none" }),
    reset: ({ client }: Page) => client.resetQueries(),
    "wait until it is stale": () => vi.advanceTimersByTimeAsync(STALE_MS + 1),
    "be refused": (page: Page) => (page.isRefused = true),
    "be answered": (page: Page) => (page.isRefused = false),
  };
  const STALE_MS = 30_000;
  const WAIT = "wait until it is stale";
  type EventName = keyof typeof EVENTS;
  const NAMES = Object.keys(EVENTS).filter((name): name is EventName => name in EVENTS);
  /** With react-query's own defaults, a query is fetched by each of these events but the first and the waits. */
  const EACH_FETCHES: EventName[] = [
    "leave",
    WAIT,
    "come",
    WAIT,
    "get focus",
    WAIT,
    "go online",
    "invalidate",
    "reset",
  ];
  const PLAIN = {
    refetchOnMount: undefined,
    refetchOnWindowFocus: undefined,
    refetchOnReconnect: undefined,
    retryOnMount: true,
    refetchInterval: false as const,
    networkMode: undefined,
  };

  interface Page {
    readonly client: QueryClient;
    isRefused: boolean;
    /** How often each is on the page. */
    show: (count: number) => void;
    readonly asked: { ours: number; theirs: number };
  }

  function createPage(queries: object): Page {
    const places = createPlaces();
    const page: Page = {
      client: new QueryClient({ defaultOptions: { queries: { ...queries, gcTime: Infinity } } }),
      isRefused: false,
      show: places.set,
      asked: { ours: 0, theirs: 0 },
    };
    const answer = (who: "ours" | "theirs"): void => {
      page.asked[who] += 1;
      if (page.isRefused) throw Object.assign(new Error("refused"), { code: 7 });
    };
    const pdp = fakePdp((body) => {
      answer("ours");
      return answerTo(body);
    });
    const Theirs = (): ReactNode =>
      useQuery({
        queryKey: ["theirs"],
        // It takes the signal, as a query does that can be aborted.
        queryFn: ({ signal }) => (answer("theirs"), signal.aborted ? "aborted" : "allowed"),
        staleTime: STALE_MS,
        retry: false,
      }).status;
    const Both = (): ReactNode => {
      const count = useSyncExternalStore(places.subscribe, places.get);
      return Array.from({ length: count }, (_, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- they are all the same
        <div key={at}>
          <Door id="1" />
          <Theirs />
        </div>
      ));
    };
    renderApp(
      <QueryClientProvider client={page.client}>
        <Both />
      </QueryClientProvider>,
      { queryClient: page.client, pdp, staleTime: STALE_MS, maxAge: Infinity },
    );
    return page;
  }

  it("hold for decisions as for a useQuery beside them", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
    const happened = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        DEFAULTS,
        fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 12 }),
        async (defaults, events) => {
          focusManager.setFocused(true);
          onlineManager.setOnline(true);
          const page = createPage(defaults);
          await settle();
          const counts = [{ ...page.asked }];
          for (const event of events) {
            const before = page.asked.theirs;
            await after(() => EVENTS[event](page));
            counts.push({ ...page.asked });
            if (page.asked.theirs > before) happened.add(event);
          }
          cleanup();
          page.client.clear();
          expect(counts.map(({ ours }) => ours)).toEqual(counts.map(({ theirs }) => theirs));
        },
      ),
      { numRuns: 100, examples: [[PLAIN, EACH_FETCHES]] },
    );
    // A run in which nothing asks would prove nothing.
    expect([...happened].toSorted()).toEqual(
      expect.arrayContaining(["come", "get focus", "go online", "invalidate", "reset"]),
    );
  }, 60_000);
});
