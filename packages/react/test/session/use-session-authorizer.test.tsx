import { type Authorizer } from "@kinde-cerbos/core";
import { PermissionsProvider, useCan } from "@kinde-cerbos/react";
import { QueryClient } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { type ReactNode, useContext } from "react";
import { describe, expect, it, vi } from "vitest";
import { PermissionsContext } from "../../src/session/permissions-context.ts";
import {
  after,
  decidedFor,
  document1,
  FakeKinde,
  FakeKindeProvider,
  fakePdp,
  renderApp,
  settle,
  slowPdp,
  tokenOf,
  whoIs,
} from "../support.tsx";

function Status({ id = "1" }: { id?: string }): ReactNode {
  const result = useCan({ action: "view", resource: { ...document1, id } });
  return <p>{`${result.status} for ${String(decidedFor(result))}`}</p>;
}

describe("promise 5: what is in flight when the session ends", () => {
  const aliceInB = tokenOf({ org_code: "org_b" });
  const ends = [
    ["an org change", (kinde: FakeKinde) => kinde.signIn(aliceInB), "alice in org_b"],
    ["a change of user", (kinde: FakeKinde) => kinde.signIn(tokenOf({ sub: "bob" })), "bob in org_a"],
    ["a logout", (kinde: FakeKinde) => kinde.signOut(), null],
  ] as const;

  it.each(ends)("%s aborts the request and asks for the new session, if there is one", async (_, end, next) => {
    const kinde = new FakeKinde().signIn();
    const pdp = slowPdp();
    renderApp(<Status />, { kinde, pdp });
    await settle();
    await after(() => end(kinde));
    expect(pdp.requests.map(({ signal }) => signal.aborted)).toEqual(next ? [true, false] : [true]);
    await after(pdp.answer);
    expect(screen.getByText(next ? `allowed for ${next}` : "denied for null")).toBeDefined();
  });

  it.each(ends)("%s drops the late answer: no key of any session gets it", async (_, end, next) => {
    const kinde = new FakeKinde().signIn();
    const queryClient = new QueryClient();
    const late = slowPdp();
    const provider = (pdp = late): ReactNode => (
      <FakeKindeProvider kinde={kinde}>
        <PermissionsProvider pdp={pdp} queryClient={queryClient}>
          <Status />
        </PermissionsProvider>
      </FakeKindeProvider>
    );
    render(provider());
    await settle();
    await after(() => end(kinde));
    await after(late.answer);
    const decisions = queryClient
      .getQueryCache()
      .getAll()
      .flatMap(({ queryKey, state }) => (state.data === undefined ? [] : [[queryKey[1], JSON.stringify(state.data)]]));
    expect(decisions).toHaveLength(next ? 1 : 0);
    expect(JSON.stringify(decisions)).not.toContain('"alice in org_a"');
  });

  it("a session that cannot be used aborts too", async () => {
    const kinde = new FakeKinde().signIn();
    const pdp = slowPdp();
    renderApp(<Status />, { kinde, pdp });
    await settle();
    await after(() => kinde.signIn("not.a.token"));
    expect(pdp.requests.map(({ signal }) => signal.aborted)).toEqual([true]);
    expect(screen.getByText("error for null")).toBeDefined();
  });

  it.each(ends)("%s refuses what nothing on the page waits for", async (_, end) => {
    const kinde = new FakeKinde().signIn();
    const pdp = slowPdp();
    const authorizers: (Authorizer | null | undefined)[] = [];
    const Loader = (): ReactNode => {
      authorizers.push(useContext(PermissionsContext)?.authorizer);
      return null;
    };
    renderApp(<Loader />, { kinde, pdp });
    await settle();
    const authorizer = authorizers.at(-1);
    const asked = authorizer?.check({ action: "view", resource: document1 });
    const refusal = asked?.catch((error: unknown) => error);
    await settle();
    await after(() => end(kinde));
    expect(await refusal).toMatchObject({ code: "session_ended" });
    expect(pdp.requests.map(({ signal }) => signal.aborted)).toEqual([true]);
    await expect(authorizer?.check({ action: "view", resource: document1 })).rejects.toMatchObject({
      code: "session_ended",
    });
  });

  it("unmounting the app aborts too", async () => {
    const pdp = slowPdp();
    const { unmount } = renderApp(<Status />, { pdp });
    await settle();
    unmount();
    await settle();
    expect(pdp.requests.map(({ signal }) => signal.aborted)).toEqual([true]);
  });

  it("a session that ends before its id is made is not asked for", async () => {
    const kinde = new FakeKinde().signIn();
    const pdp = fakePdp();
    renderApp(<Status />, { kinde, pdp });
    await after(() => kinde.signIn(aliceInB));
    expect(pdp.requests.map(({ body }) => body.principal.attr["orgCode"])).toEqual(["org_b"]);
  });
});

