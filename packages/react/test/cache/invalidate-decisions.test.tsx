import { createAuthorizer, createSession } from "@kinde-cerbos/core";
import {
  decisionFilters,
  type DecisionMatch,
  decisionQuery,
  hideDecisions,
  invalidateDecisions,
  type InvalidateOptions,
  PermissionsProvider,
  useCan,
  useCanCallback,
  useCanList,
  type UseCanOptions,
} from "@kinde-cerbos/react";
import { QueryClient, QueryClientProvider, useMutation, useQueryClient } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import { type ReactNode } from "react";
import { describe, expect, it } from "vitest";
import {
  after,
  answerTo,
  askedOf,
  decidingPdp,
  document1,
  FakeKinde,
  FakeKindeProvider,
  fakePdp,
  renderAsking,
  settle,
  slowPdp,
  tokenOf,
  UNAVAILABLE,
} from "../support.tsx";

const view: UseCanOptions = { action: "view", resource: document1 };
type Effect = "EFFECT_ALLOW" | "EFFECT_DENY";

/** A PDP whose answers are of the time they were asked at, and come when told to. */
function changingPdp() {
  const state: { effect: Effect } = { effect: "EFFECT_ALLOW" };
  const waiting: (() => void)[] = [];
  const pdp = fakePdp((body) => {
    const answer = answerTo(body, () => state.effect);
    return new Promise((resolve) => waiting.push(() => resolve(answer)));
  });
  return { state, pdp, answer: () => waiting.shift()?.(), answerAll: () => waiting.splice(0).forEach((now) => now()) };
}

/** Which of a cache's decisions are outdated or gone. */
async function setUp(...checks: [kind: string, id: string, action: string][]) {
  const queryClient = new QueryClient();
  const authorizer = createAuthorizer({ pdp: fakePdp(), session: await createSession(tokenOf()) });
  const queries = checks.map(([kind, id, action]) => decisionQuery(authorizer, { action, resource: { kind, id } }));
  await Promise.all(queries.map((query) => queryClient.prefetchQuery(query)));
  return {
    queryClient,
    authorizer,
    outdated: () =>
      queries.flatMap(({ queryKey: [, , , kind, id, action] }, at) => {
        const state = queryClient.getQueryState(queries[at]!.queryKey);
        return !state || state.isInvalidated ? [`${kind} ${id} ${action}`] : [];
      }),
  };
}

describe("which decisions are meant", () => {
  const checks: [string, string, string][] = [
    ["document", "1", "view"],
    ["document", "1", "edit"],
    ["document", "2", "edit"],
    ["folder", "1", "view"],
  ];

  it.each<[string, DecisionMatch, string[]]>([
    ["all", {}, ["document 1 view", "document 1 edit", "document 2 edit", "folder 1 view"]],
    ["of a kind", { kind: "document" }, ["document 1 view", "document 1 edit", "document 2 edit"]],
    ["of a resource", { kind: "document", id: "1" }, ["document 1 view", "document 1 edit"]],
    ["of an action", { action: "edit" }, ["document 1 edit", "document 2 edit"]],
    ["of an action on a resource", { kind: "document", id: "1", action: "edit" }, ["document 1 edit"]],
    ["of nothing that is there", { kind: "constructor" }, []],
  ])("%s", async (_, match, expected) => {
    for (const change of [invalidateDecisions, hideDecisions]) {
      const { queryClient, outdated } = await setUp(...checks);
      await change(queryClient, match);
      expect(outdated()).toEqual(expected);
    }
    const { queryClient, outdated } = await setUp(...checks);
    await queryClient.invalidateQueries(decisionFilters(match));
    expect(outdated()).toEqual(expected);
  });

  it("of a session", async () => {
    const { queryClient, authorizer, outdated } = await setUp(["document", "1", "view"]);
    await invalidateDecisions(queryClient, { sessionId: "another" });
    expect(outdated()).toEqual([]);
    await invalidateDecisions(queryClient, { sessionId: authorizer.session.id });
    expect(outdated()).toEqual(["document 1 view"]);
  });

  it("nothing of the app's own", async () => {
    const queryClient = new QueryClient();
    queryClient.setQueryData(["document", "1"], "the document");
    await invalidateDecisions(queryClient, { hide: true });
    hideDecisions(queryClient);
    expect(queryClient.getQueryState(["document", "1"])).toMatchObject({ data: "the document", isInvalidated: false });
  });
});

