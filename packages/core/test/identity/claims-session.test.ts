// Sessions of claims: only a server has the token, and a gateway that reads a cookie adds it.
import {
  type AuthorizerOptions,
  createAuthorizer,
  createSession,
  renewSession,
  type SessionSource,
  type TokenOrClaims,
} from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";
import { codeOf, fakePdp, manualTime, outcome, token, turn, view } from "../support.ts";

const START = 1_700_000_000;
const alice = { sub: "kp_alice", org_code: "org_1", roles: [{ id: "1", key: "admin", name: "Admin" }] };
const claimsUntil = (exp: number): { readonly [claim: string]: unknown } => ({ ...alice, exp: START + exp });

/** An authorizer of alice's claims, and how often its source was refreshed. */
async function askFor(
  exp: number,
  refreshed: () => TokenOrClaims,
  pdp = fakePdp(),
  options: Partial<AuthorizerOptions> = {},
) {
  let refreshes = 0;
  const time = manualTime(START * 1000);
  const source: SessionSource = {
    getToken: () => null,
    refresh: async () => {
      refreshes += 1;
      return refreshed();
    },
    subscribe: () => () => {},
  };
  const authorizer = createAuthorizer({
    session: await createSession(claimsUntil(exp)),
    source,
    pdp,
    schedule: (task) => void turn().then(task),
    ...time,
    ...options,
  });
  const check = (): Promise<string> => outcome(authorizer.check(view("1")));
  return { authorizer, check, pdp, time, refreshes: () => refreshes };
}

describe("a session of claims", () => {
  it("is that of a token with the same claims, but has no token", async () => {
    const session = await createSession(alice);
    const ofToken = await createSession(token(alice));
    expect(session).toMatchObject({ id: ofToken.id, principal: ofToken.principal, claims: alice, token: null });
  });

  it("ends by its claims, and is renewed by newer ones of equal rights alone", async () => {
    const session = await createSession(claimsUntil(10));
    expect(session.expiresAt).toBe((START + 10) * 1000);
    expect(renewSession(session, claimsUntil(20))).toMatchObject({ id: session.id, expiresAt: (START + 20) * 1000 });
    expect(renewSession(session, { ...claimsUntil(20), org_code: "org_2" })).toBeNull();
    expect(renewSession(session, null)).toBeNull();
    expect(renewSession(await createSession(null), alice)).toBeNull();
  });

  it("is the same object for equal claims, and another for an object that was changed in place", async () => {
    const claims = { ...alice, exp: START };
    const session = await createSession(claims);
    expect(renewSession(session, { ...claims })).toBe(session);
    claims.exp += 10;
    expect(renewSession(session, claims)?.expiresAt).toBe((START + 10) * 1000);
  });

  it.each([
    { ...alice, big: 5n },
    Object.assign(
      { ...alice },
      {
        toJSON: () => {
          throw new Error("no");
        },
      },
    ),
  ])("refuses claims that are not JSON: %#", async (claims) => {
    const error: unknown = await createSession(claims).catch((reason: unknown) => reason);
    expect(codeOf(error)).toBe("invalid_claims");
  });

  it("gives enrich the claims, and no token: reading it fails, and says why", async () => {
    const counts = createSession(alice, {
      principal: { enrich: async (claims) => ({ seen: Object.keys(claims).length }) },
    });
    expect((await counts).principal.attr).toMatchObject({ seen: 3 });
    const reads = createSession(alice, { principal: { enrich: async (_, context) => ({ token: context.token }) } });
    const error: unknown = await reads.catch((reason: unknown) => reason);
    expect(codeOf(error)).toBe("enrich_failed");
    expect(String(error)).toContain("only your server has it");
  });

  it("sends its principal and no token", async () => {
    const { check, pdp } = await askFor(3600, () => null);
    expect(await check()).toBe("allowed");
    expect(pdp.requests).toMatchObject([{ body: { principal: { id: "kp_alice" } } }]);
    expect(pdp.requests[0]?.body).not.toHaveProperty("auxData");
  });

  it("that is refused is refreshed once and sent again; refused again, it is over", async () => {
    let refusals = 1;
    const pdp = fakePdp((body) => {
      if ((refusals -= 1) >= 0) throw Object.assign(new Error("401"), { code: 16, details: "the cookie has ended" });
      return fakePdp().checkResources(body, { signal: new AbortController().signal });
    });
    const { check, refreshes } = await askFor(3600, () => claimsUntil(7200), pdp);
    expect(await check()).toBe("allowed");
    expect([refreshes(), pdp.requests.length]).toEqual([1, 2]);
    refusals = 5;
    expect(await check()).toBe("session_expired");
    expect([refreshes(), pdp.requests.length]).toEqual([2, 4]);
  });

  it("that is about to end is refreshed first; once only if the server's ends at the same time", async () => {
    const { check, refreshes, pdp } = await askFor(5, () => claimsUntil(5));
    expect([await check(), await check()]).toEqual(["allowed", "allowed"]);
    expect([refreshes(), pdp.requests.length]).toEqual([1, 2]);
  });

  it("of somebody else than before ends the authorizer, which tells of it once", async () => {
    let ends = 0;
    const onEnd = (): void => void (ends += 1);
    const { check, pdp } = await askFor(5, () => ({ ...claimsUntil(3600), sub: "kp_bob" }), fakePdp(), { onEnd });
    expect(await check()).toBe("session_ended");
    expect([await check(), ends]).toEqual(["session_ended", 1]);
    expect(pdp.requests).toEqual([]);
  });
});
