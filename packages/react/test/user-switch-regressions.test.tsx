// What random courses of events have found (see user-switch.test.tsx), each at its smallest.
import { AuthzError } from "@kinde-cerbos/core";
import { PermissionsProvider, useCanCallback, useSuspenseCan } from "@kinde-cerbos/react";
import { focusManager, QueryClient, QueryErrorResetBoundary } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { Component, type ReactNode, Suspense, useReducer } from "react";
import { flushSync } from "react-dom";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  after,
  decidedFor,
  document1,
  FakeKinde,
  FakeKindeProvider,
  fakePdp,
  Probe,
  renderApp,
  settle,
  slowPdp,
  tokenOf,
  whoAsks,
} from "./support.tsx";

afterEach(() => focusManager.setFocused(undefined));

const nothing = (): void => undefined;

describe("what is removed from the cache while it is shown", () => {
  it.each([
    ["clear", (client: QueryClient) => client.clear()],
    ["removeQueries", (client: QueryClient) => client.removeQueries()],
  ])("by %s is asked again", async (_, remove) => {
    const queryClient = new QueryClient();
    const pdp = fakePdp();
    const statuses: string[] = [];
    renderApp(<Probe action="view" resource={document1} onRender={({ status }) => statuses.push(status)} />, {
      pdp,
      queryClient,
    });
    await settle();
    statuses.splice(0, statuses.indexOf("allowed"));
    await after(() => remove(queryClient));
    expect(statuses).toEqual(["allowed", "pending", "allowed"]);
    expect(pdp.requests).toHaveLength(2);
    // And is observed again.
    await after(() => queryClient.invalidateQueries());
    expect(pdp.requests).toHaveLength(3);
  });

  it("is not asked again where its user signs out with it", async () => {
    const kinde = new FakeKinde().signIn();
    const queryClient = new QueryClient();
    const pdp = fakePdp();
    renderApp(<Probe action="view" resource={document1} onRender={nothing} />, { kinde, pdp, queryClient });
    await settle();
    await after(() => {
      queryClient.clear();
      kinde.signOut();
    });
    expect(pdp.requests.map(({ body }) => body.principal.id)).toEqual(["alice"]);
    expect(screen.getByText("denied")).toBeDefined();
  });

  it("rejects a call with an AuthzError", async () => {
    const queryClient = new QueryClient();
    const cans: ReturnType<typeof useCanCallback>[] = [];
    const Caller = (): ReactNode => {
      cans.push(useCanCallback());
      return null;
    };
    renderApp(<Caller />, { pdp: slowPdp(), queryClient });
    await settle();
    const refusal = cans
      .at(-1)?.({ action: "view", resource: document1 })
      .catch((error: unknown) => error);
    await after(() => queryClient.clear());
    expect(await refusal).toBeInstanceOf(AuthzError);
    expect(await refusal).toMatchObject({ code: "aborted" });
  });
});

class Boundary extends Component<
  { readonly children: ReactNode; readonly onReset: () => void },
  { readonly hasFailed: boolean }
> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    const reset = (): void => {
      this.props.onReset();
      this.setState({ hasFailed: false });
    };
    return this.state.hasFailed ? <button onClick={reset}>Try again</button> : this.props.children;
  }
}

function Suspending(): ReactNode {
  const result = useSuspenseCan({ action: "view", resource: document1 });
  return <p>{`${result.status} ${String(decidedFor(result))}`}</p>;
}

describe("useSuspenseCan", () => {
  it("asks once more after a reset, and not for ever, where the failure stays", async () => {
    const kinde = new FakeKinde().signIn();
    const pdp = fakePdp(() => ({}));
    render(
      <FakeKindeProvider kinde={kinde}>
        <PermissionsProvider pdp={pdp}>
          <QueryErrorResetBoundary>
            {({ reset }) => (
              <Boundary onReset={reset}>
                <Suspense fallback={<p>Suspended</p>}>
                  <Suspending />
                </Suspense>
              </Boundary>
            )}
          </QueryErrorResetBoundary>
        </PermissionsProvider>
      </FakeKindeProvider>,
      { onCaughtError: nothing },
    );
    await settle();
    expect(pdp.requests).toHaveLength(1);
    // React shows what comes after a fallback only some time later.
    const button = await screen.findByText("Try again");
    await after(() => button.click());
    await settle();
    expect(pdp.requests).toHaveLength(2);
    expect(await screen.findByText("Try again")).toBeDefined();
    expect(pdp.requests).toHaveLength(2);
  });
});

/** A component that can render alone, before anybody else is told of anything. */
function alone(): { readonly seen: string[]; readonly rerender: () => void; readonly Alone: () => ReactNode } {
  const seen: string[] = [];
  const rerenders: (() => void)[] = [];
  const Alone = (): ReactNode => {
    const [, rerender] = useReducer((count: number) => count + 1, 0);
    rerenders.push(rerender);
    return <Probe action="view" resource={document1} onRender={({ status }) => seen.push(status)} />;
  };
  return { seen, rerender: () => rerenders.at(-1)?.(), Alone };
}

