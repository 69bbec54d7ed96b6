import { decisionFilters, useCan, useCanList, type UseCanOptions } from "@kinde-cerbos/react";
import { focusManager, QueryClient } from "@tanstack/react-query";
import { fireEvent, screen } from "@testing-library/react";
import { type ReactNode, useState } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  after,
  answerTo,
  decidingPdp,
  document1,
  FakeKinde,
  fakePdp,
  renderApp,
  renderAsking,
  settle,
  slowPdp,
  UNAVAILABLE,
} from "../support.tsx";

const view: UseCanOptions = { action: "view", resource: document1 };
const MINUTE = 60_000;

/** A check that is shown in one of several places, or nowhere. */
function Places({ count }: { count: number }): ReactNode {
  const [place, setPlace] = useState(0);
  return (
    <>
      <button type="button" aria-label="move" onClick={() => setPlace((place + 1) % count)} />
      <Shown key={place} />
    </>
  );
}

function Shown(): ReactNode {
  return <p>{useCan(view).status}</p>;
}

/** Another check, whose answer is soon too old. */
const Short = (): ReactNode => useCan({ ...view, resource: { ...document1, id: "2" }, maxAge: MINUTE }).status;

/** Shows one more each time. */
function More(): ReactNode {
  const [count, setCount] = useState(1);
  return (
    <>
      <button type="button" aria-label="more" onClick={() => setCount(count + 1)} />
      {Array.from({ length: count }, (_, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- they are all the same
        <Shown key={at} />
      ))}
    </>
  );
}

/** Timers that are set while so many checks are shown. */
async function timersOf(count: number): Promise<number> {
  const resources = Array.from({ length: count }, (_, id) => ({ ...document1, id: String(id) }));
  const { unmount } = renderAsking(useCanList, { resources, action: "view" });
  await settle();
  const timers = vi.getTimerCount();
  unmount();
  await settle();
  vi.clearAllTimers();
  return timers;
}

describe("a check that another component takes over", () => {
  it("goes on: its request is neither aborted nor sent twice", async () => {
    const pdp = slowPdp();
    renderApp(<Places count={2} />, { pdp });
    await settle();
    fireEvent.click(screen.getByLabelText("move"));
    await settle();
    expect(pdp.requests.map(({ signal }) => signal.aborted)).toEqual([false]);
    await after(pdp.answer);
    expect(screen.getByText("allowed")).toBeDefined();
  });

  it("is asked again after an error", async () => {
    let isDown = true;
    const pdp = fakePdp((body) => (isDown ? Promise.reject(UNAVAILABLE) : answerTo(body)));
    renderApp(<Places count={2} />, { pdp });
    await settle();
    expect(screen.getByText("error")).toBeDefined();
    isDown = false;
    fireEvent.click(screen.getByLabelText("move"));
    await settle();
    expect(screen.getByText("allowed")).toBeDefined();
  });
});

describe("a component that shows what another one shows", () => {
  it("asks nothing while it is fresh, and asks again once it is not", async () => {
    const queryClient = new QueryClient();
    const pdp = fakePdp();
    renderApp(<More />, { pdp, queryClient });
    await settle();
    fireEvent.click(screen.getByLabelText("more"));
    await settle();
    expect(pdp.requests).toHaveLength(1);
    await queryClient.invalidateQueries({ refetchType: "none" });
    fireEvent.click(screen.getByLabelText("more"));
    await settle();
    expect(pdp.requests).toHaveLength(2);
    expect(screen.getAllByText("allowed")).toHaveLength(3);
  });

  it("leaves that to the app where the app says so", async () => {
    const queryClient = new QueryClient({ defaultOptions: { queries: { refetchOnMount: false } } });
    const pdp = fakePdp();
    renderApp(<More />, { pdp, queryClient });
    await settle();
    await queryClient.invalidateQueries({ refetchType: "none" });
    fireEvent.click(screen.getByLabelText("more"));
    await settle();
    expect(pdp.requests).toHaveLength(1);
  });
});

