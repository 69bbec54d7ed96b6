import { type Authorizer } from "@kinde-cerbos/core";
import { type SeenRequest } from "@kinde-cerbos/core/internal";
import { type CanResult, ensureCan, type TokenSource, tokenSource, useAuthorizer } from "@kinde-cerbos/react";
import {
  type InspectedProvider,
  inspection as found,
  KEY_PREFIX,
  type SimulatedAnswers,
} from "@kinde-cerbos/react/internal";
import { cleanup } from "@testing-library/react";
import { type ReactNode } from "react";
import { describe, expect, it } from "vitest";
import {
  after,
  answerTo,
  askedOf,
  decidedFor,
  document1,
  fakePdp,
  FakeKinde,
  Probe,
  renderApp,
  settle,
  SIGNATURE,
  tokenOf,
  UNAVAILABLE,
} from "../support.tsx";

const inspection = found!;

/** Shows a check, and returns what each render got. */
async function show(pdp = fakePdp(), kinde = new FakeKinde().signIn()): Promise<CanResult[]> {
  const results: CanResult[] = [];
  renderApp(<Probe action="edit" resource={document1} onRender={(result) => void results.push(result)} />, {
    pdp,
    kinde,
  });
  await settle();
  return results;
}

const only = (): InspectedProvider => inspection.providers()[0]!;

/** Denies what the PDP allows, and the other way round. */
const opposite: SimulatedAnswers = {
  async check(real, check, options) {
    const decision = await real.check(check, options);
    return { ...decision, allowed: !decision.allowed };
  },
  plan: async (real, query, options) => real.plan(query, options),
};

/** Gives the authorizer that a router's context has. */
function Loader({ onRender }: { readonly onRender: (authorizer: Authorizer | null) => void }): ReactNode {
  onRender(useAuthorizer());
  return null;
}

const asBob = (): TokenSource => tokenSource({ getToken: () => tokenOf({ sub: "bob", org_code: "org_b" }) });

describe("a provider of the page", () => {
  it("is known with its session, its claims and its PDP, as long as it is there", async () => {
    const kinde = new FakeKinde().signIn();
    await show(fakePdp(), kinde);
    expect(inspection.providers()).toHaveLength(1);
    const first = only();
    expect(first).toMatchObject({
      session: { status: "authenticated", orgCode: "org_a" },
      claims: { sub: "alice" },
      pdpName: "default",
    });
    expect(JSON.stringify([first.session, first.claims])).not.toContain(SIGNATURE);
    await after(() => kinde.signOut());
    expect(only()).toMatchObject({ id: first.id, session: { status: "signed_out" }, claims: null });
    cleanup();
    await settle();
    expect(inspection.providers()).toEqual([]);
  });
});

describe("an observer", () => {
  it("sees each attempt of a request and its end, and never the token", async () => {
    const seen: { request: SeenRequest["request"]; outcome: unknown }[] = [];
    const stop = inspection.observe((provider, { what, request }) => {
      const entry = { provider, what, request, outcome: null as unknown };
      seen.push(entry);
      return (outcome) => (entry.outcome = outcome);
    });
    let attempts = 0;
    await show(
      fakePdp((body) => {
        attempts += 1;
        if (attempts === 1) throw UNAVAILABLE;
        return answerTo(body);
      }),
    );
    await expect.poll(() => seen.length).toBe(2);
    await settle();
    stop();
    expect(seen).toMatchObject([
      { provider: only().id, what: "check", outcome: { error: { code: "pdp_unavailable" } } },
      {
        request: { hasToken: true, resources: [{ actions: ["edit"] }] },
        outcome: { answer: { cerbosCallId: "call-1" } },
      },
    ]);
    // What is tried again is known by it.
    const [first, second] = seen.map(({ request }) => "resources" in request && request.resources);
    expect(second).toBe(first);
    expect(JSON.stringify(seen)).not.toContain(SIGNATURE);
  });

  it("that throws, or has gone, disturbs nothing", async () => {
    let calls = 0;
    const stop = inspection.observe(() => {
      calls += 1;
      throw new Error("a fault of the panel");
    });
    const results = await show();
    expect(results.at(-1)).toMatchObject({ status: "allowed" });
    stop();
    await after(() => void results.at(-1)!.refetch());
    expect(calls).toBe(1);
  });
});