describe("a change of what the checks do not say", () => {
  it("asks what is on the screen again, in one request; the last answer stays meanwhile", async () => {
    const { state, pdp, answerAll } = changingPdp();
    const queryClient = new QueryClient();
    const resources = [document1, { ...document1, id: "2" }];
    const { results, last } = renderAsking(useCanList, { action: "view", resources }, { pdp, queryClient });
    await settle();
    await after(answerAll);
    state.effect = "EFFECT_DENY";
    results.length = 0;
    await after(() => invalidateDecisions(queryClient, { kind: "document" }));
    expect(results).toEqual([]);
    expect(askedOf(pdp)).toEqual([
      ["1: view", "2: view"],
      ["1: view", "2: view"],
    ]);
    await after(answerAll);
    expect(last().allowed).toEqual([]);
  });

  it("with hide, what is on the screen is pending until there is an answer of after", async () => {
    const { pdp, answerAll } = changingPdp();
    const queryClient = new QueryClient();
    const { results } = renderAsking(useCan, view, { pdp, queryClient });
    await settle();
    await after(answerAll);
    results.length = 0;
    await after(() => invalidateDecisions(queryClient, { hide: true }));
    await after(answerAll);
    expect(results.map(({ status }) => status)).toEqual(["pending", "allowed"]);
  });

  it("settles once the answers are there, and on a failure too", async () => {
    const queryClient = new QueryClient();
    let isDown = false;
    const pdp = fakePdp((body) => (isDown ? Promise.reject({ code: 7, details: "no" }) : answerTo(body)));
    const { last } = renderAsking(useCan, view, { pdp, queryClient });
    await settle();
    isDown = true;
    let isOver = false;
    await after(() => invalidateDecisions(queryClient).then(() => (isOver = true)));
    expect(isOver).toBe(true);
    expect(last()).toMatchObject({ status: "error", allowed: false });
  });

  it("with hide, a failure leaves nothing to show", async () => {
    const queryClient = new QueryClient();
    let isDown = false;
    const pdp = fakePdp((body) => (isDown ? Promise.reject(UNAVAILABLE) : answerTo(body)));
    const { last } = renderAsking(useCan, view, { pdp, queryClient });
    await settle();
    isDown = true;
    await after(() => invalidateDecisions(queryClient, { hide: true }));
    expect(last()).toMatchObject({ status: "error", allowed: false });
  });

  it("asks nothing for what nobody shows, until somebody does", async () => {
    const pdp = fakePdp();
    const queryClient = new QueryClient();
    const { change } = renderAsking(useCan, view, { pdp, queryClient });
    await settle();
    change({ ...view, enabled: false });
    await settle();
    await after(() => invalidateDecisions(queryClient));
    expect(pdp.requests).toHaveLength(1);
    change(view);
    await settle();
    expect(pdp.requests).toHaveLength(2);
  });
});

