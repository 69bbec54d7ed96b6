import { AuthzError } from "@kinde-cerbos/core";
import { useSuspenseCan } from "@kinde-cerbos/react";
import { recordedChecks, renderWithPermissions } from "@kinde-cerbos/testing";
import { StorageKeys } from "@kinde-oss/kinde-auth-react/utils";
import { QueryErrorResetBoundary } from "@tanstack/react-query";
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { Component, type ReactNode, startTransition, Suspense, useState } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  after,
  decidedFor,
  decidingPdp,
  document1,
  FakeKinde,
  fakePdp,
  renderApp,
  settle,
  slowPdp,
  tokenOf,
  whoIs,
} from "../support.tsx";

const aliceInB = tokenOf({ org_code: "org_b" });
const REFUSED = { code: 7, details: "forbidden" };

/** Who holds the session at this moment. */
const ownerOf = (kinde: FakeKinde): string =>
  whoIs(kinde.isAuthenticated ? kinde.storage.getSessionItem(StorageKeys.accessToken) : null);

interface DoorProps {
  readonly id?: string;
  readonly action?: string;
  readonly onRender?: (decidedFor: string | null) => void;
}

function Door({ id = "1", action = "view", onRender }: DoorProps): ReactNode {
  const result = useSuspenseCan({ action, resource: { ...document1, id } });
  onRender?.(decidedFor(result));
  return <p>{`${id} ${result.status} ${decidedFor(result)}`}</p>;
}

function suspending(children: ReactNode): ReactNode {
  return <Suspense fallback={<i>wait</i>}>{children}</Suspense>;
}

/** A click on it goes to the next page, in a transition. */
function Pages(): ReactNode {
  const [page, setPage] = useState(1);
  return (
    <>
      <button onClick={() => startTransition(() => setPage(page + 1))}>{`page ${page}`}</button>
      {suspending(<Door id={String(page)} />)}
    </>
  );
}

/** What can be seen. What was shown before, React hides while a fallback is in its place. */
const seen = (): string[] =>
  [...document.querySelectorAll<HTMLElement>("p, i, b, button")]
    .filter(({ style }) => style.display !== "none")
    .map((element) => element.textContent ?? "");

/** Waits: once a fallback is there, React leaves it for a moment. */
const shows = (...texts: string[]): Promise<void> => waitFor(() => expect(seen()).toEqual(texts));

interface BoundaryProps {
  readonly onReset?: () => void;
  readonly children: ReactNode;
}

class ErrorBoundary extends Component<BoundaryProps, { readonly code: string | null }> {
  override state = { code: null };

  static getDerivedStateFromError(error: unknown): { code: string } {
    return { code: error instanceof AuthzError ? error.code : "not ours" };
  }

  override render(): ReactNode {
    if (this.state.code === null) return this.props.children;
    const tryAgain = (): void => {
      this.props.onReset?.();
      this.setState({ code: null });
    };
    return <button onClick={tryAgain}>{this.state.code}</button>;
  }
}

