import { PermissionsProvider } from "@kinde-cerbos/react";
import { QueryClient } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { type ReactNode } from "react";
import { describe, expect, it } from "vitest";
import {
  after,
  document1,
  FakeKinde,
  FakeKindeProvider,
  fakePdp,
  Probe,
  renderApp,
  settle,
  tokenOf,
} from "../support.tsx";

const aliceInA = tokenOf();
const aliceInB = tokenOf({ org_code: "org_b" });
const bob = tokenOf({ sub: "bob" });

const show = (onRender: (status: string) => void = () => undefined): ReactNode => (
  <Probe action="view" resource={document1} onRender={({ status }) => onRender(status)} />
);

/** Whose decisions are in the cache. */
function remembered(queryClient: QueryClient): string[] {
  return queryClient
    .getQueriesData<{ outputs: { value: string }[] }>({ queryKey: ["kinde-cerbos"] })
    .flatMap(([, decision]) => decision?.outputs[0]?.value ?? []);
}

describe("promise 5: the cache after a change", () => {
  it.each([
    ["logout", (kinde: FakeKinde) => kinde.signOut(), []],
    ["a change of user", (kinde: FakeKinde) => kinde.signIn(bob), ["bob in org_a"]],
    ["an org change", (kinde: FakeKinde) => kinde.signIn(aliceInB), ["alice in org_a", "alice in org_b"]],
  ])("%s", async (_, change, left) => {
    const kinde = new FakeKinde().signIn(aliceInA);
    const queryClient = new QueryClient();
    queryClient.setQueryData(["documents"], ["the app's own"]);
    renderApp(show(), { kinde, queryClient });
    await screen.findByText("allowed alice in org_a");
    await after(() => change(kinde));
    expect(remembered(queryClient)).toEqual(left);
    expect(queryClient.getQueryData(["documents"])).toEqual(["the app's own"]);
  });

  it("a change of user removes the decisions of all the old user's organizations", async () => {
    const kinde = new FakeKinde().signIn(aliceInA);
    const queryClient = new QueryClient();
    renderApp(show(), { kinde, queryClient });
    await screen.findByText("allowed alice in org_a");
    await after(() => kinde.signIn(aliceInB));
    await after(() => kinde.signIn(bob));
    expect(remembered(queryClient)).toEqual(["bob in org_a"]);
  });

  it("logout where nobody may ask, too", async () => {
    const kinde = new FakeKinde().signIn(aliceInA);
    const queryClient = new QueryClient();
    renderApp(show(), { kinde, queryClient, anonymous: true });
    await screen.findByText("allowed alice in org_a");
    await after(() => kinde.signOut());
    expect(remembered(queryClient)).toEqual(["nobody"]);
  });

  it("login removes nobody's decisions", async () => {
    const kinde = new FakeKinde();
    const queryClient = new QueryClient();
    renderApp(show(), { kinde, queryClient, anonymous: true });
    await screen.findByText("allowed nobody");
    await after(() => kinde.signIn(bob));
    expect(remembered(queryClient)).toEqual(["bob in org_a"]);
  });

  it("a user who comes back asks anew", async () => {
    const kinde = new FakeKinde().signIn(aliceInA);
    const pdp = fakePdp();
    renderApp(show(), { kinde, pdp });
    await screen.findByText("allowed alice in org_a");
    await after(() => kinde.signIn(bob));
    await after(() => kinde.signIn(aliceInA));
    expect(pdp.requests.map(({ body }) => body.principal.id)).toEqual(["alice", "bob", "alice"]);
  });

  it("a token that cannot be used between two users does not hide the change", async () => {
    const kinde = new FakeKinde().signIn(aliceInA);
    const queryClient = new QueryClient();
    renderApp(show(), { kinde, queryClient });
    await screen.findByText("allowed alice in org_a");
    await after(() => kinde.signIn("not a token"));
    await after(() => kinde.signIn(bob));
    expect(remembered(queryClient)).toEqual(["bob in org_a"]);
  });

  it("a change while no provider is there", async () => {
    const kinde = new FakeKinde().signIn(aliceInA);
    const queryClient = new QueryClient();
    const app = (): ReactNode => (
      <FakeKindeProvider kinde={kinde}>
        <PermissionsProvider pdp={fakePdp()} queryClient={queryClient}>
          {show()}
        </PermissionsProvider>
      </FakeKindeProvider>
    );
    const { rerender } = render(app());
    await screen.findByText("allowed alice in org_a");
    rerender(<p>Signed out</p>);
    await after(() => kinde.signIn(bob));
    rerender(app());
    await settle();
    expect(remembered(queryClient)).toEqual(["bob in org_a"]);
  });

  it("tells users apart by their own id, whatever the principal's is", async () => {
    const kinde = new FakeKinde().signIn(aliceInA);
    const queryClient = new QueryClient();
    const principal = {
      map: ({ org_code }: { org_code?: string }, mapped: { roles: string[]; attr: {} }) => ({
        ...mapped,
        id: org_code ?? "none",
      }),
    };
    renderApp(show(), { kinde, queryClient, principal });
    await screen.findByText("allowed org_a in org_a");
    await after(() => kinde.signIn(aliceInB));
    expect(remembered(queryClient)).toEqual(["org_a in org_a", "org_b in org_b"]);
    await after(() => kinde.signIn(tokenOf({ sub: "bob", org_code: "org_b" })));
    expect(remembered(queryClient)).toEqual(["org_b in org_b"]);
  });
});

describe("promise 5: switching back while decisions are fresh", () => {
  it("asks nothing, and is not pending for one render", async () => {
    const kinde = new FakeKinde().signIn(aliceInA);
    const pdp = fakePdp();
    const statuses: string[] = [];
    renderApp(
      show((status) => statuses.push(status)),
      { kinde, pdp },
    );
    await screen.findByText("allowed alice in org_a");
    await after(() => kinde.signIn(aliceInB));
    expect(pdp.requests).toHaveLength(2);
    statuses.length = 0;
    await after(() => kinde.signIn(tokenOf({ jti: "another token of the same rights" })));
    expect(pdp.requests).toHaveLength(2);
    expect(statuses).toEqual(["allowed"]);
    expect(screen.getByText("allowed alice in org_a")).toBeDefined();
  });
});
