// A real token, through every fault, and through servers that quote what they were sent. It is in no error, no log, no
// event of an observer and no key.
import { inspect } from "node:util";
import { createSession, type PolicyDecisionPoint, prepareCheck } from "@kinde-cerbos/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { IS_NIGHT } from "../nightly.ts";
import { type Exchange, type Fault, passOn } from "./fault-server.ts";
import { broken, padded, silent, wrongJson } from "./faults.ts";
import { checksOf, CLIENTS, documentsOf, type FaultyStack, startFaultyStack } from "./faulty-stack.ts";
import { guardedAuthorizer } from "./guarded-authorizer.ts";

const checks = checksOf(documentsOf("org_aurora", 2));
const methods = ["debug", "info", "log", "warn", "error", "trace"] as const;

let stack: FaultyStack;
let token: string;
let written: unknown[] = [];

beforeAll(async () => {
  stack = await startFaultyStack();
  token = await stack.tokenOf("kp_mara", "org_aurora");
}, 60_000);

afterAll(() => stack.close());

beforeEach(() => {
  written = [];
  for (const method of methods) vi.spyOn(console, method).mockImplementation((...line) => void written.push(line));
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** An answer made of the request. */
const quoting =
  (status: number, type: string, write: (exchange: Exchange) => string): Fault =>
  (exchange) =>
    void exchange.response.writeHead(status, { "content-type": type }).end(write(exchange));

const quotes: { readonly [name: string]: Fault } = {
  "a proxy's page quotes the request": quoting(502, "text/html", ({ question }) => `<pre>${question}</pre>`),
  "a page with status 200 quotes the request": quoting(200, "text/html", ({ question }) => `<pre>${question}</pre>`),
  "the answer is the token": quoting(200, "application/json", () => token),
  "the answer is the token in quotes": quoting(200, "application/json", () => JSON.stringify(token)),
  "the answer is the request": quoting(200, "application/json", ({ question }) => question),
  ...Object.fromEntries(
    [
      [400, 3],
      [400, 9],
      [401, 16],
      [403, 7],
      [429, 8],
      [500, 13],
      [503, 14],
      [504, 4],
    ].map(([status, code]) => [
      `the message of code ${code} quotes the token`,
      quoting(Number(status), "application/json", () =>
        JSON.stringify({ code, message: `not good: ${token}.`, details: [{ token }] }),
      ),
    ]),
  ),
  "the token is refused, and quoted": quoting(400, "application/json", () =>
    JSON.stringify({ code: 3, message: `invalid auxData ${token}` }),
  ),
  "an error that is none quotes the request": quoting(500, "application/json", ({ question }) => question),
  "rows about the token": quoting(200, "application/json", () =>
    JSON.stringify({ results: [{ resource: { kind: token, id: token }, actions: { [token]: "EFFECT_ALLOW" } }] }),
  ),
};

describe.each(CLIENTS)("%s", (_, connect) => {
  const long = padded(IS_NIGHT ? 100 : 10);
  test.each(Object.entries({ ...quotes, ...broken, ...wrongJson, ...silent, "a long answer": long, none: passOn }))(
    "%s",
    async (name, fault) => {
      stack.server.fault = fault;
      const session = await createSession(token);
      const authorizer = guardedAuthorizer({
        pdp: connect(stack.server.url),
        session,
        includeMetadata: true,
        timeoutMs: name in silent ? 50 : 30_000,
      });
      const outcomes = await authorizer.outcomesOf(checks);
      authorizer.dispose();
      const late = await authorizer.outcomesOf(checks);
      // It is asked in one request, and each check is told of twice: to its caller if it failed, and to the observer.
      expect(authorizer.seen.length).toBeGreaterThan(outcomes.size + late.size);
      expect(leaksIn([authorizer.seen, written, session.id, outcomes, late])).toEqual([]);
      expect(leaksIn([...checks.values()].map((check) => prepareCheck(check).resourceKey))).toEqual([]);
      // A session has its token, where whoever logs it does not look.
      expect(leaksIn([session, authorizer], { showHidden: false })).toEqual([]);
      // What stands in the place of the PDP allows nothing.
      expect(name in quotes && [...outcomes.values()].includes("allowed")).toBe(false);
    },
  );

  test("a PDP's client that throws what it was asked", async () => {
    const pdp = connect(stack.server.url);
    const thrown: readonly ((request: unknown) => unknown)[] = [
      (request) => request,
      (request) => Object.assign(new Error("refused"), { request }),
      (request) => new Error(JSON.stringify(request), { cause: request }),
      (request) => new AggregateError([new Error(JSON.stringify(request))], "all failed"),
      (request) => JSON.stringify(request),
    ];
    for (const make of thrown) {
      const throwing: PolicyDecisionPoint = {
        ...pdp,
        checkResources(request) {
          throw make(request);
        },
      };
      const authorizer = guardedAuthorizer({ pdp: throwing, session: await createSession(token) });
      expect(new Set((await authorizer.outcomesOf(checks)).values())).toEqual(new Set(["pdp_unavailable"]));
      expect(leaksIn([authorizer.seen, written])).toEqual([]);
    }
  });
});

test("what is looked for would be found", () => {
  const [, payload = ""] = token.split(".");
  for (const held of [
    token,
    payload,
    { a: [new Error(token)] },
    new Error("", { cause: { token } }),
    new Map([[1, token]]),
  ]) {
    expect(leaksIn(held)).not.toEqual([]);
  }
});

/** The surroundings of each token in all that a log, a serializer or an error reporter can see. */
function leaksIn(value: unknown, { showHidden } = { showHidden: true }): string[] {
  const shown = inspect(value, { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity, showHidden });
  // In pieces, too: the payload names the user, and the signature is what makes it a token.
  const secrets = token.split(".").slice(1);
  return [shown, stringify(value)].flatMap((text) =>
    secrets.flatMap((secret) => {
      const at = text.indexOf(secret);
      return at < 0 ? [] : [`${text.slice(Math.max(0, at - 200), at)}…${text.slice(at + secret.length).slice(0, 50)}`];
    }),
  );
}

/** As JSON, with the text of errors, which JSON leaves out. */
function stringify(value: unknown): string {
  const seen = new Set<unknown>();
  return (
    JSON.stringify(value, (_, item: unknown) => {
      if (typeof item !== "object" || item === null) return item;
      if (seen.has(item)) return undefined;
      seen.add(item);
      if (!(item instanceof Error)) return item;
      return Object.fromEntries(
        Object.entries(Object.getOwnPropertyDescriptors(item)).map(([key, own]) => [key, own.value]),
      );
    }) ?? ""
  );
}
