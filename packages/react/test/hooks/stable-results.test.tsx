// Results are plain data: an effect on any part of one runs when that part changes, and at no other time.
import { type PdpRequest } from "@kinde-cerbos/core";
import {
  Can,
  useAuthorizer,
  useCan,
  useCanActions,
  useCanCallback,
  useCanList,
  useOrganizations,
  usePermissionsSession,
  usePlan,
  useSuspenseCan,
  useSwitchOrg,
} from "@kinde-cerbos/react";
import { StorageKeys } from "@kinde-oss/kinde-auth-react/utils";
import { QueryClient } from "@tanstack/react-query";
import { fireEvent, screen } from "@testing-library/react";
import { Profiler, type ReactNode, Suspense, useEffect, useState } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  after,
  answerTo,
  document1,
  FakeKinde,
  type FakePdp,
  fakePdp,
  renderApp,
  renderAsking,
  settle,
  slowPdp,
  tokenOf,
} from "../support.tsx";

/** A PDP that also plans. `denied` names the ids that it denies; each answer has a call id of its own if `isCounting`. */
function statefulPdp(isCounting = false) {
  const state = { denied: new Set<string>(), calls: 0 };
  const answer = (body: PdpRequest): object => {
    state.calls += 1;
    return {
      ...answerTo(body, (_, { id }) => (state.denied.has(id) ? "EFFECT_DENY" : "EFFECT_ALLOW")),
      ...(isCounting && { cerbosCallId: `call-${state.calls}` }),
    };
  };
  const planResources = async (): Promise<object> => ({
    kind: state.denied.has("plan") ? "KIND_ALWAYS_DENIED" : "KIND_ALWAYS_ALLOWED",
    cerbosCallId: "call-1",
  });
  return { state, pdp: { ...fakePdp(answer), planResources } };
}

/** A value and all objects and functions in it, by their paths. */
function partsOf(value: unknown, path = "result"): [path: string, part: unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return [[path, value], ...Object.entries(value).flatMap(([name, item]) => partsOf(item, `${path}.${name}`))];
}

function OnChange({ value, onChange }: { value: unknown; onChange: (value: unknown) => void }): ReactNode {
  useEffect(() => {
    onChange(value);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- of the value alone
  }, [value]);
  return null;
}

type UseResult = () => unknown;
const text = (value: unknown): string => JSON.stringify(value, (_, item) => (typeof item === "function" ? "fn" : item));

/** Each hook with all of its options written inline. */
const HOOKS: [name: string, use: UseResult][] = [
  ["useCan", () => useCan({ action: "view", resource: { ...document1, attr: { tags: ["a"] } } })],
  ["useCan, an invalid check", () => useCan({ action: "view", resource: { kind: "document", id: "" } })],
  ["useCan, a closed gate", () => useCan({ action: "view", resource: { ...document1 }, permission: ["none"] })],
  ["useCan, a time that is none", () => useCan({ action: "view", resource: { ...document1 }, maxAge: 0 })],
  ["useCanActions", () => useCanActions({ actions: ["view", "edit"], resource: { ...document1 } })],
  ["useCanList", () => useCanList({ action: "view", resources: [{ ...document1 }, { kind: "document", id: "2" }] })],
  ["useCanList of nothing", () => useCanList({ action: "view", resources: [] })],
  ["usePlan", () => usePlan({ actions: ["view"], kind: "document", attr: { tags: ["a"] } })],
  ["useSuspenseCan", () => useSuspenseCan({ action: "view", resource: { ...document1 } })],
  ["usePermissionsSession", () => usePermissionsSession()],
  ["useSwitchOrg", () => useSwitchOrg({ redirect: true })],
  ["useOrganizations", () => useOrganizations()],
  ["useCanCallback", () => useCanCallback()],
];

/** Renders what is below it again at each click. */
function Again({ children }: { children: () => ReactNode }): ReactNode {
  const [, setTurn] = useState(0);
  return (
    <>
      <button type="button" aria-label="again" onClick={() => setTurn((turn) => turn + 1)} />
      {children()}
    </>
  );
}

const again = (): void => void fireEvent.click(screen.getByLabelText("again"));