describe.each([
  ["", false],
  [" (StrictMode)", true],
])("useSuspenseCan%s", (_, strict) => {
  it("suspends while pending, and returns what is settled", async () => {
    const pdp = decidingPdp((action) => (action === "view" ? "EFFECT_ALLOW" : "EFFECT_DENY"));
    renderApp(
      <>
        {suspending(<Door />)}
        {suspending(<Door action="edit" />)}
      </>,
      { pdp, strict },
    );
    await shows("wait", "wait");
    await settle();
    await shows("1 allowed alice in org_a", "1 denied alice in org_a");
    expect(pdp.requests).toHaveLength(1);
  });

  it("is one entry of one request, however often it is rendered", async () => {
    const pdp = fakePdp();
    renderApp(
      <>
        {suspending(<Door />)}
        {["1", "2", "3"].map((id) => (
          <Suspense key={id}>
            <Door id={id} />
          </Suspense>
        ))}
      </>,
      { pdp, strict },
    );
    await settle();
    expect(pdp.requests.map(({ body }) => body.resources.map(({ resource }) => resource.id))).toEqual([
      ["1", "2", "3"],
    ]);
  });

  // A version that waits for one before it renders the next has a request for each, one after the other.
  it("several below one boundary do not wait for each other", async () => {
    const pdp = slowPdp();
    renderApp(suspending(["1", "2", "3"].map((id) => <Door key={id} id={id} />)), { pdp, strict });
    const asked = (): unknown[] =>
      pdp.requests.flatMap(({ body }) => body.resources.map(({ resource }) => resource.id));
    await waitFor(() => expect(asked()).toEqual(["1", "2", "3"]));
    await after(pdp.answer);
    await shows("1 allowed alice in org_a", "2 allowed alice in org_a", "3 allowed alice in org_a");
  });

  it("waits for Kinde, and then for the PDP", async () => {
    const kinde = new FakeKinde().update({ isLoading: true });
    const pdp = fakePdp();
    renderApp(suspending(<Door />), { kinde, pdp, strict });
    await settle();
    await shows("wait");
    expect(pdp.requests).toEqual([]);
    await after(() => kinde.signIn());
    await shows("1 allowed alice in org_a");
  });

  // A version that waits for the request it has sent would show its answer, or wait for good.
  it("a change of the session while it waits: the old answer is dropped, the new one shown", async () => {
    const kinde = new FakeKinde().signIn();
    const pdp = slowPdp();
    const onRender = vi.fn<(decidedFor: string | null) => void>();
    renderApp(suspending(<Door onRender={onRender} />), { kinde, pdp, strict });
    await settle();
    await after(() => kinde.signIn(aliceInB));
    expect(pdp.requests.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    await after(pdp.answer);
    await shows("1 allowed alice in org_b");
    expect(onRender.mock.calls.flat()).not.toContain("alice in org_a");
  });

  it("a change of the session after that: it waits again, and shows nothing of the old one", async () => {
    const kinde = new FakeKinde().signIn();
    const pdp = slowPdp();
    const foreign: string[] = [];
    const onRender = (who: string | null): void => {
      if (who !== ownerOf(kinde)) foreign.push(`${who} before ${ownerOf(kinde)}`);
    };
    renderApp(suspending(<Door onRender={onRender} />), { kinde, pdp, strict });
    await settle();
    await after(pdp.answer);
    await after(() => kinde.signIn(aliceInB));
    await shows("wait");
    await after(pdp.answer);
    await shows("1 allowed alice in org_b");
    expect(foreign).toEqual([]);
  });

  // A version that suspends at each new check would take the page away meanwhile.
  it("a change of the check in a transition: the page stays until the answer is there", async () => {
    const pdp = slowPdp();
    renderApp(<Pages />, { pdp, strict });
    await settle();
    await after(pdp.answer);
    await shows("page 1", "1 allowed alice in org_a");
    await after(() => fireEvent.click(screen.getByText("page 1")));
    expect(pdp.requests).toHaveLength(2);
    await shows("page 1", "1 allowed alice in org_a");
    await after(pdp.answer);
    await shows("page 2", "2 allowed alice in org_a");
    expect(pdp.requests).toHaveLength(2);
  });
});

describe("an error", () => {
  // React says on the console that a boundary has caught one.
  beforeEach(() => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.mocked(console.error).mockReset();
  });

  it("goes to the nearest error boundary; a reset of react-query's boundary asks again", async () => {
    let isDown = true;
    const pdp = fakePdp(() => Promise.reject(REFUSED));
    const up = fakePdp();
    renderApp(
      <QueryErrorResetBoundary>
        {({ reset }) => <ErrorBoundary onReset={reset}>{suspending(<Door />)}</ErrorBoundary>}
      </QueryErrorResetBoundary>,
      { pdp: { checkResources: (body, options) => (isDown ? pdp : up).checkResources(body, options) } },
    );
    await settle();
    await shows("request_refused");
    isDown = false;
    await after(() => fireEvent.click(screen.getByRole("button")));
    await shows("1 allowed alice in org_a");
    expect([pdp.requests.length, up.requests.length]).toEqual([1, 1]);
  });

  // A version that asks whenever there is no answer asks without end.
  it("is thrown again without a request where nobody has reset it", async () => {
    const pdp = fakePdp(() => Promise.reject(REFUSED));
    renderApp(<ErrorBoundary>{suspending(<Door />)}</ErrorBoundary>, { pdp });
    const button = await screen.findByRole("button");
    await after(() => fireEvent.click(button));
    await shows("request_refused");
    expect(pdp.requests).toHaveLength(1);
  });

  it("that comes again after a reset is thrown again", async () => {
    const pdp = fakePdp(() => Promise.reject(REFUSED));
    renderApp(
      <QueryErrorResetBoundary>
        {({ reset }) => <ErrorBoundary onReset={reset}>{suspending(<Door />)}</ErrorBoundary>}
      </QueryErrorResetBoundary>,
      { pdp },
    );
    const button = await screen.findByRole("button");
    await after(() => fireEvent.click(button));
    await waitFor(() => expect(pdp.requests).toHaveLength(2));
    await shows("request_refused");
    await settle();
    expect(pdp.requests).toHaveLength(2);
  });

  it("of the session is thrown too, and to wait for Kinde ends with it", async () => {
    const kinde = new FakeKinde().update({ isLoading: true });
    renderApp(<ErrorBoundary>{suspending(<Door />)}</ErrorBoundary>, { kinde });
    await settle();
    await after(() => kinde.signIn("not a token"));
    await shows("invalid_token");
    expect(screen.queryByText("wait")).toBeNull();
  });

  it("of the check itself is thrown at once", () => {
    renderWithPermissions(<ErrorBoundary>{suspending(<Door id="" />)}</ErrorBoundary>, { can: { document: true } });
    expect(seen()).toEqual(["invalid_check"]);
    expect(recordedChecks()).toEqual([]);
  });
});
