// Events as the hook that revokes tokens.
import { type KindeClaims } from "@kinde-cerbos/core";
import { createEvents, type RightsChange } from "@kinde-cerbos/server";
import { describe, expect, test } from "vitest";
import { createRightsLog } from "../../src/events/rights-log.ts";
import { goodBody, goodToken, refusalOf } from "../in-memory.ts";
import { liveWorld, seconds } from "./page.ts";

const AT = 1_800_000_000_999;
const SECOND = 1_800_000_000;

const claims = (changes: Partial<KindeClaims> = {}): KindeClaims => ({
  sub: "kp_ann",
  org_code: "org_a",
  iat: SECOND - 60,
  ...changes,
});

/** Who is refused after a change. */
async function isRevoked(change: RightsChange, who: KindeClaims): Promise<boolean> {
  const events = createEvents({ now: () => AT });
  await events.rightsChanged(change);
  const { isRevoked: isRevokedNow } = events;
  const answer = isRevokedNow(who);
  events.close();
  return answer;
}

describe("isRevoked", () => {
  test.each<[string, RightsChange, boolean, boolean, boolean, boolean]>([
    ["a user", { subject: "kp_ann" }, true, true, false, false],
    ["an organization", { organization: "org_a" }, true, false, true, false],
    ["a user in an organization", { subject: "kp_ann", organization: "org_a" }, true, false, false, false],
    ["everybody", {}, true, true, true, true],
  ])("after a change of %s refuses their tokens alone", async (_, change, annA, annB, bobA, bobB) => {
    expect(await isRevoked(change, claims())).toBe(annA);
    expect(await isRevoked(change, claims({ org_code: "org_b" }))).toBe(annB);
    expect(await isRevoked(change, claims({ sub: "kp_bob" }))).toBe(bobA);
    expect(await isRevoked(change, claims({ sub: "kp_bob", org_code: "org_b" }))).toBe(bobB);
  });

  test("refuses tokens of the second of the change, and none of the next", async () => {
    expect(await isRevoked({}, claims({ iat: SECOND }))).toBe(true);
    expect(await isRevoked({}, claims({ iat: SECOND + 0.9 }))).toBe(false);
    expect(await isRevoked({}, claims({ iat: SECOND + 1 }))).toBe(false);
    expect(await isRevoked({ at: AT - 1000 }, claims({ iat: SECOND }))).toBe(false);
  });

  test("refuses a token that does not say when it was issued, after a change and not before", async () => {
    const { iat: _, ...ageless } = claims();
    expect(await isRevoked({ subject: "kp_ann" }, ageless)).toBe(true);
    expect(await isRevoked({ subject: "kp_bob" }, ageless)).toBe(false);
  });

  test("counts a change whose claims Kinde has cached, too", async () => {
    const events = createEvents({ now: () => AT, refreshClaims: () => new Promise(() => {}) });
    await events.rightsChanged({ organization: "org_a", areClaimsCached: true });
    expect([events.isRevoked(claims()), events.isRevoked(claims({ org_code: "org_b" }))]).toEqual([true, false]);
    events.close();
  });

  test("cannot be fooled by names that look like others", async () => {
    expect(await isRevoked({ subject: '","' }, claims({ sub: "" }))).toBe(false);
    expect(await isRevoked({ subject: "null" }, claims())).toBe(false);
    expect(await isRevoked({ subject: "undefined" }, claims())).toBe(false);
    expect(await isRevoked({ subject: "__proto__" }, claims({ sub: "constructor" }))).toBe(false);
    expect(await isRevoked({ subject: "__proto__" }, claims({ sub: "__proto__" }))).toBe(true);
  });

  test("denies at once at a gateway, and the page's next token is good", async () => {
    using world = liveWorld();
    const revoking = liveWorld({}, { events: world.events, isRevoked: world.events.isRevoked });
    await world.events.rightsChanged({ subject: "kp_alice" });
    const old = { iat: seconds() - 60 };
    const post = async (token: string): Promise<Response> =>
      revoking.post(await goodBody({ auxData: { jwt: { token } } }));
    expect(await refusalOf(revoking, await post(await goodToken(old)))).toEqual([401, 16, "token_revoked"]);
    expect(await refusalOf(revoking, (await revoking.open(old)).response)).toEqual([401, 16, "token_revoked"]);
    expect((await post(await goodToken({ iat: seconds() + 1 }))).status).toBe(200);
    revoking.events.close();
  });
});

const log = (time: { now: number }): ReturnType<typeof createRightsLog> =>
  createRightsLog({ tokenLifetimeMs: 1000, now: () => time.now }, 3);

describe("what is remembered", () => {
  test("is bounded: the oldest becomes one of everybody, so that nothing old is allowed", () => {
    const changes = log({ now: 10 });
    for (let at = 1; at <= 10; at += 1) changes.add({ subject: `kp_${at}` }, at);
    expect(changes.latest({ subject: "kp_10" })).toBe(10);
    expect(changes.latest({ subject: "kp_9" })).toBe(9);
    expect(changes.latest({ subject: "kp_1" })).toBe(8);
    expect(changes.latest({ subject: "kp_other", organization: "org" })).toBe(8);
  });

  test("is the latest of a user's, in whatever order they come", () => {
    const changes = log({ now: 10 });
    changes.add({ subject: "kp_a" }, 5);
    changes.add({ subject: "kp_a" }, 3);
    expect(changes.latest({ subject: "kp_a" })).toBe(5);
    expect(changes.latest({ subject: "kp_b" })).toBe(-Infinity);
  });

  test("ends with the tokens", () => {
    const time = { now: 10 };
    const changes = log(time);
    changes.add({}, 9);
    changes.add({ subject: "kp_a" }, 10);
    time.now = 2000;
    changes.add({ subject: "kp_b" }, 2000);
    expect([changes.latest({ subject: "kp_a" }), changes.latest({})]).toEqual([-Infinity, -Infinity]);
  });
});
