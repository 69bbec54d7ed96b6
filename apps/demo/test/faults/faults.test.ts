// A real PDP behind a server that does to its answers what networks, proxies and broken servers do. Under each fault:
// nothing is allowed that the PDP, asked by hand, does not allow; what is not harmed is decided as ever; every promise
// settles; and no timer, listener or request is left behind.
import { type Check, createSession, type PolicyDecisionPoint, type Resource } from "@kinde-cerbos/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACTIONS, documentResource } from "../../data/documents.ts";
import { IS_NIGHT } from "../nightly.ts";
import { type Fault, passOn } from "./fault-server.ts";
import { broken, padded, type RestRow, rowOf, rows, silent, wrongJson } from "./faults.ts";
import { type Asked, checksOf, CLIENTS, documentsOf, type FaultyStack, startFaultyStack } from "./faulty-stack.ts";
import { type GuardedAuthorizer, guardedAuthorizer } from "./guarded-authorizer.ts";

/** Two requests of ten documents. */
const MAX_RESOURCES = 10;
/** The document whose row is harmed, in the first of the two. */
const VICTIM = "aurora-04";
/** One id asked about in two states, both in the first request: only their place tells their rows apart. */
const TWICE = ["aurora-02", "aurora-02 in review"] as const;
/** Longer than any answer takes that comes at all. */
const PATIENT_MS = 30_000;
const IMPATIENT_MS = 80;
const LOST = "malformed_response";
const tooLate = silent["answers when the client has given up"]!;

const library = documentsOf("org_aurora", 19);
const documents: Asked = new Map([
  ...[...library].slice(0, 5),
  [TWICE[1], { ...library.get(TWICE[0])!, state: "in_review" }],
  ...library,
]);
const names = [...documents.keys()];
const inFirstRequest = names.slice(0, MAX_RESOURCES);
const checks = checksOf(documents);

const AS_IT_IS: Resource = { ...documentResource(library.get(VICTIM)!), policyVersion: "default" };
/**
 * Entries of one request. The first is allowed; the others, whose names say what tells them apart from it, are denied.
 */
const ALIKE: { readonly [name: string]: Resource } = {
  "as it is": AS_IT_IS,
  "other attr": { ...AS_IT_IS, attr: {} },
  "other id": { ...AS_IT_IS, id: "another", attr: {} },
  "other kind": { ...AS_IT_IS, kind: "folder" },
  "other version": { ...AS_IT_IS, policyVersion: "next" },
  "other scope": { ...AS_IT_IS, scope: "acme" },
};
const OF_ANOTHER_NAME = ["other id", "other kind", "other version", "other scope"];

let stack: FaultyStack;
let token: string;
let allowed: ReadonlySet<string>;

beforeAll(async () => {
  stack = await startFaultyStack();
  // An editor, who is allowed some of each and all of nothing.
  token = await stack.tokenOf("kp_jonas", "org_aurora");
  allowed = await stack.allowedBy(token, documents);
}, 60_000);

afterAll(() => stack.close());

async function authorizerOn(pdp: PolicyDecisionPoint, timeoutMs = PATIENT_MS): Promise<GuardedAuthorizer> {
  return guardedAuthorizer({ pdp, session: await createSession(token), maxResources: MAX_RESOURCES, timeoutMs });
}

/** Asks all checks under a fault, and sees to it that nothing stays behind. */
async function askUnder(fault: Fault, pdp: PolicyDecisionPoint, timeoutMs?: number) {
  stack.server.fault = fault;
  const authorizer = await authorizerOn(pdp, timeoutMs);
  const outcomes = await authorizer.outcomesOf(checks);
  await expectNothingLeft(authorizer);
  return { outcomes, calls: authorizer.calls };
}

async function expectNothingLeft(authorizer: GuardedAuthorizer): Promise<void> {
  expect({ timers: authorizer.timers, listeners: authorizer.listeners }).toEqual({ timers: 0, listeners: 0 });
  const { calls } = authorizer;
  await stack.server.idle();
  expect(authorizer.calls).toBe(calls);
}

/** What the PDP itself says of every check, but for the documents that are harmed. */
function decidedBut(harmed: readonly string[] = [], code: string = LOST): Map<string, string> {
  const decided = names.flatMap((name) =>
    ACTIONS.map((action) => {
      const check = `${name} ${action}`;
      if (harmed.includes(name)) return [check, code] as const;
      return [check, allowed.has(check) ? "allowed" : "denied"] as const;
    }),
  );
  return new Map(decided);
}