describe("an app that empties its cache", () => {
  it.each([
    ["clear", (client: QueryClient) => client.clear()],
    ["removeQueries", (client: QueryClient) => client.removeQueries(decisionFilters())],
  ])("with %s: what is on the screen is pending and asked again", async (_, empty) => {
    const queryClient = new QueryClient();
    const pdp = slowPdp();
    const { results, last } = renderAsking(useCan, view, { pdp, queryClient });
    await settle();
    await after(pdp.answer);
    results.length = 0;
    await after(() => empty(queryClient));
    expect(last()).toMatchObject({ status: "pending", allowed: false, isFetching: true });
    expect(pdp.requests).toHaveLength(2);
    await after(pdp.answer);
    expect(last()).toMatchObject({ status: "allowed" });
  });

  it("when a user signs out, nothing of theirs is asked again", async () => {
    const queryClient = new QueryClient();
    const kinde = new FakeKinde().signIn();
    const pdp = fakePdp();
    renderAsking(useCan, view, { pdp, queryClient, kinde });
    await settle();
    await after(() => kinde.signOut());
    expect(pdp.requests.map(({ body }) => body.principal.id)).toEqual(["alice"]);
  });

  it("and nothing of theirs by another app on the page, which has not noticed yet", async () => {
    const queryClient = new QueryClient();
    const kinde = new FakeKinde().signIn();
    const pdp = fakePdp();
    renderAsking(useCan, view, { pdp, queryClient, kinde });
    renderAsking(useCan, view, { pdp, queryClient, kinde });
    await settle();
    const ofAlice = pdp.requests.length;
    const keys = new Set(
      queryClient
        .getQueryCache()
        .getAll()
        .map(({ queryHash }) => queryHash),
    );
    await after(() => kinde.signOut());
    expect(pdp.requests.slice(ofAlice).map(({ body }) => body.principal.id)).not.toContain("alice");
    expect(
      queryClient
        .getQueryCache()
        .getAll()
        .filter(({ queryHash }) => keys.has(queryHash)),
    ).toEqual([]);
  });
});

/** Reads the decision once it is told to, and not before. */
const useSometimes = ({ isRead, ...check }: UseCanOptions & { isRead: boolean }) => {
  const result = useCan(check);
  return isRead ? JSON.stringify(result.decision?.resource.id) : result.status;
};

describe("another check that looks alike", () => {
  it("does not lend its decision, not for one render", async () => {
    const other = { ...view, resource: { ...document1, id: "2" } };
    const { results, change } = renderAsking(useSometimes, { ...view, isRead: false });
    await settle();
    change({ ...other, isRead: false });
    await settle();
    results.length = 0;
    change({ ...view, isRead: true });
    expect(results).not.toContain('"2"');
    expect(results.at(-1)).toBe('"1"');
  });
});

/** Allows once; then it is down, until told otherwise. */
function outage(fault: object = UNAVAILABLE) {
  const state = { isDown: false };
  const pdp = fakePdp((body) => (state.isDown ? Promise.reject(fault) : answerTo(body)));
  return { state, pdp };
}

