// When the query of an answer leaves the cache: react-query's timers are ours to set while it is shown.
import { useCan } from "@kinde-cerbos/react";
import { type Query, QueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { after, document1, renderApp, settle } from "../support.tsx";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] }));

function Shown({ gcTime }: { gcTime: number }): ReactNode {
  return <p>{useCan({ action: "view", resource: document1, gcTime, maxAge: 60_000 }).status}</p>;
}

/** Components that show one check, each with its time; the test says which. */
async function show(gcTimes: readonly number[], strict: boolean) {
  const queryClient = new QueryClient();
  const setters: ((shown: readonly number[]) => void)[] = [];
  const Page = (): ReactNode => {
    const [shown, setShown] = useState(gcTimes);
    setters.push(setShown);
    return shown.map((gcTime) => <Shown key={gcTime} gcTime={gcTime} />);
  };
  renderApp(<Page />, { queryClient, strict });
  await settle();
  const queries = (): Query[] => queryClient.getQueryCache().getAll();
  const fetchAs = async (gcTime: number): Promise<void> => {
    const [query] = queries();
    await queryClient.fetchQuery({ queryKey: query!.queryKey, queryFn: () => query!.state.data, gcTime });
  };
  return {
    queryClient,
    queries,
    fetchAs,
    showOnly: async (...next: number[]) => after(() => setters.at(-1)?.(next)),
    wait: async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      await settle();
    },
  };
}

describe.each([true, false])("in StrictMode: %s", (strict) => {
  it("what is fetched with a query's own options after it has left is not kept for good", async () => {
    const { queryClient, queries, showOnly, wait } = await show([1000], strict);
    await showOnly();
    const [query] = queries();
    // As react-query's devtools do.
    await after(() => void queryClient.fetchQuery({ ...query!.options, queryKey: query!.queryKey, staleTime: 0 }));
    expect(query!.gcTime).toBe(1000);
    await wait(1100);
    expect(queries()).toEqual([]);
  });

  it("who fetches it meanwhile, to be kept longer, has it kept longer, whoever fetches after that", async () => {
    const { queries, fetchAs, showOnly, wait } = await show([1000], strict);
    await fetchAs(100_000);
    // Ours is fetched again before it is too old to be shown.
    await wait(55_000);
    await showOnly();
    await wait(50_000);
    expect(queries()).toHaveLength(1);
    await wait(51_000);
    expect(queries()).toEqual([]);
  });

  it("of two components, the one that wants it longer may leave first", async () => {
    const { queries, showOnly, wait } = await show([100_000, 1000], strict);
    await showOnly(1000);
    await wait(55_000);
    await showOnly();
    await wait(50_000);
    expect(queries()).toHaveLength(1);
  });

  it("a removed query's time is not its successor's", async () => {
    const { queryClient, queries, fetchAs, showOnly, wait } = await show([1000], strict);
    await showOnly();
    await fetchAs(Infinity);
    await showOnly(1000);
    await showOnly();
    queryClient.clear();
    await showOnly(1000);
    await showOnly();
    await wait(1100);
    expect(queries()).toEqual([]);
  });
});
