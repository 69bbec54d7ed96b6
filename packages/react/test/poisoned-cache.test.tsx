// The cache is the app's, and what is persisted or hydrated comes from outside: anybody may have written into it. What
// is in it is shown when it is an answer to the check it stands for, given no longer ago than maxAge, and never else.
import { createAuthorizer, createSession, type Decision, type Plan } from "@kinde-cerbos/core";
import {
  type CanResult,
  decisionQuery,
  ensureCan,
  useCan,
  useCanCallback,
  usePlan,
  useSuspenseCan,
} from "@kinde-cerbos/react";
import { type DefaultOptions, onlineManager, QueryClient } from "@tanstack/react-query";
import { type ReactNode, Suspense } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { after, document1, fakePdp, Probe, renderApp, renderAsking, settle, slowPdp, tokenOf } from "./support.tsx";

const check = { action: "view", resource: document1 };

async function setUp(defaultOptions: DefaultOptions = {}) {
  const denying = fakePdp((body) => ({
    results: body.resources.map(({ resource }) => ({ resource, actions: { view: "EFFECT_DENY" } })),
  }));
  const session = await createSession(tokenOf());
  const authorizer = createAuthorizer({ pdp: denying, session });
  const queryClient = new QueryClient({ defaultOptions });
  const { queryKey } = decisionQuery(authorizer, check);
  return { pdp: denying, authorizer, queryClient, queryKey };
}

const allowed: Decision = {
  allowed: true,
  action: "view",
  resource: document1,
  outputs: [],
  validationErrors: [],
  callId: "call-0",
};

afterEach(() => {
  // The timers that are watched are the fake ones: first these.
  vi.restoreAllMocks();
  vi.useRealTimers();
  onlineManager.setOnline(true);
});

const plan = {
  kind: "ALWAYS_ALLOWED",
  actions: ["view"],
  resourceKind: "document",
  attr: {},
  validationErrors: [],
  callId: "",
} satisfies Plan;

const poisons: [string, unknown][] = [
  ["a word where allowed is", { ...allowed, allowed: "yes" }],
  ["a number where allowed is", { ...allowed, allowed: 1 }],
  ["a decision without most of it", { allowed: true }],
  ["a decision without validationErrors", { ...allowed, validationErrors: undefined }],
  ["a denial without validationErrors", { ...allowed, allowed: false, validationErrors: undefined }],
  ["a decision without outputs", { ...allowed, outputs: undefined }],
  ["a decision on another resource", { ...allowed, resource: { kind: "document", id: "2" } }],
  ["a decision on another kind", { ...allowed, resource: { kind: "folder", id: "1" } }],
  ["a decision on another action", { ...allowed, action: "list" }],
  ["a decision on no resource", { ...allowed, resource: null }],
  ["a plan", plan],
  ["true", true],
  ["a text", "EFFECT_ALLOW"],
  ["a list", [allowed]],
  ["null", null],
];

