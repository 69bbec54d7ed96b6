import { type SeenRequest } from "@kinde-cerbos/core/internal";
import { type CanResult, tokenSource } from "@kinde-cerbos/react";
import { type InspectedProvider, inspection as found, type SimulatedAnswers } from "@kinde-cerbos/react/internal";
import { cleanup } from "@testing-library/react";
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

  it("of another user's token asks as that user, and its end as the one who is signed in", async () => {
    const results = await show();
    expect(decidedFor(results.at(-1)!)).toBe("alice in org_a");
    const source = tokenSource({ getToken: () => tokenOf({ sub: "bob", org_code: "org_b" }) });
    await after(() => inspection.simulate(only().id, { name: "as bob", source }));
    expect(decidedFor(results.at(-1)!)).toBe("bob in org_b");
    expect(only().claims?.sub).toBe("bob");
    await after(() => inspection.simulate(only().id, null));
    expect(decidedFor(results.at(-1)!)).toBe("alice in org_a");
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