it("a session that is gone and back before anybody is told does not leave a part of the page pending", async () => {
  const token = tokenOf();
  const kinde = new FakeKinde().signIn(token);
  const { seen, rerender, Alone } = alone();
  renderApp(<Alone />, { kinde });
  await settle();
  seen.length = 0;
  await after(() => {
    kinde.store(tokenOf({ sub: "bob" }));
    flushSync(rerender);
    kinde.store(token);
  });
  expect(seen).toEqual(["pending", "allowed"]);
});

describe("a token that ends while the machine sleeps", () => {
  const NOW = Date.parse("2030-01-01T00:00:00Z");
  const asleep = async (): Promise<{
    readonly seen: string[];
    readonly pdp: ReturnType<typeof fakePdp>;
    readonly rerender: () => void;
  }> => {
    vi.useFakeTimers({ now: NOW, toFake: ["Date", "setTimeout", "clearTimeout"] });
    const { seen, rerender, Alone } = alone();
    const pdp = fakePdp();
    renderApp(<Alone />, { pdp, kinde: new FakeKinde().signIn(tokenOf({ exp: NOW / 1000 + 60 })) });
    await settle();
    expect(seen.at(-1)).toBe("allowed");
    seen.length = 0;
    // The time is another, and no timer has run.
    vi.setSystemTime(NOW + 61_000);
    return { seen, pdp, rerender };
  };

  it("is no reason to show its decisions to what renders before the timer knows", async () => {
    const { seen, rerender } = await asleep();
    await after(() => flushSync(rerender));
    expect(seen[0]).toBe("pending");
    expect(seen.at(-1)).toBe("error");
  });

  it("is noticed at the next focus, and nothing is asked with it", async () => {
    const { seen, pdp } = await asleep();
    await after(() => {
      focusManager.setFocused(false);
      focusManager.setFocused(true);
    });
    expect(seen.at(-1)).toBe("error");
    expect(pdp.requests).toHaveLength(1);
  });
});

/** A call that is under way, and whose query was reset. */
async function resetCall(): Promise<{
  readonly queryClient: QueryClient;
  readonly pdp: ReturnType<typeof slowPdp>;
  readonly outcome: Promise<unknown> | undefined;
}> {
  const queryClient = new QueryClient();
  const pdp = slowPdp();
  const cans: ReturnType<typeof useCanCallback>[] = [];
  const Caller = (): ReactNode => {
    cans.push(useCanCallback());
    return null;
  };
  renderApp(<Caller />, { pdp, queryClient });
  await settle();
  const outcome = cans
    .at(-1)?.({ action: "view", resource: document1 })
    .catch((error: unknown) => error);
  await settle();
  await after(() => queryClient.resetQueries());
  return { queryClient, pdp, outcome };
}

describe("a call whose query is reset", () => {
  it("rejects with an AuthzError if what is asked in its place is cancelled", async () => {
    const { queryClient, outcome } = await resetCall();
    await after(() => queryClient.cancelQueries());
    expect(await outcome).toBeInstanceOf(AuthzError);
    expect(await outcome).toMatchObject({ code: "aborted" });
  });

  it("gets its answer, also if it is reset again", async () => {
    const { queryClient, pdp, outcome } = await resetCall();
    await after(() => queryClient.resetQueries());
    await after(pdp.answer);
    expect(await outcome).toBe(true);
    expect(pdp.requests).toHaveLength(3);
  });
});

describe("a call of a page that has gone", () => {
  const refusal = { code: 3, details: "invalid auxData" };
  it.each([
    ["another user has signed in", (kinde: FakeKinde) => kinde.signIn(tokenOf({ sub: "bob" }))],
    ["the organization is another", (kinde: FakeKinde) => kinde.signIn(tokenOf({ org_code: "org_b" }))],
    ["the user has signed out", (kinde: FakeKinde) => kinde.signOut()],
  ])("is not sent again once %s", async (_, end) => {
    const kinde = new FakeKinde().signIn();
    const answers: PromiseWithResolvers<unknown>[] = [];
    const pdp = fakePdp(() => {
      answers.push(Promise.withResolvers());
      return answers.at(-1)?.promise;
    });
    const cans: ReturnType<typeof useCanCallback>[] = [];
    const Caller = (): ReactNode => {
      cans.push(useCanCallback());
      return null;
    };
    const { unmount } = renderApp(<Caller />, { kinde, pdp });
    await settle();
    const outcome = cans
      .at(-1)?.({ action: "view", resource: document1 })
      .catch((error: unknown) => error);
    await settle();
    // With a newer token, a refused request is sent again at once.
    await after(() => kinde.signIn(tokenOf({ jti: "newer" })));
    unmount();
    await after(() => end(kinde));
    answers[0]?.reject(refusal);
    await settle();
    expect(pdp.requests.map(({ body }) => whoAsks(body))).toEqual(["alice in org_a"]);
    expect(await outcome).toMatchObject({ code: "session_ended" });
  });
});