describe("an answer that is under way when the change is made", () => {
  const options: InvalidateOptions[] = [{}, { hide: true }];

  it.each(options)("is not taken for one of after, though it is the first (%o)", async (option) => {
    const { state, pdp, answer } = changingPdp();
    const queryClient = new QueryClient();
    const { results, last } = renderAsking(useCan, view, { pdp, queryClient });
    await settle();
    state.effect = "EFFECT_DENY";
    await after(() => void invalidateDecisions(queryClient, option));
    expect(pdp.requests.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    await after(answer);
    await after(answer);
    expect(results.map(({ status }) => status)).not.toContain("allowed");
    expect(last()).toMatchObject({ status: "denied" });
  });

  it.each(options)("nor one that was asked again (%o)", async (option) => {
    const { state, pdp, answer } = changingPdp();
    const queryClient = new QueryClient();
    const { last } = renderAsking(useCan, view, { pdp, queryClient });
    await settle();
    await after(answer);
    await after(() => void last().refetch());
    state.effect = "EFFECT_DENY";
    await after(() => void invalidateDecisions(queryClient, option));
    await after(answer);
    await after(answer);
    expect(last()).toMatchObject({ status: "denied" });
  });

  it.each(options)("nor one that an event or a loader waits for: it gets the new one (%o)", async (option) => {
    const { state, pdp, answer } = changingPdp();
    const queryClient = new QueryClient();
    const { last } = renderAsking(useCanCallback, undefined, { pdp, queryClient });
    await settle();
    const outcomes: unknown[] = [];
    await after(() => void last()({ action: "view", resource: document1 }).then((allowed) => outcomes.push(allowed)));
    state.effect = "EFFECT_DENY";
    await after(() => void invalidateDecisions(queryClient, option));
    await after(answer);
    expect(outcomes).toEqual([]);
    await after(answer);
    expect(outcomes).toEqual([false]);
  });

  it("nor after hideDecisions: what waits is asked again", async () => {
    const { state, pdp, answer } = changingPdp();
    const queryClient = new QueryClient();
    const { last } = renderAsking(useCanCallback, undefined, { pdp, queryClient });
    await settle();
    const outcomes: unknown[] = [];
    await after(() => void last()({ action: "view", resource: document1 }).then((allowed) => outcomes.push(allowed)));
    state.effect = "EFFECT_DENY";
    await after(() => hideDecisions(queryClient));
    await after(answer);
    expect(outcomes).toEqual([]);
    await after(answer);
    expect(outcomes).toEqual([false]);
  });

  it("in every organization that is in the cache", async () => {
    const kinde = new FakeKinde().signIn();
    const pdp = slowPdp();
    const queryClient = new QueryClient();
    renderAsking(useCan, view, { pdp, queryClient, kinde });
    await settle();
    await after(pdp.answer);
    await after(() => kinde.signIn(tokenOf({ org_code: "org_b" })));
    await after(pdp.answer);
    await after(() => invalidateDecisions(queryClient));
    await after(pdp.answer);
    await after(() => kinde.signIn());
    expect(pdp.requests.map(({ body }) => body.principal.attr["orgCode"])).toEqual([
      "org_a",
      "org_b",
      "org_b",
      "org_a",
    ]);
  });
});

describe("a change that begins", () => {
  it("hides what is on the screen, and asks nothing until it is over", async () => {
    const { state, pdp, answer } = changingPdp();
    const queryClient = new QueryClient();
    const { results, last } = renderAsking(useCan, view, { pdp, queryClient });
    await settle();
    await after(answer);
    results.length = 0;
    await after(() => hideDecisions(queryClient, { kind: "document", id: "1" }));
    expect(last()).toMatchObject({ status: "pending", allowed: false });
    expect(pdp.requests).toHaveLength(1);
    state.effect = "EFFECT_DENY";
    await after(() => void invalidateDecisions(queryClient, { kind: "document", id: "1" }));
    await after(answer);
    expect(results.map(({ status }) => status)).toEqual(["pending", "denied"]);
    expect(pdp.requests).toHaveLength(2);
  });

  it("hides what is under way, too: the answer of before is not shown", async () => {
    const { pdp, answer } = changingPdp();
    const queryClient = new QueryClient();
    const { results, last } = renderAsking(useCan, view, { pdp, queryClient });
    await settle();
    await after(() => hideDecisions(queryClient));
    await after(answer);
    expect(results.map(({ status }) => status)).not.toContain("allowed");
    await after(() => void invalidateDecisions(queryClient));
    await after(answer);
    expect(last()).toMatchObject({ status: "allowed" });
  });

  it("leaves other resources as they are", async () => {
    const pdp = fakePdp();
    const queryClient = new QueryClient();
    const { results } = renderAsking(useCan, view, { pdp, queryClient });
    await settle();
    results.length = 0;
    await after(() => hideDecisions(queryClient, { kind: "document", id: "2" }));
    expect(results).toEqual([]);
  });
});

/** What the documentation recommends: docs/concepts/caching.md, "After a change". */
function Publish({
  publish,
  onStatus,
}: {
  publish: () => Promise<void>;
  onStatus: (status: string) => void;
}): ReactNode {
  const queryClient = useQueryClient();
  const { status } = useCan({ action: "edit", resource: document1 });
  const about = { kind: "document", id: "1" };
  const { mutate } = useMutation({
    mutationFn: publish,
    onMutate: () => hideDecisions(queryClient, about),
    onSettled: () => invalidateDecisions(queryClient, about),
  });
  onStatus(status);
  return (
    <button type="button" onClick={() => mutate()}>
      {status}
    </button>
  );
}

/** A back end that publishes when told to, and a PDP that lets nobody edit what is public. */
function renderPublish() {
  const statuses: string[] = [];
  let isPublic = false;
  const pdp = decidingPdp(() => (isPublic ? "EFFECT_DENY" : "EFFECT_ALLOW"));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <FakeKindeProvider kinde={new FakeKinde().signIn()}>
        <PermissionsProvider pdp={pdp}>
          <Publish publish={() => promise} onStatus={(status) => statuses.push(status)} />
        </PermissionsProvider>
      </FakeKindeProvider>
    </QueryClientProvider>,
  );
  return {
    pdp,
    statuses,
    succeed: () => {
      isPublic = true;
      resolve();
    },
    fail: () => reject(new Error("It cannot be published.")),
  };
}

describe("a mutation", () => {
  it("shows pending while it runs, and then what holds after it", async () => {
    const { pdp, statuses, succeed } = renderPublish();
    await settle();
    statuses.length = 0;
    await after(() => fireEvent.click(screen.getByRole("button")));
    expect(screen.getByText("pending")).toBeDefined();
    expect(pdp.requests).toHaveLength(1);
    await after(succeed);
    expect(screen.getByText("denied")).toBeDefined();
    expect(new Set(statuses)).toEqual(new Set(["pending", "denied"]));
    expect(pdp.requests).toHaveLength(2);
  });

  it("that fails shows what holds, too", async () => {
    const { fail } = renderPublish();
    await settle();
    await after(() => fireEvent.click(screen.getByRole("button")));
    await after(fail);
    expect(screen.getByText("allowed")).toBeDefined();
  });
});
