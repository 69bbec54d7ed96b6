// Activity came with React 19.2: these are not run on React 18.
import { PermissionsProvider, useCan } from "@kinde-cerbos/react";
import { QueryClient } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { Activity, type ReactNode, useLayoutEffect } from "react";
import { beforeEach, describe, expect, it } from "vitest";
import {
  after,
  decidedFor,
  document1,
  FakeKinde,
  FakeKindeProvider,
  fakePdp,
  type FakePdp,
  settle,
  tokenOf,
  whoIs,
} from "./support.tsx";

function Status({ id = "1" }: { id?: string }): ReactNode {
  const result = useCan({ action: "view", resource: { ...document1, id } });
  return <p>{`${result.status} for ${String(decidedFor(result))}`}</p>;
}

function HideableApp({ kinde, mode, id }: { kinde: FakeKinde; mode: "hidden" | "visible"; id: string }): ReactNode {
  return (
    <Activity mode={mode}>
      <FakeKindeProvider kinde={kinde}>
        <PermissionsProvider pdp={fakePdp()}>
          <Status id={id} />
        </PermissionsProvider>
      </FakeKindeProvider>
    </Activity>
  );
}

describe("an app that is hidden and shown again", () => {
  it("asks on", async () => {
    const kinde = new FakeKinde().signIn();
    const { rerender } = render(<HideableApp kinde={kinde} mode="visible" id="1" />);
    await settle();
    rerender(<HideableApp kinde={kinde} mode="hidden" id="1" />);
    await settle();
    rerender(<HideableApp kinde={kinde} mode="visible" id="2" />);
    await settle();
    expect(screen.getByText("allowed for alice in org_a")).toBeDefined();
  });

  it("knows of the user that came in between", async () => {
    const kinde = new FakeKinde().signIn();
    const { rerender } = render(<HideableApp kinde={kinde} mode="visible" id="1" />);
    await settle();
    rerender(<HideableApp kinde={kinde} mode="hidden" id="1" />);
    await after(() => kinde.signIn(tokenOf({ sub: "bob" })));
    rerender(<HideableApp kinde={kinde} mode="visible" id="1" />);
    await settle();
    expect(screen.getByText("allowed for bob in org_a")).toBeDefined();
  });
});

interface PartProps {
  readonly kinde?: FakeKinde;
  readonly pdp: FakePdp;
  readonly queryClient?: QueryClient;
  readonly mode: "hidden" | "visible";
  readonly child?: ReactNode;
}

/** An app with a part that is hidden. */
function AppWithPart({ kinde, pdp, queryClient, mode, child }: PartProps): ReactNode {
  return (
    <FakeKindeProvider kinde={kinde ?? alice}>
      <PermissionsProvider pdp={pdp} {...(queryClient && { queryClient })}>
        <Activity mode={mode}>{child ?? <Status />}</Activity>
      </PermissionsProvider>
    </FakeKindeProvider>
  );
}

let alice: FakeKinde;
beforeEach(() => {
  alice = new FakeKinde().signIn();
});

describe("a part that is hidden", () => {
  // A version that asks in render asks for what nobody sees.
  it("asks nothing before it is shown", async () => {
    const pdp = fakePdp();
    const { rerender } = render(<AppWithPart pdp={pdp} mode="hidden" />);
    await settle();
    expect(pdp.requests).toEqual([]);
    rerender(<AppWithPart pdp={pdp} mode="visible" />);
    await settle();
    expect(pdp.requests).toHaveLength(1);
    expect(screen.getByText("allowed for alice in org_a")).toBeDefined();
  });

  // A version that observes in render, or whose clean-up waits for the unmount, holds on and asks on.
  it("observes nothing, and asks nothing again, until it is shown", async () => {
    const pdp = fakePdp();
    const queryClient = new QueryClient();
    const observers = (): number[] =>
      queryClient
        .getQueryCache()
        .getAll()
        .map((query) => query.getObserversCount());
    const { rerender } = render(<AppWithPart pdp={pdp} queryClient={queryClient} mode="visible" />);
    await settle();
    expect(observers()).toEqual([1]);
    rerender(<AppWithPart pdp={pdp} queryClient={queryClient} mode="hidden" />);
    await settle();
    expect(observers()).toEqual([0]);
    await after(() => queryClient.invalidateQueries());
    expect(pdp.requests).toHaveLength(1);
    rerender(<AppWithPart pdp={pdp} queryClient={queryClient} mode="visible" />);
    await settle();
    expect(observers()).toEqual([1]);
    expect(pdp.requests).toHaveLength(2);
  });

  it("asks nothing when it is hidden and shown again while its decision is fresh", async () => {
    const pdp = fakePdp();
    const { rerender } = render(<AppWithPart pdp={pdp} mode="visible" />);
    await settle();
    for (const mode of ["hidden", "visible"] as const) {
      rerender(<AppWithPart pdp={pdp} mode={mode} />);
      await settle();
    }
    expect(pdp.requests).toHaveLength(1);
    expect(screen.getByText("allowed for alice in org_a")).toBeDefined();
  });

  // A version that keeps its last result in a state, which Activity keeps too, shows it when it comes back.
  it("has nothing of the user before when it is shown again", async () => {
    const kinde = new FakeKinde().signIn();
    const pdp = fakePdp();
    let holder = "alice in org_a";
    const foreign: string[] = [];
    const Watched = (): ReactNode => {
      const who = decidedFor(useCan({ action: "view", resource: document1 }));
      const check = (when: string): void => {
        if (who !== null && who !== holder) foreign.push(`${when}: ${who}`);
      };
      check("render");
      useLayoutEffect(() => check("commit"));
      return <p>{String(who)}</p>;
    };
    const child = <Watched />;
    const { rerender } = render(<AppWithPart kinde={kinde} pdp={pdp} mode="visible" child={child} />);
    await settle();
    rerender(<AppWithPart kinde={kinde} pdp={pdp} mode="hidden" child={child} />);
    await settle();
    const bob = tokenOf({ sub: "bob" });
    holder = whoIs(bob);
    await after(() => kinde.signIn(bob));
    rerender(<AppWithPart kinde={kinde} pdp={pdp} mode="visible" child={child} />);
    await settle();
    expect(screen.getByText("bob in org_a")).toBeDefined();
    expect(foreign).toEqual([]);
  });
});