describe("promise 8: an ALLOW that cannot be confirmed", () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }));
  afterEach(() => focusManager.setFocused(undefined));

  it("is asked again before it is too old, and stays while it is confirmed", async () => {
    const { pdp } = outage();
    const { results } = renderAsking(useCan, view, { pdp });
    await settle();
    await after(() => vi.advanceTimersByTimeAsync(4 * MINUTE));
    expect(pdp.requests).toHaveLength(1);
    await after(() => vi.advanceTimersByTimeAsync(10 * MINUTE));
    expect(pdp.requests.length).toBeGreaterThan(2);
    expect(results.map(({ status }) => status).filter((status) => status !== "pending")).toEqual(["allowed"]);
  });

  it("ages also where it was in the cache when its component came: asked again in time, else denied", async () => {
    const { pdp, state } = outage();
    renderApp(<Places count={2} />, { pdp });
    await settle();
    await after(() => screen.getByLabelText("move").click());
    expect(pdp.requests).toHaveLength(1);
    await after(() => vi.advanceTimersByTimeAsync(5 * MINUTE - 1000));
    expect(pdp.requests).toHaveLength(2);
    await after(() => screen.getByLabelText("move").click());
    state.isDown = true;
    await after(() => vi.advanceTimersByTimeAsync(6 * MINUTE));
    expect(screen.getByText("error")).toBeDefined();
  });

  it.each([
    ["when its component comes, whatever the app thinks of mounts", false],
    ["when the app puts it there", true],
  ])("is asked again where it is too old %s", async (_, isShown) => {
    const queryClient = new QueryClient({ defaultOptions: { queries: { refetchOnMount: false } } });
    const { pdp } = outage();
    const { change, last } = renderAsking(useCan, view, { pdp, queryClient });
    await settle();
    const [query] = queryClient.getQueryCache().getAll();
    change({ ...view, enabled: isShown });
    queryClient.setQueryData(query!.queryKey, query!.state.data, { updatedAt: Date.now() - 6 * MINUTE });
    change(view);
    await settle();
    expect(last()).toMatchObject({ status: "allowed" });
    expect(pdp.requests).toHaveLength(2);
  });

  it("is asked again where the app puts it there without a time", async () => {
    const queryClient = new QueryClient();
    const { pdp } = outage();
    const { last } = renderAsking(useCan, view, { pdp, queryClient });
    await settle();
    const [query] = queryClient.getQueryCache().getAll();
    await after(() => queryClient.setQueryData(query!.queryKey, query!.state.data, { updatedAt: 0 }));
    expect(last()).toMatchObject({ status: "allowed" });
    expect(pdp.requests).toHaveLength(2);
  });

  it("is asked again once for its age, and not each time that another is", async () => {
    let isRefused = false;
    const asked: string[] = [];
    const pdp = fakePdp((body) => {
      const id = body.resources[0]!.resource.id;
      asked.push(id);
      return isRefused && id === "1" ? Promise.reject({ code: 3, details: "refused" }) : answerTo(body);
    });
    renderApp([<Shown key="1" />, <Short key="2" />], { pdp, maxResources: 1 });
    await settle();
    isRefused = true;
    for (let at = 0; at < 20; at += 1) await after(() => vi.advanceTimersByTimeAsync(MINUTE / 2));
    expect(asked.filter((id) => id === "2").length).toBeGreaterThan(8);
    expect(asked.filter((id) => id === "1")).toHaveLength(2);
  });

  it("stays for maxAge, and is denied after it", async () => {
    const { pdp, state } = outage();
    const { last } = renderAsking(useCan, view, { pdp });
    await settle();
    state.isDown = true;
    await after(() => vi.advanceTimersByTimeAsync(5 * MINUTE - 1000));
    expect(last()).toMatchObject({ status: "allowed" });
    await after(() => vi.advanceTimersByTimeAsync(2000));
    expect(last()).toMatchObject({ status: "error", allowed: false, error: { code: "pdp_unavailable" } });
  });

  it("is denied at once where the PDP refuses the token", async () => {
    const { pdp, state } = outage({ code: 16, details: "unauthenticated" });
    const queryClient = new QueryClient();
    const { last } = renderAsking(useCan, view, { pdp, queryClient });
    await settle();
    state.isDown = true;
    await after(() => queryClient.invalidateQueries());
    expect(last()).toMatchObject({ status: "error", allowed: false, error: { code: "session_expired" } });
  });

  it("has its own maxAge in each hook", async () => {
    const { pdp, state } = outage();
    const kinde = new FakeKinde().signIn();
    const queryClient = new QueryClient();
    const short = renderAsking(useCan, { ...view, maxAge: MINUTE }, { pdp, queryClient, kinde });
    const long = renderAsking(useCan, { ...view, maxAge: 10 * MINUTE }, { pdp, queryClient, kinde });
    await settle();
    state.isDown = true;
    await after(() => vi.advanceTimersByTimeAsync(2 * MINUTE));
    expect(short.last()).toMatchObject({ allowed: false });
    expect(long.last()).toMatchObject({ status: "allowed" });
    await after(() => vi.advanceTimersByTimeAsync(9 * MINUTE));
    expect(long.last()).toMatchObject({ allowed: false });
  });

  it("takes maxAge of the provider where the hook has none", async () => {
    const { pdp, state } = outage();
    const { last } = renderAsking(useCan, view, { pdp, maxAge: MINUTE });
    await settle();
    state.isDown = true;
    await after(() => vi.advanceTimersByTimeAsync(2 * MINUTE));
    expect(last()).toMatchObject({ allowed: false });
  });

  it("is denied where the timer is early by the clock, too", async () => {
    const { pdp, state } = outage();
    const { last } = renderAsking(useCan, { ...view, maxAge: MINUTE }, { pdp });
    await settle();
    state.isDown = true;
    // The clock is set back by a second: all timers are early by it.
    vi.setSystemTime(Date.now() - 1000);
    await after(() => vi.advanceTimersByTimeAsync(MINUTE + 2000));
    expect(last()).toMatchObject({ allowed: false });
  });

  it("is not asked while the window is out of view, and is denied; it is asked when the window is back", async () => {
    const { pdp } = outage();
    // Whatever the app thinks of focus: what is pending has to be asked.
    const queryClient = new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: false } } });
    const { last } = renderAsking(useCan, { ...view, maxAge: MINUTE }, { pdp, queryClient });
    await settle();
    focusManager.setFocused(false);
    await after(() => vi.advanceTimersByTimeAsync(2 * MINUTE));
    expect(last()).toMatchObject({ status: "pending", allowed: false });
    expect(pdp.requests).toHaveLength(1);
    await after(() => focusManager.setFocused(true));
    expect(last()).toMatchObject({ status: "allowed" });
    expect(pdp.requests).toHaveLength(2);
  });

  it("is denied when the window is back after the machine has slept, though its timers are late", async () => {
    const { pdp, state } = outage();
    const queryClient = new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: false } } });
    const { last } = renderAsking(useCan, view, { pdp, queryClient });
    await settle();
    state.isDown = true;
    await after(() => focusManager.setFocused(false));
    // The clock goes on, and the timers do not.
    vi.setSystemTime(Date.now() + 60 * MINUTE);
    await after(() => focusManager.setFocused(true));
    expect(last()).toMatchObject({ allowed: false });
    expect(pdp.requests.length).toBeGreaterThan(1);
  });

  it("is asked again, and denied, where the clock is set back and nothing else happens", async () => {
    const { pdp, state } = outage();
    const { last } = renderAsking(useCan, view, { pdp });
    await settle();
    state.isDown = true;
    vi.setSystemTime(Date.now() - 60 * MINUTE);
    await after(() => vi.advanceTimersByTimeAsync(6 * MINUTE));
    expect(last()).toMatchObject({ allowed: false });
    expect(pdp.requests.length).toBeGreaterThan(1);
  });

  it.each([
    ["forward", 60],
    ["back", -60],
  ])("is asked again as soon as the page renders after the clock was set %s by an hour", async (_, minutes) => {
    const pdp = fakePdp();
    const { results, last, change } = renderAsking(useCan, view, { pdp });
    await settle();
    vi.setSystemTime(Date.now() + minutes * MINUTE);
    const { length } = results;
    change({ ...view });
    expect(results[length]).toMatchObject({ status: "pending", allowed: false });
    await settle();
    expect(last()).toMatchObject({ status: "allowed" });
    expect(pdp.requests).toHaveLength(2);
  });

  it("never ages where maxAge is Infinity", async () => {
    const { pdp, state } = outage();
    const { last } = renderAsking(useCan, { ...view, maxAge: Infinity }, { pdp });
    await settle();
    state.isDown = true;
    await after(() => vi.advanceTimersByTimeAsync(60 * MINUTE));
    expect(last()).toMatchObject({ status: "allowed" });
    expect(pdp.requests).toHaveLength(1);
  });
});