describe("promise 6: the next request carries the new token", () => {
  it.each([false, true])("StrictMode: %s", async (strict) => {
    const first = tokenOf({ exp: 4e9, jti: "1" });
    const refreshed = tokenOf({ exp: 4e9, jti: "2" });
    const kinde = new FakeKinde().signIn(first);
    const queryClient = new QueryClient();
    const pdp = fakePdp();
    renderApp(<Status />, { kinde, pdp, queryClient, strict });
    await screen.findByText(`allowed for ${whoIs(first)}`);
    await after(() => kinde.signIn(refreshed));
    await after(() => queryClient.invalidateQueries());
    expect(pdp.requests.map(({ body }) => body.auxData?.jwt.token)).toEqual([first, refreshed]);
  });
});

describe("a PDP client written inline", () => {
  it("is another one at each render, and causes no request; the next one goes to the newest", async () => {
    const kinde = new FakeKinde().signIn();
    const pdps = [fakePdp(), fakePdp(), fakePdp()];
    const app = (turn: number, id: string): ReactNode => (
      <FakeKindeProvider kinde={kinde}>
        <PermissionsProvider pdp={pdps[turn]!}>
          <Status id={id} />
        </PermissionsProvider>
      </FakeKindeProvider>
    );
    const { rerender } = render(app(0, "1"));
    await settle();
    rerender(app(1, "1"));
    await settle();
    rerender(app(2, "1"));
    await settle();
    rerender(app(2, "2"));
    await settle();
    expect(pdps.map(({ requests }) => requests.length)).toEqual([1, 0, 1]);
  });

  it("does not render what only asks", async () => {
    const kinde = new FakeKinde().signIn();
    const onRender = vi.fn<() => void>();
    const Counted = (): ReactNode => {
      onRender();
      return <Status />;
    };
    const child = <Counted />;
    const app = (): ReactNode => (
      <FakeKindeProvider kinde={kinde}>
        <PermissionsProvider pdp={fakePdp()} principal={{ baseRoles: ["member"] }}>
          {child}
        </PermissionsProvider>
      </FakeKindeProvider>
    );
    const { rerender } = render(app());
    await settle();
    const before = onRender.mock.calls.length;
    rerender(app());
    await settle();
    expect(onRender).toHaveBeenCalledTimes(before);
  });
});

describe("options", () => {
  it("reach the request", async () => {
    const pdp = fakePdp();
    renderApp(<Status />, {
      pdp,
      keySetId: "kinde",
      includeMetadata: true,
      principal: { baseRoles: ["member"] },
    });
    await settle();
    expect(pdp.requests[0]?.body).toMatchObject({
      principal: { id: "alice", roles: ["member"] },
      auxData: { jwt: { token: tokenOf(), keySetId: "kinde" } },
      includeMetadata: true,
    });
  });

  it("limit a request's resources", async () => {
    const pdp = fakePdp();
    renderApp(
      ["a", "b", "c", "d", "e"].map((id) => <Status key={id} id={id} />),
      { pdp, maxResources: 2 },
    );
    await settle();
    expect(pdp.requests.map(({ body }) => body.resources.length)).toEqual([2, 2, 1]);
  });
});