describe("what is under our key and is no answer to it", () => {
  it.each(poisons)("%s: is not shown, and the PDP is asked", async (_, poison) => {
    const { pdp, queryClient, queryKey } = await setUp();
    queryClient.setQueryData(queryKey, poison);
    const renders: CanResult[] = [];
    renderApp(<Probe {...check} onRender={(result) => renders.push(result)} />, { queryClient, pdp });
    await settle();
    expect([...new Set(renders.map(({ status }) => status))]).toEqual(["pending", "denied"]);
    expect(pdp.requests).toHaveLength(1);
  });

  it("is asked for where the app asks nothing for a mount", async () => {
    const { pdp, queryClient, queryKey } = await setUp({ queries: { refetchOnMount: false } });
    queryClient.setQueryData(queryKey, {});
    const { last } = renderAsking(useCan, check, { queryClient, pdp });
    await settle();
    expect(last().status).toBe("denied");
  });

  it("is asked for once: its request is aborted when who shows it leaves", async () => {
    const { queryClient, queryKey } = await setUp();
    queryClient.setQueryData(queryKey, {});
    const pdp = slowPdp();
    const { unmount } = renderAsking(useCan, check, { queryClient, pdp });
    await settle();
    await after(unmount);
    expect(pdp.requests.map(({ signal }) => signal.aborted)).toEqual([true]);
  });

  it("has no time: no timer runs for it", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    const { pdp, queryClient, queryKey } = await setUp();
    const { last } = renderAsking(useCan, check, { queryClient, pdp });
    await settle();
    const query = queryClient.getQueryCache().find({ queryKey });
    onlineManager.setOnline(false);
    await after(() => query?.setState({ dataUpdatedAt: NaN }));
    const setTimer = vi.spyOn(globalThis, "setTimeout");
    await vi.advanceTimersByTimeAsync(1000);
    expect(last().status).toBe("pending");
    expect(setTimer).not.toHaveBeenCalled();
  });

  it.each(poisons)("%s: put there while it is shown, is not, and the PDP is asked", async (_, poison) => {
    const { pdp, queryClient, queryKey } = await setUp();
    const renders: CanResult[] = [];
    renderApp(<Probe {...check} onRender={(result) => renders.push(result)} />, { queryClient, pdp });
    await settle();
    await after(() => queryClient.setQueryData(queryKey, poison));
    expect(renders.map(({ status }) => status)).not.toContain("allowed");
    expect(renders.at(-1)?.status).toBe("denied");
    expect(pdp.requests).toHaveLength(2);
  });

  it.each(poisons)("%s: opens no route, and no event handler", async (_, poison) => {
    const { pdp, queryClient, queryKey, authorizer } = await setUp();
    queryClient.setQueryData(queryKey, poison);
    await expect(ensureCan(queryClient, authorizer, check)).rejects.toMatchObject({ code: "forbidden" });
    queryClient.setQueryData(queryKey, poison);
    const { last } = renderAsking(useCanCallback, undefined, { queryClient, pdp });
    await settle();
    await expect(last()(check)).resolves.toBe(false);
    expect(pdp.requests).toHaveLength(2);
  });
});

describe("useSuspenseCan", () => {
  it.each(poisons)("%s: is not shown, and the PDP is asked once", async (_, poison) => {
    const { pdp, queryClient, queryKey } = await setUp();
    queryClient.setQueryData(queryKey, poison);
    const seen: string[] = [];
    const Door = (): ReactNode => {
      const { status } = useSuspenseCan(check);
      seen.push(status);
      return null;
    };
    renderApp(
      <Suspense>
        <Door />
      </Suspense>,
      { queryClient, pdp },
    );
    await settle();
    expect([...new Set(seen)]).toEqual(["denied"]);
    expect(pdp.requests).toHaveLength(1);
  });
});