describe("times of a hook", () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }));

  it("staleTime: how long nobody asks again", async () => {
    const pdp = fakePdp();
    const options = { ...view, staleTime: 1000 };
    const { change } = renderAsking(useCan, options, { pdp });
    const showAgain = async (): Promise<void> => {
      change({ ...options, enabled: false });
      await settle();
      change(options);
      await settle();
    };
    await settle();
    await showAgain();
    expect(pdp.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    await showAgain();
    expect(pdp.requests).toHaveLength(2);
  });

  it("gcTime: how long it is kept once nobody shows it", async () => {
    const queryClient = new QueryClient();
    const { unmount } = renderAsking(useCan, { ...view, gcTime: 1000 }, { queryClient });
    await settle();
    unmount();
    await settle();
    expect(queryClient.getQueryCache().getAll()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(queryClient.getQueryCache().getAll()).toEqual([]);
  });

  it.each(["before it was shown", "while it is shown"])(
    "gcTime: a longer one of who has fetched it %s",
    async (when) => {
      const queryClient = new QueryClient();
      const queries = () => queryClient.getQueryCache().getAll();
      const fetchIt = async (): Promise<void> => {
        const [query] = queries();
        await queryClient.fetchQuery({
          queryKey: query?.queryKey ?? [],
          queryFn: () => query?.state.data,
          gcTime: 5000,
        });
      };
      const show = async (): Promise<() => void> => {
        const { unmount } = renderAsking(useCan, { ...view, gcTime: 1000 }, { queryClient });
        await settle();
        return unmount;
      };
      let leave = await show();
      if (when === "before it was shown") {
        leave();
        await settle();
        await fetchIt();
        leave = await show();
      } else await fetchIt();
      leave();
      await settle();
      await vi.advanceTimersByTimeAsync(4900);
      expect(queries()).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(100);
      expect(queries()).toEqual([]);
    },
  );

  it("sets as many timers for a page of checks as for one: what is shown is not collected", async () => {
    expect(await timersOf(50)).toBe(await timersOf(1));
  });

  it.each([
    ["maxAge", 0],
    ["maxAge", -1],
    ["maxAge", Number.NaN],
    ["staleTime", Number.NaN],
    ["staleTime", -1],
    ["gcTime", Number.NaN],
    // From callers without types.
    ["maxAge", null],
    ["staleTime", null],
    ["gcTime", null],
  ])("%s: %s is an error, and nothing is asked", async (name, ms) => {
    const pdp = fakePdp();
    const { last } = renderAsking(useCan, { ...view, [name]: ms }, { pdp });
    await settle();
    expect(last()).toMatchObject({ status: "error", allowed: false, error: { code: "invalid_option" } });
    expect(pdp.requests).toEqual([]);
  });
});

