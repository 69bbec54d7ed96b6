// Attacks on the gateway before a real PDP, and on a PDP with the policy pack: each is refused as it should be, and the
// PDP behind the gateway was not asked, or asked in the name that the token proves and with nothing else.
import { createEnforcer } from "@kinde-cerbos/server";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Attack, type Decided, type Refused } from "./attack.ts";
import { attacks } from "./table.ts";
import { AUDIENCE, PRINCIPALS, project, readClaims, type Reply, startWorld, type World } from "./world.ts";

let world: World;
const ran = new Set<string>();

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(() => world.forget());

const titleOf = ({ way, name }: Attack): string => `${way}: ${name}`;

test.each(attacks.map((attack): [string, Attack] => [titleOf(attack), attack]))("%s", async (title, attack) => {
  const reply = await attack.send(world);
  expect(outcomeOf(attack, reply)).toEqual(attack.expected);
  expect(attack.way === "gateway" ? flawsOfAsked(attack.expected) : []).toEqual([]);
  // Nobody was sent for the attacker's keys, no other origin may read the answer, and nothing sent becomes a header.
  expect(world.trap.requests).toEqual([]);
  expect([...reply.headers.keys()].filter((name) => /^access-control|^set-cookie/.test(name))).toEqual([]);
  ran.add(title);
});

/** What came of it, in the form in which it was expected. */
function outcomeOf({ expected }: Attack, { status, headers, text }: Reply): Refused | Decided {
  const body: unknown = text === "" ? {} : JSON.parse(text);
  if ("as" in expected) return { ...expected, allowed: allowedIn(status, body) };
  const code = isFields(body) && typeof body["code"] === "number" ? body["code"] : null;
  const requestId = headers.get("x-request-id");
  return { status, code, reason: world.lines.find((line) => line.requestId === requestId)?.reason ?? null };
}

function allowedIn(status: number, body: unknown): string[] {
  // The gateway passes on what the PDP refuses.
  if (status === 400 && world.recorder.asked.length > 0) return ["refused by the PDP"];
  if (status !== 200 || !isFields(body)) return [`status ${status}: ${JSON.stringify(body)}`];
  if (isFields(body["filter"])) return [String(body["filter"]["kind"])];
  const { results }: { results?: { resource: { id: string }; actions: { [action: string]: string } }[] } = body;
  const allowed = (results ?? []).flatMap(({ resource: { id }, actions }) =>
    Object.entries(actions).flatMap(([action, effect]) => (effect === "EFFECT_DENY" ? [] : [`${id} ${action}`])),
  );
  return allowed.toSorted();
}

/** What is wrong with what the PDP behind the gateway was asked. */
function flawsOfAsked(expected: Refused | Decided): string[] {
  const { asked } = world.recorder;
  if (!("as" in expected)) return asked.map(({ path }) => `asked at ${path}`);
  const { as, principal = PRINCIPALS[as] } = expected;
  const flaws = asked.length === 1 ? [] : [`asked ${asked.length} times`];
  for (const { path, headers, body } of asked) {
    const { principal: named, auxData, requestId: _, ...question } = body;
    expect(named).toEqual(principal);
    if (!/^\/api\/(check|plan)\/resources$/.test(path)) flaws.push(`asked at ${path}`);
    const fields = Object.keys(question).toSorted().join(" ");
    if (fields !== (path.includes("plan") ? "actions resource" : "resources")) flaws.push(`asked with ${fields}`);
    const more = headers.filter((name) => !HEADERS.has(name));
    if (more.length > 0) flaws.push(`asked with the headers ${more.join(", ")}`);
    if (as === "anonymous" ? auxData !== undefined : !isTokenOf(auxData, PRINCIPALS[as].id))
      flaws.push("asked with another auxData");
  }
  return flaws;
}

/** What a client of HTTP sends on its own; nothing of the browser's is among it. */
const HEADERS = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "connection",
  "content-length",
  "content-type",
  "host",
  "sec-fetch-mode",
  "user-agent",
]);

/** That and nothing else: no key set, no second token. */
function isTokenOf(auxData: unknown, sub: string): boolean {
  if (!isFields(auxData) || Object.keys(auxData).join() !== "jwt") return false;
  const { jwt } = auxData;
  return isFields(jwt) && Object.keys(jwt).join() === "token" && readClaims(String(jwt["token"]))["sub"] === sub;
}

function isFields(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

test("what the gateway cannot know, the API that holds the resource does: the lie of a browser ends there", async () => {
  const { requireAllowed } = createEnforcer({
    issuer: world.kinde.url,
    audience: AUDIENCE,
    clientId: "web",
    pdp: world.recorder.url,
  });
  const request = { headers: { authorization: `Bearer ${await world.token("mallory")}` } };
  const { resource: stored } = project("away", "org_two");
  const { resource: said } = project("away", "org_one");
  await expect(
    requireAllowed(request, { action: "view", resource: { ...stored, attr: { ...stored.attr } } }),
  ).rejects.toMatchObject({ status: 403 });
  await expect(
    requireAllowed(request, { action: "view", resource: { ...said, attr: { ...said.attr } } }),
  ).resolves.toBeDefined();
});

test("the table has at least 60 attacks, each with a name of its own, and each of them ran", () => {
  const titles = attacks.map(titleOf);
  expect(titles.length).toBeGreaterThanOrEqual(60);
  expect(new Set(titles).size).toBe(titles.length);
  expect([...ran].toSorted()).toEqual(titles.toSorted());
});