describe("an answer of a time that is not yet", () => {
  const ahead = 3_600_000;

  it("is not shown, and the PDP is asked: the clock was set back, or somebody has lied", async () => {
    const { pdp, queryClient, queryKey } = await setUp();
    queryClient.setQueryData(queryKey, allowed, { updatedAt: Date.now() + ahead });
    const renders: CanResult[] = [];
    renderApp(<Probe {...check} onRender={(result) => renders.push(result)} />, { queryClient, pdp });
    await settle();
    expect([...new Set(renders.map(({ status }) => status))]).toEqual(["pending", "denied"]);
    expect(pdp.requests).toHaveLength(1);
  });

  it("opens no route", async () => {
    const { queryClient, queryKey, authorizer } = await setUp();
    queryClient.setQueryData(queryKey, allowed, { updatedAt: Date.now() + ahead });
    await expect(ensureCan(queryClient, authorizer, check)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("is not shown on and on where the clock is set back under it", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    const { queryClient } = await setUp();
    let isDown = false;
    const pdp = fakePdp((body) =>
      isDown
        ? new Promise(() => {})
        : { results: body.resources.map(({ resource }) => ({ resource, actions: { view: "EFFECT_ALLOW" } })) },
    );
    const renders: CanResult[] = [];
    const probe = <Probe {...check} onRender={(result) => renders.push(result)} />;
    renderApp(probe, { queryClient, pdp });
    await settle();
    expect(renders.at(-1)?.status).toBe("allowed");
    isDown = true;
    vi.setSystemTime(Date.now() - ahead);
    const { length } = renders;
    renderApp(probe, { queryClient, pdp });
    await settle();
    expect([...new Set(renders.slice(length).map(({ status }) => status))]).toEqual(["pending"]);
    expect(pdp.requests).toHaveLength(2);
  });

  it("by no more than clocks differ is as good as one of now", async () => {
    const { pdp, queryClient, queryKey } = await setUp();
    queryClient.setQueryData(queryKey, allowed, { updatedAt: Date.now() + 2000 });
    const renders: CanResult[] = [];
    renderApp(<Probe {...check} onRender={(result) => renders.push(result)} />, { queryClient, pdp });
    await settle();
    expect(renders.at(-1)?.status).toBe("allowed");
    expect(pdp.requests).toEqual([]);
  });
});

describe("the app's own defaults of react-query", () => {
  const defaults: [string, NonNullable<DefaultOptions["queries"]>][] = [
    ["initialData", { initialData: allowed }],
    ["initialData of its own kind", { initialData: [] }],
    ["select", { select: () => allowed }],
    ["structuralSharing", { structuralSharing: () => allowed }],
    ["enabled", { enabled: false }],
    ["notifyOnChangeProps", { notifyOnChangeProps: [] }],
    ["queryFn", { queryFn: () => allowed }],
    ["staleTime", { staleTime: Infinity }],
    ["placeholderData", { placeholderData: allowed }],
    ["queryKeyHashFn", { queryKeyHashFn: (key) => `app ${JSON.stringify(key)}` }],
  ];

  it.each(defaults)("%s: neither allows nor silences anything", async (_, queries) => {
    const { pdp, queryClient, authorizer } = await setUp({ queries });
    const renders: CanResult[] = [];
    renderApp(<Probe {...check} onRender={(result) => renders.push(result)} />, { queryClient, pdp });
    await settle();
    expect([...new Set(renders.map(({ status }) => status))]).toEqual(["pending", "denied"]);
    queryClient.clear();
    await expect(ensureCan(queryClient, authorizer, check)).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("a plan in the cache", () => {
  it.each([
    ["of another kind", { ...plan, resourceKind: "folder" }],
    ["of another action", { ...plan, actions: ["edit"] }],
    ["of fewer actions", { ...plan, actions: [] }],
    ["of more actions", { ...plan, actions: ["view", "edit"] }],
    ["of an older version", { ...plan, actions: undefined, action: "view" }],
    ["of a text for actions", { ...plan, actions: "view" }],
    ["without validationErrors", { ...plan, validationErrors: undefined }],
    ["of no kind", { ...plan, kind: null }],
    ["that is a decision", allowed],
    ["that is nothing", null],
  ])("%s is not shown, and the PDP is asked", async (_, poison) => {
    const pdp = {
      ...fakePdp(),
      planResources: async () => ({ kind: "KIND_ALWAYS_DENIED", cerbosCallId: "call-1" }),
    };
    const { queryClient } = await setUp();
    const options = { action: "view", kind: "document" };
    const first = renderAsking(usePlan, options, { pdp, queryClient });
    await settle();
    first.unmount();
    const [query] = queryClient.getQueryCache().getAll();
    queryClient.setQueryData(query!.queryKey, poison);
    const { results } = renderAsking(usePlan, options, { pdp, queryClient });
    await settle();
    expect([...new Set(results.map(({ kind }) => kind))]).toEqual([null, "ALWAYS_DENIED"]);
  });
});