/** Harms the first request, and not the second. */
const inFirst =
  (fault: Fault): Fault =>
  (exchange) =>
    exchange.question.includes(`"${VICTIM}"`) ? fault(exchange) : passOn(exchange);

test("what is asked is worth asking: some is allowed and some is not, and one id is decided by its attributes", () => {
  expect(inFirstRequest).toEqual(expect.arrayContaining([VICTIM, ...TWICE]));
  const [one, other] = TWICE.map((name) => ACTIONS.map((action) => allowed.has(`${name} ${action}`)));
  expect(one).not.toEqual(other);
  expect(ACTIONS.some((action) => allowed.has(`${VICTIM} ${action}`))).toBe(true);
  expect(allowed.size).toBeGreaterThan(20);
  expect(allowed.size).toBeLessThan(checks.size - 20);
});

describe.each(CLIENTS)("%s", (_, connect) => {
  const client = (): PolicyDecisionPoint => connect(stack.server.url);

  test("no fault: every decision is the PDP's own, in two requests", async () => {
    const { outcomes, calls } = await askUnder(passOn, client());
    expect(outcomes).toEqual(decidedBut());
    expect(calls).toBe(2);
  });

  describe.each(Object.entries(broken))("no whole answer: %s", (_name, fault) => {
    test("always: nothing is decided, and it is asked three times", async () => {
      const { outcomes, calls } = await askUnder(fault, client());
      expect(outcomes).toEqual(decidedBut(names, "pdp_unavailable"));
      expect(calls).toBe(6);
    });

    test("twice: the third time it is decided", async () => {
      let faults = 2;
      const passing: Fault = (exchange) => {
        faults -= 1;
        return faults >= 0 ? fault(exchange) : passOn(exchange);
      };
      expect((await askUnder(passing, client())).outcomes).toEqual(decidedBut());
    });

    test("for one request of two: the other is decided", async () => {
      const { outcomes } = await askUnder(inFirst(fault), client());
      expect(outcomes).toEqual(decidedBut(inFirstRequest, "pdp_unavailable"));
    });
  });

  test.each(Object.entries(wrongJson))("JSON that is no answer: %s", async (_name, fault) => {
    const { outcomes } = await askUnder(inFirst(fault), client());
    // Which of the two it is depends on how much of an answer the client reads by itself.
    const code = outcomes.get(`${VICTIM} view`) ?? "";
    expect(["pdp_unavailable", LOST]).toContain(code);
    expect(outcomes).toEqual(decidedBut(inFirstRequest, code));
  });

  test.each(Object.entries(silent))("no end: %s. It is given up in time, three times", async (_name, fault) => {
    const { outcomes, calls } = await askUnder(fault, client(), IMPATIENT_MS);
    expect(outcomes).toEqual(decidedBut(names, "timeout"));
    expect(calls).toBe(6);
  });

  const victim = (all: readonly RestRow[]): number => all.findIndex(({ resource }) => resource.id === VICTIM);
  const stranger = { kind: "document", id: "unknown" };
  const first = inFirstRequest[0]!;

  // Where one row is out of its place, no place can be believed: one id asked about twice is lost with it.
  test.each<[string, (all: RestRow[]) => unknown, readonly string[]]>([
    ["in the opposite order", (all) => all.toReversed(), []],
    ["moved by one", (all) => [...all.slice(1), ...all.slice(0, 1)], []],
    ["one missing", (all) => all.toSpliced(victim(all), 1), [VICTIM]],
    ["the first missing", (all) => all.slice(1), [first]],
    ["one of the two of one id missing", (all) => all.toSpliced(1, 1), []],
    ["one more, that nobody asked for", (all) => [allowAll({ ...all[0]!, resource: stranger }), ...all], []],
    ["one more at the end, that allows", (all) => [...all, allowAll(all[victim(all)]!)], [VICTIM]],
    ["one more at the start, that allows", (all) => [allowAll(all[victim(all)]!), ...all], [VICTIM]],
    ["one in the place of another", (all) => all.with(victim(all), allowAll(all[0]!)), [VICTIM, first]],
    ["one of another id", (all) => all.with(victim(all), allowAll({ ...all[0]!, resource: stranger })), [VICTIM]],
    [
      "one of another kind",
      (all) => all.with(victim(all), allowAll({ ...all[0]!, resource: { kind: "folder", id: VICTIM } })),
      [VICTIM],
    ],
    ["each twice", (all) => all.flatMap((row) => [row, row]), inFirstRequest],
  ])("rows: %s. Each check is decided by its own row, or not at all", async (_name, change, harmed) => {
    const { outcomes } = await askUnder(inFirst(rows(change)), client());
    expect(outcomes).toEqual(decidedBut([...harmed, ...TWICE]));
  });

  test.each<[string, RestRow["actions"]]>([
    ["none", {}],
    ["of other actions", { administer: "EFFECT_ALLOW" }],
  ])("effects in a row: %s. The other rows are decided", async (_name, actions) => {
    const { outcomes } = await askUnder(
      rowOf(VICTIM, (row) => ({ ...row, actions })),
      client(),
    );
    expect(outcomes).toEqual(decidedBut([VICTIM]));
  });

  test.each([
    "EFFECT_MAYBE",
    "EFFECT_NO_MATCH",
    "EFFECT_UNSPECIFIED",
    "effect_allow",
    "EFFECT_ALLOW ",
    "",
    true,
    null,
    {},
    ["EFFECT_ALLOW"],
  ])("an effect that is unknown: %j. It allows nothing", async (effect) => {
    const outcomes = await outcomesOfVictim(rowOf(VICTIM, (row) => withEffects(row, effect)));
    expect(outcomes).not.toContain("allowed");
  });

  test("an effect that is inherited: it allows nothing", async () => {
    expect(await outcomesOfVictim(rowOf(VICTIM, inherited))).not.toContain("allowed");
  });

  /** Makes sure, too, that all others are decided, unless the client refuses the whole answer. */
  async function outcomesOfVictim(fault: Fault): Promise<(string | undefined)[]> {
    const { outcomes } = await askUnder(fault, client());
    // @cerbos/http refuses the whole answer for some of them: then this request fails, and the other is decided.
    const whole = outcomes.get(`${first} view`) === "pdp_unavailable";
    const own = outcomes.get(`${VICTIM} view`) ?? "";
    expect(["denied", LOST, "pdp_unavailable"]).toContain(own);
    const others = decidedBut(whole ? inFirstRequest : [], "pdp_unavailable");
    const victims = ACTIONS.map((action) => [`${VICTIM} ${action}`, own] as const);
    expect(outcomes).toEqual(new Map([...others, ...victims]));
    return ACTIONS.map((action) => outcomes.get(`${VICTIM} ${action}`));
  }

  const megabytes = IS_NIGHT ? 100 : 10;
  test(`${megabytes} MB before the answer: it is read, as nothing says how much is too much`, async () => {
    const { outcomes } = await askUnder(inFirst(padded(megabytes)), client());
    expect(outcomes).toEqual(decidedBut());
  });

  test("more than can be read in time: it is given up", async () => {
    const { outcomes } = await askUnder(padded(100_000), client(), IMPATIENT_MS);
    expect(outcomes).toEqual(decidedBut(names, "timeout"));
  });

  describe.each<[string, (authorizer: GuardedAuthorizer) => void, string]>([
    ["the caller has left", (authorizer) => authorizer.leave(), "aborted"],
    ["the session is over", (authorizer) => authorizer.dispose(), "session_ended"],
  ])("an answer that comes when %s", (_name, end, code) => {
    test("is dropped, and the request was aborted", async () => {
      const bothAsked = Promise.withResolvers<void>();
      let questions = 0;
      stack.server.fault = (exchange) => {
        questions += 1;
        if (questions === 2) bothAsked.resolve();
        return tooLate(exchange);
      };
      const authorizer = await authorizerOn(client());
      const asked = authorizer.outcomesOf(checks);
      await bothAsked.promise;
      end(authorizer);
      expect(await asked).toEqual(decidedBut(names, code));
      await expectNothingLeft(authorizer);
      expect(authorizer.calls).toBe(2);
    });

    test("is dropped, from a client that does not heed its signal", async () => {
      stack.server.fault = passOn;
      const pdp = client();
      const answers: Promise<unknown>[] = [];
      const bothAsked = Promise.withResolvers<void>();
      const authorizer = await authorizerOn({
        checkResources: (request) => {
          answers.push(pdp.checkResources(request, { signal: new AbortController().signal }));
          if (answers.length === 2) bothAsked.resolve();
          return answers.at(-1)!;
        },
      });
      const asked = authorizer.outcomesOf(checks);
      await bothAsked.promise;
      end(authorizer);
      expect(await asked).toEqual(decidedBut(names, code));
      expect(await Promise.all(answers)).toHaveLength(2);
      await expectNothingLeft(authorizer);
    });
  });

  test("keys such as __proto__ in attributes are data, up to the PDP", async () => {
    stack.server.fault = passOn;
    const authorizer = await authorizerOn(client());
    const attr = JSON.stringify({
      orgCode: "org_aurora",
      ownerId: "kp_jonas",
      department: "finance",
      state: "draft",
      title: "?",
    });
    // Were they set as a prototype, it would be his own draft, which he may edit.
    const resource = {
      kind: "document",
      id: "1",
      attr: JSON.parse(`{"__proto__":${attr},"constructor":{"prototype":${attr}}}`),
    };
    const decision = await authorizer.check({ action: "edit", resource });
    expect(decision.allowed).toBe(false);
    expect(decision.validationErrors.map(({ message }) => message).join()).toMatch(
      /additionalProperties .*'__proto__'/,
    );
    expect(
      (await authorizer.check({ action: "edit", resource: { ...resource, attr: JSON.parse(attr) } })).allowed,
    ).toBe(true);
  });

  test.each(OF_ANOTHER_NAME)("rows exchanged: %s. Each check is decided by its own row", async (name) => {
    const asked = { "as it is": ALIKE["as it is"]!, [name]: ALIKE[name]! };
    const own = { "as it is": "allowed", [name]: "denied" };
    expect(await outcomesOf(asked, passOn)).toEqual(own);
    expect(
      await outcomesOf(
        asked,
        rows((all) => all.toReversed()),
      ),
    ).toEqual(own);
  });

  // A limit of the PDP's protocol, in docs/concepts/faults.md and docs/reference/limits.md too: a row repeats its entry's kind, id,
  // version
  // and scope, and nothing of its attributes. Two entries that differ in these alone are told apart by their place.
  test("rows exchanged: not noticed for two that differ in attributes only, and for all others it is", async () => {
    const denied = Object.fromEntries(OF_ANOTHER_NAME.map((name) => [name, "denied"]));
    const own = { "as it is": "allowed", "other attr": "denied", ...denied };
    expect(await outcomesOf(ALIKE, passOn)).toEqual(own);

    const unnoticed = await outcomesOf(ALIKE, exchanged("as it is", "other attr"));
    expect(unnoticed).toEqual({ ...own, "as it is": "denied", "other attr": "allowed" });

    // Where any other row is out of its place, it is found by its name, and the two that have one name are not decided.
    const noticed = { ...own, "as it is": LOST, "other attr": LOST };
    for (const name of OF_ANOTHER_NAME) {
      for (const place of ["as it is", "other attr"]) {
        expect(await outcomesOf(ALIKE, exchanged(name, place)), `${name}, ${place}`).toEqual(noticed);
      }
    }
    expect(
      await outcomesOf(
        ALIKE,
        rows((all) => all.toReversed()),
      ),
    ).toEqual(noticed);
  });

  /** What becomes of each of these, asked in one request. */
  async function outcomesOf(resources: typeof ALIKE, fault: Fault): Promise<Record<string, string>> {
    stack.server.fault = fault;
    const authorizer = await authorizerOn(client());
    const asked = Object.entries(resources).map(([name, resource]): [string, Check] => [
      name,
      { action: "view", resource },
    ]);
    const outcomes = await authorizer.outcomesOf(new Map(asked));
    expect(authorizer.calls).toBe(1);
    return Object.fromEntries(outcomes);
  }
});

function withEffects(row: RestRow, effect: unknown): RestRow {
  return { ...row, actions: Object.fromEntries(Object.keys(row.actions).map((action) => [action, effect])) };
}

/** The rows of two of {@link ALIKE}, each in the other's place. */
function exchanged(name: string, other: string): Fault {
  const [place, otherPlace] = [Object.keys(ALIKE).indexOf(name), Object.keys(ALIKE).indexOf(other)];
  return rows((all) => all.with(place, all[otherPlace]!).with(otherPlace, all[place]!));
}

function allowAll(row: RestRow): RestRow {
  return withEffects(row, "EFFECT_ALLOW");
}

/** An object with an own `__proto__`, which is the prototype of what a careless client makes of it. */
function inherited(row: RestRow): RestRow {
  return { ...row, actions: JSON.parse(`{"__proto__":${JSON.stringify(allowAll(row).actions)}}`) };
}
