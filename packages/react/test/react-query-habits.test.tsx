// Decisions are kept as queries whose observers are not components. What react-query does for those who use it must
// hold all the same.
import { useCan } from "@kinde-cerbos/react";
import { focusManager, onlineManager, type Query, QueryClient } from "@tanstack/react-query";
import { act, screen } from "@testing-library/react";
import { type ReactNode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";

import { after, type AppOptions, type FakePdp, fakePdp, renderApp, settle } from "./support.tsx";

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