/** Renders a hook; tells of each effect on a part of its result, and lets the component be rendered again. */
async function renderWithEffects(use: UseResult, kinde = new FakeKinde().signIn()) {
  const effects: string[] = [];
  const newest = new Map<string, string>();
  const { state, pdp } = statefulPdp();
  const queryClient = new QueryClient();
  const onChange = (path: string) => (part: unknown) => {
    const content = text(part);
    // An effect for an object that says what the one before said.
    const isReal = newest.get(path) !== content;
    newest.set(path, content);
    effects.push(`${path}${isReal ? "" : " for nothing"}`);
  };
  const Page = (): ReactNode =>
    partsOf(use()).map(([path, part]) => <OnChange key={path} value={part} onChange={onChange(path)} />);
  const idToken = tokenOf({ organizations: [{ id: "org_a", name: "A" }], org_codes: ["org_a", "org_b"] });
  void kinde.storage.setSessionItem(StorageKeys.idToken, idToken);
  renderApp(
    <Again>
      {() => (
        <Suspense>
          <Page />
        </Suspense>
      )}
    </Again>,
    { kinde, pdp, queryClient },
  );
  // Once a fallback is there, React leaves it for a moment.
  globalThis.IS_REACT_ACT_ENVIRONMENT = false;
  await vi.waitFor(() => expect(effects).not.toEqual([]), 20_000);
  await settle();
  const taken = (): string[] => effects.splice(0);
  return { taken, state, queryClient, kinde };
}

describe("the result of a hook whose options are written inline", () => {
  it.each(HOOKS)("%s: is the same object, with the same parts, at each render", async (_, use) => {
    const { taken } = await renderWithEffects(use);
    expect(taken()).not.toEqual([]);
    for (let turn = 0; turn < 3; turn += 1) again();
    expect(taken()).toEqual([]);
  });

  it.each(HOOKS)("%s: stays so when it is asked again and the answer is equal", async (_, use) => {
    const { taken, queryClient } = await renderWithEffects(use);
    taken();
    await after(() => queryClient.invalidateQueries());
    again();
    expect(taken()).toEqual([]);
  });

  it.each(HOOKS)("%s: has effects on what has changed alone, when the answer has", async (_, use) => {
    const { taken, state, queryClient } = await renderWithEffects(use);
    taken();
    state.denied = new Set(["1", "plan"]);
    await after(() => queryClient.invalidateQueries());
    expect(taken().filter((effect) => effect.endsWith("for nothing"))).toEqual([]);
  });

  it.each(HOOKS)("%s: has none on equal parts when the token is another one of the same rights", async (_, use) => {
    const { taken, kinde } = await renderWithEffects(use);
    taken();
    const idToken = tokenOf({ organizations: [{ id: "org_a", name: "A" }], org_codes: ["org_a", "org_b"], jti: "2" });
    await after(() => {
      void kinde.storage.setSessionItem(StorageKeys.idToken, idToken);
      kinde.signIn(tokenOf({ jti: "another" }));
    });
    expect(taken()).toEqual([]);
  });

  it("useAuthorizer is the same authorizer", async () => {
    const given: unknown[] = [];
    const Page = (): ReactNode => void given.push(useAuthorizer());
    renderApp(<Again>{() => <Page />}</Again>);
    await settle();
    given.length = 0;
    again();
    again();
    expect(new Set(given).size).toBe(1);
  });

  it.each([["with two actions", ["view", "edit"]] as const, ["without actions", []] as const])(
    "the function below <Can> %s gets the same object at each render",
    async (_, actions) => {
      const given: unknown[] = [];
      renderApp(
        <Again>
          {() => (
            <Can actions={[...actions]} resource={{ ...document1 }} passThrough>
              {(result) => void given.push(result)}
            </Can>
          )}
        </Again>,
      );
      await settle();
      given.length = 0;
      again();
      again();
      expect(given.length).toBeGreaterThan(1);
      expect(new Set(given).size).toBe(1);
    },
  );
});

// A tab hung for ten minutes.
it("an effect on `allowed` of a list written inline that renders does not render without end", async () => {
  const renders: number[] = [];
  const List = (): ReactNode => {
    const { allowed } = useCanList({ action: "view", resources: [{ kind: "document", id: "1" }] });
    const [count, setCount] = useState(0);
    useEffect(() => {
      if (renders.push(allowed.length) < 100) queueMicrotask(() => setCount((before) => before + 1));
    }, [allowed]);
    return count;
  };
  renderApp(<List />);
  await settle();
  expect(renders.length).toBeLessThan(10);
});

it("one changed row in a list of 1000 changes one result object", async () => {
  const { state, pdp } = statefulPdp();
  const queryClient = new QueryClient();
  const resources = Array.from({ length: 1000 }, (_, at) => ({ kind: "document", id: `${at}` }));
  const { last } = renderAsking(useCanList, { action: "view", resources }, { pdp, queryClient, maxResources: 500 });
  await settle();
  const before = last();
  state.denied = new Set(["500"]);
  await after(() => queryClient.invalidateQueries());
  const changed = last().results.flatMap((result, at) => (result === before.results[at] ? [] : [at]));
  expect(changed).toEqual([500]);
  expect(last().allowed).toHaveLength(999);
});

