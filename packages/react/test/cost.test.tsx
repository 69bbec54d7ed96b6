import { type CanResult, decisionFilters } from "@kinde-cerbos/react";
import { QueryClient } from "@tanstack/react-query";
import { type ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { after, decidingPdp, FakeKinde, fakePdp, Probe, renderApp, settle, tokenOf } from "./support.tsx";

/** What a page costs, in counts: they are the same on every machine. `apps/bench` has the times. */
function Page({ count, onRender }: { count: number; onRender: (id: string, result: CanResult) => void }): ReactNode {
  return Array.from({ length: count }, (_, at) => {
    const id = `${at}`;
    return (
      <Probe key={id} action="view" resource={{ kind: "document", id }} onRender={(result) => onRender(id, result)} />
    );
  });
}

async function timersOf(count: number): Promise<number> {
  const decided = new Set<string>();
  const onRender = (id: string, { status }: CanResult): void => {
    if (status === "allowed") decided.add(id);
  };
  const { unmount } = renderApp(<Page count={count} onRender={onRender} />, { gcTime: Infinity });
  // On a busy machine, a hundred components take longer than one turn.
  do await settle();
  while (decided.size < count);
  await settle();
  const timers = vi.getTimerCount();
  await after(unmount);
  return timers;
}

const ignore = (): void => undefined;

describe("what a page of checks costs", () => {
  it.each([
    [1, 1],
    [50, 1],
    [51, 2],
    [120, 3],
  ])("%i components on resources of their own: %i requests", async (count, requests) => {
    const pdp = fakePdp();
    renderApp(<Page count={count} onRender={ignore} />, { pdp });
    await settle();
    expect(pdp.requests).toHaveLength(requests);
    expect(pdp.requests.flatMap(({ body }) => body.resources)).toHaveLength(count);
  });

  it("a request says each resource once, with all that is asked of it, and no more than one written by hand", async () => {
    const pdp = fakePdp();
    const actions = ["view", "edit", "delete"];
    renderApp(
      actions.map((action) => (
        <Probe
          key={action}
          action={action}
          resource={{ kind: "document", id: "1", attr: { state: "draft" } }}
          onRender={ignore}
        />
      )),
      { pdp },
    );
    await settle();
    const { principal, auxData } = pdp.requests[0]!.body;
    const resources = [{ resource: { kind: "document", id: "1", attr: { state: "draft" } }, actions }];
    const byHand = JSON.stringify({ principal, auxData: { jwt: { token: auxData?.jwt.token } }, resources });
    // In development, and there alone, metadata is requested: see built-output.test.ts.
    const sent = pdp.requests.map(({ body }) => JSON.stringify({ ...body, includeMetadata: undefined }).length);
    expect(sent).toEqual([byHand.length]);
  });

  it("one decision of 100 that changes: one entry is asked again, and one component renders once", async () => {
    let refused = "";
    const pdp = decidingPdp((_, { id }) => (id === refused ? "EFFECT_DENY" : "EFFECT_ALLOW"));
    const queryClient = new QueryClient();
    const renders: string[] = [];
    renderApp(<Page count={100} onRender={(id, { status }) => renders.push(`${id} ${status}`)} />, {
      pdp,
      queryClient,
    });
    await settle();
    renders.length = 0;
    pdp.requests.length = 0;
    refused = "42";
    await after(() => queryClient.invalidateQueries(decisionFilters({ kind: "document", id: "42" })));
    expect(pdp.requests.map(({ body }) => body.resources.map(({ resource }) => resource.id))).toEqual([["42"]]);
    expect(renders).toEqual(["42 denied"]);
  });

  it("a refreshed token with equal claims: no request, and no component renders", async () => {
    const pdp = fakePdp();
    const kinde = new FakeKinde().signIn(tokenOf({ jti: "first" }));
    let renders = 0;
    renderApp(<Page count={100} onRender={() => (renders += 1)} />, { pdp, kinde });
    await settle();
    expect(pdp.requests).toHaveLength(2);
    renders = 0;
    await after(() => kinde.signIn(tokenOf({ jti: "second" })));
    expect(pdp.requests).toHaveLength(2);
    expect(renders).toBe(0);
  });

  it("timers do not grow with the checks: one is for the ages of all", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    expect(await timersOf(100)).toBe(await timersOf(1));
    vi.useRealTimers();
  });

  it("the hash of a check is made twice for its query, and never again by who looks at it", async () => {
    const queryClient = new QueryClient();
    let hashes = 0;
    queryClient.setQueryDefaults(["kinde-cerbos"], {
      queryKeyHashFn: (key) => {
        hashes += 1;
        return `app: ${JSON.stringify(key)}`;
      },
    });
    renderApp(<Page count={100} onRender={ignore} />, { queryClient });
    await settle();
    expect(hashes).toBeLessThanOrEqual(200);
    expect(
      queryClient
        .getQueryCache()
        .getAll()
        .map(({ queryHash }) => queryHash.slice(0, 5)),
    ).toEqual(Array(100).fill("app: "));
    hashes = 0;
    await after(() => queryClient.invalidateQueries());
    expect(hashes).toBe(0);
  });
});