describe("a simulation", () => {
  it("answers under a name of its own: after its end the real answers are there, and nothing is sent", async () => {
    const pdp = fakePdp();
    const results = await show(pdp);
    await after(() => inspection.simulate(only().id, { name: "what if", answers: opposite }));
    expect(results.at(-1)).toMatchObject({ status: "denied" });
    expect(only().pdpName).toBe("default (what if)");
    expect(askedOf(pdp)).toEqual([["1: edit"], ["1: edit"]]);
    await after(() => inspection.simulate(only().id, null));
    expect(results.at(-1)).toMatchObject({ status: "allowed" });
    expect(only().pdpName).toBe("default");
    expect(pdp.requests).toHaveLength(2);
    expect(results.filter(({ error }) => error)).toEqual([]);
  });

  it("answers a route's loader, too", async () => {
    const authorizers: (Authorizer | null)[] = [];
    renderApp(<Loader onRender={(authorizer) => void authorizers.push(authorizer)} />, {
      pdp: fakePdp(),
      kinde: new FakeKinde().signIn(),
    });
    await settle();
    await after(() => inspection.simulate(only().id, { name: "what if", answers: opposite }));
    const loaded = ensureCan(only().queryClient, authorizers.at(-1) ?? null, { action: "edit", resource: document1 });
    await expect(loaded).rejects.toMatchObject({ code: "forbidden" });
  });

  it("of another user's token asks as that user, and its end as the one who is signed in", async () => {
    const results = await show();
    expect(decidedFor(results.at(-1)!)).toBe("alice in org_a");
    await after(() => inspection.simulate(only().id, { name: "as bob", source: asBob() }));
    expect(decidedFor(results.at(-1)!)).toBe("bob in org_b");
    expect(only().claims?.sub).toBe("bob");
    await after(() => inspection.simulate(only().id, null));
    expect(decidedFor(results.at(-1)!)).toBe("alice in org_a");
  });

  it("of another user's token keeps the decisions of the app's own user, and forgets those of the other", async () => {
    const pdp = fakePdp();
    await show(pdp);
    const { id, queryClient, session } = only();
    await after(() => inspection.simulate(id, { name: "as bob", source: asBob() }));
    await after(() => inspection.simulate(id, { name: "as bob again", source: asBob() }));
    expect(askedOf(pdp)).toHaveLength(2);
    await after(() => inspection.simulate(id, null));
    expect(askedOf(pdp)).toHaveLength(2);
    const queries = queryClient.getQueryCache().findAll({ queryKey: [KEY_PREFIX] });
    expect(queries.map(({ queryKey }) => queryKey[1])).toEqual([session.id]);
  });

  it("of another user's token ends when the app's own user signs out, and nothing is kept", async () => {
    const kinde = new FakeKinde().signIn();
    const results = await show(fakePdp(), kinde);
    const { id, queryClient } = only();
    await after(() => inspection.simulate(id, { name: "as bob", answers: opposite, source: asBob() }));
    expect(results.at(-1)).toMatchObject({ status: "denied" });
    // A refresh of the app's own token changes nothing.
    await after(() => kinde.signIn(tokenOf({ exp: 4_000_000_000 })));
    expect(inspection.simulationOf(id)).not.toBeNull();
    await after(() => kinde.signOut());
    expect(inspection.simulationOf(id)).toBeNull();
    expect(results.at(-1)).toMatchObject({ status: "denied", reason: "signed_out" });
    expect(queryClient.getQueryCache().findAll({ queryKey: [KEY_PREFIX] })).toEqual([]);
  });

  it("of another user's token ends when another user signs in to the app", async () => {
    const kinde = new FakeKinde().signIn();
    const results = await show(fakePdp(), kinde);
    await after(() => inspection.simulate(only().id, { name: "as bob", source: asBob() }));
    await after(() => kinde.signIn(tokenOf({ sub: "carol" })));
    expect(inspection.simulationOf(only().id)).toBeNull();
    expect(decidedFor(results.at(-1)!)).toBe("carol in org_a");
  });

  it("of another user's token ends when another tab has another session", async () => {
    const results: CanResult[] = [];
    let begin: (() => () => void) | undefined;
    const tabs = {
      follow: (beginSwitch: () => () => void) => {
        begin = beginSwitch;
        return () => (begin = undefined);
      },
      tell: () => {},
    };
    const source = { ...tokenSource({ getToken: () => tokenOf() }), tabs };
    renderApp(<Probe action="edit" resource={document1} onRender={(result) => void results.push(result)} />, {
      pdp: fakePdp(),
      source,
    });
    await settle();
    await after(() => inspection.simulate(only().id, { name: "as bob", source: asBob() }));
    await after(() => begin?.()());
    expect(inspection.simulationOf(only().id)).toBeNull();
    expect(decidedFor(results.at(-1)!)).toBe("alice in org_a");
  });

  it("ends when the app's own user signs out", async () => {
    const kinde = new FakeKinde().signIn();
    await show(fakePdp(), kinde);
    await after(() => inspection.simulate(only().id, { name: "what if", answers: opposite }));
    await after(() => kinde.signIn(tokenOf({ org_code: "org_b" })));
    expect(inspection.simulationOf(only().id)).not.toBeNull();
    await after(() => kinde.signOut());
    expect(inspection.simulationOf(only().id)).toBeNull();
  });

  it("ends with its provider", async () => {
    await show();
    const { id } = only();
    await after(() => inspection.simulate(id, { name: "what if", answers: opposite }));
    cleanup();
    await settle();
    expect(inspection.simulationOf(id)).toBeNull();
  });
});