describe("a result", () => {
  it("is plain data: it can be spread, logged and compared, and stays what it was", async () => {
    const { state, pdp } = statefulPdp();
    const queryClient = new QueryClient();
    const { results, last } = renderAsking(useCan, { action: "view", resource: document1 }, { pdp, queryClient });
    await settle();
    const kept = [...results];
    const texts = kept.map(text);
    const accessors = kept.flatMap((result) =>
      Object.values(Object.getOwnPropertyDescriptors(result)).filter((property) => property.get !== undefined),
    );
    expect(accessors).toEqual([]);
    expect({ ...last() }).toEqual(last());
    state.denied = new Set(["1"]);
    await after(() => queryClient.invalidateQueries());
    expect(kept.map(text)).toEqual(texts);
    expect(last()).toMatchObject({ status: "denied", decision: { allowed: false } });
  });

  it.each<[string, UseResult]>([
    ["useCanActions", () => useCanActions({ actions: ["view"], resource: document1 })],
    ["useCanList", () => useCanList({ action: "view", resources: [document1] })],
    ["usePlan", () => usePlan({ action: "view", kind: "document" })],
  ])("of %s has no getters", async (_, use) => {
    const { pdp } = statefulPdp();
    const { last } = renderAsking(use, undefined, { pdp });
    await settle();
    const all = partsOf(last()).flatMap(([, part]) =>
      typeof part === "object" && part !== null ? Object.values(Object.getOwnPropertyDescriptors(part)) : [],
    );
    expect(all.length).toBeGreaterThan(5);
    expect(all.filter((property) => property.get !== undefined)).toEqual([]);
  });

  it("keeps what is equal in a decision that has another call id", async () => {
    const { pdp } = statefulPdp(true);
    const queryClient = new QueryClient();
    const { last } = renderAsking(useCan, { action: "view", resource: document1 }, { pdp, queryClient });
    await settle();
    const { decision } = last();
    await after(() => queryClient.invalidateQueries());
    expect(last().decision).not.toBe(decision);
    expect(last().decision?.callId).toBe("call-2");
    expect(last().decision?.resource).toBe(decision?.resource);
    expect(last().decision?.outputs).toBe(decision?.outputs);
  });
});

function Row({ id, onRender }: { id: string; onRender: (isFetching: boolean) => void }): ReactNode {
  const { isFetching, status } = useCan({ action: "view", resource: { kind: "document", id } });
  onRender(isFetching);
  return <p>{`${status}${isFetching ? ", fetching" : ""}`}</p>;
}

async function renderRows(count: number, pdp: FakePdp & { answer: () => void }) {
  const queryClient = new QueryClient();
  const commits: string[] = [];
  let renders = 0;
  const ids = Array.from({ length: count }, (_, at) => `${at}`);
  renderApp(
    <Profiler id="rows" onRender={(_, phase) => commits.push(phase)}>
      {ids.map((id) => (
        <Row key={id} id={id} onRender={() => (renders += 1)} />
      ))}
    </Profiler>,
    { pdp, queryClient },
  );
  await settle();
  await after(pdp.answer);
  commits.length = 0;
  renders = 0;
  return { queryClient, commits, renders: () => renders };
}

describe("isFetching while a decision is shown", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("an equal answer within 100 ms renders nothing", async () => {
    const pdp = slowPdp();
    const { queryClient, commits, renders } = await renderRows(10, pdp);
    await after(() => void queryClient.invalidateQueries());
    await after(() => vi.advanceTimersByTimeAsync(50));
    await after(pdp.answer);
    await after(() => vi.advanceTimersByTimeAsync(500));
    expect([commits.length, renders()]).toEqual([0, 0]);
  });

  it("after 100 ms it is true, in one commit for all, and false with the answer", async () => {
    const pdp = slowPdp();
    const { queryClient, commits } = await renderRows(10, pdp);
    await after(() => void queryClient.invalidateQueries());
    await after(() => vi.advanceTimersByTimeAsync(110));
    expect(screen.getAllByText("allowed, fetching")).toHaveLength(10);
    expect(commits).toHaveLength(1);
    await after(pdp.answer);
    expect(screen.getAllByText("allowed")).toHaveLength(10);
    expect(commits).toHaveLength(2);
  });

  it("is false again once the query is cancelled", async () => {
    const pdp = slowPdp();
    const { queryClient } = await renderRows(1, pdp);
    await after(() => void queryClient.invalidateQueries());
    await after(() => vi.advanceTimersByTimeAsync(110));
    expect(screen.getByText("allowed, fetching")).toBeDefined();
    await after(() => queryClient.cancelQueries());
    expect(screen.getByText("allowed")).toBeDefined();
  });
});

it("isFetching is false once the first request is cancelled", async () => {
  const queryClient = new QueryClient();
  const pdp = slowPdp();
  const { last } = renderAsking(useCan, { action: "view", resource: document1 }, { pdp, queryClient });
  await settle();
  expect(last()).toMatchObject({ status: "pending", isFetching: true });
  await after(() => queryClient.cancelQueries());
  expect(last()).toMatchObject({ status: "pending", isFetching: false });
});