describe("refetch", () => {
  it("does not take an answer that is under way for the new one, not even the first", async () => {
    let effect: "EFFECT_ALLOW" | "EFFECT_DENY" = "EFFECT_ALLOW";
    const answers: (() => void)[] = [];
    const pdp = fakePdp((body) => {
      const answer = answerTo(body, () => effect);
      return new Promise((resolve) => answers.push(() => resolve(answer)));
    });
    const { last } = renderAsking(useCan, view, { pdp });
    await settle();
    effect = "EFFECT_DENY";
    await after(() => void last().refetch());
    expect(pdp.requests).toHaveLength(2);
    await after(() => answers[0]?.());
    expect(last()).toMatchObject({ status: "pending" });
    await after(() => answers[1]?.());
    expect(last()).toMatchObject({ status: "denied" });
  });

  it("settles once there is an answer, and on an error too", async () => {
    let isDown = false;
    const pdp = fakePdp((body) => (isDown ? Promise.reject({ code: 7, details: "no" }) : answerTo(body)));
    const { last } = renderAsking(useCan, view, { pdp });
    await settle();
    isDown = true;
    let isOver = false;
    await after(() =>
      last()
        .refetch()
        .then(() => (isOver = true)),
    );
    expect(isOver).toBe(true);
    expect(last()).toMatchObject({ status: "error", error: { code: "request_refused" } });
  });

  it("is the same function at each render", async () => {
    const { results } = renderAsking(useCan, view, { pdp: decidingPdp(() => "EFFECT_DENY") });
    await settle();
    expect(new Set(results.slice(1).map(({ refetch }) => refetch)).size).toBe(1);
  });
});
