import { type PrincipalAttributes } from "@kinde-cerbos/core";
import { createEnforcer, type EnforcerOptions } from "@kinde-cerbos/server";
import { describe, expect, test, vi } from "vitest";
import { allowAll, type Asked, goodToken, inMemory, keys, refusalOf } from "./in-memory.ts";
import { API, APP, ISSUER } from "./keys.ts";

const revoked = [401, 16, "token_revoked"];
const notKnown = [503, 14, "revocation_unknown"];
const pending = new Promise<boolean>(() => {});

describe("the gateway", () => {
  test("gives isRevoked the verified claims, before enrich and the PDP", async () => {
    const enrich = vi.fn<() => Promise<PrincipalAttributes>>(async () => ({}));
    const isRevoked = vi.fn<() => boolean>(() => true);
    const world = inMemory({ isRevoked, principal: { enrich } });
    expect(await refusalOf(world, await world.post())).toEqual(revoked);
    expect(isRevoked).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ sub: "kp_alice", azp: APP, org_code: "org_acme", iat: expect.any(Number) }),
    );
    expect(enrich).not.toHaveBeenCalled();
  });

  test.each<[string, () => boolean | Promise<boolean>]>([
    [
      "throws",
      () => {
        throw new Error("redis is down");
      },
    ],
    ["rejects", () => Promise.reject(new Error("redis is down"))],
    ["says nothing", () => JSON.parse("{}").answer],
    ["says null", () => JSON.parse("null")],
    ["says 0", () => JSON.parse("0")],
    ['says "false"', () => JSON.parse('"false"')],
    ["does not answer", () => pending],
  ])("allows nothing when isRevoked %s", async (_, hook) => {
    const isRevoked = vi.fn<() => boolean | Promise<boolean>>(hook);
    const world = inMemory({ isRevoked, isRevokedTimeoutMs: 20 });
    expect(await refusalOf(world, await world.post())).toEqual(notKnown);
    expect(isRevoked).toHaveBeenCalledOnce();
  });

  test.each([false, Promise.resolve(false)])("goes on with false", async (answer) => {
    const world = inMemory({ isRevoked: () => answer });
    expect((await world.post()).status).toBe(200);
  });

  test("does not ask for anonymous requests", async () => {
    const isRevoked = vi.fn<() => boolean>(() => true);
    const world = inMemory({ isRevoked, anonymous: true });
    const response = await world.post({ resources: [{ actions: ["view"], resource: { kind: "document", id: "1" } }] });
    expect([response.status, isRevoked.mock.calls]).toEqual([200, []]);
  });

  test.each([{ isRevoked: "yes" }, { isRevoked: null }, { isRevokedTimeoutMs: 0 }])(
    "does not start with %j",
    (option) => {
      expect(() => inMemory(JSON.parse(JSON.stringify(option)))).toThrow(
        expect.objectContaining({ code: "invalid_option" }),
      );
    },
  );
});

const check = { action: "view", resource: { kind: "document", id: "1" } };
const enforcer = (options: Partial<EnforcerOptions>) =>
  createEnforcer({
    issuer: ISSUER,
    audience: API,
    clientId: APP,
    pdp: "http://pdp.test",
    fetch: async (url, init) => {
      if (url.startsWith(ISSUER)) return keys.fetch(url);
      const body: Asked = JSON.parse(typeof init.body === "string" ? init.body : "null");
      return allowAll(body);
    },
    ...options,
  });
const request = async () => ({ headers: new Headers({ authorization: `Bearer ${await goodToken()}` }) });

describe("the enforcer", () => {
  test("asks before enrich at first", async () => {
    const enrich = vi.fn<() => Promise<PrincipalAttributes>>(async () => ({}));
    const { requireAllowed } = enforcer({ isRevoked: () => true, principal: { enrich } });
    await expect(requireAllowed(await request(), check)).rejects.toMatchObject({ reason: "token_revoked" });
    expect(enrich).not.toHaveBeenCalled();
  });

  test("asks again at each use of a request that lives on, before any cached decision", async () => {
    let isOver: boolean | Error = false;
    const isRevoked = vi.fn<() => boolean>(() => {
      if (isOver instanceof Error) throw isOver;
      return isOver;
    });
    const { authorize, identify, plan, requireAllowed } = enforcer({ isRevoked, cache: { maxAgeMs: 60_000 } });
    const socket = await request();
    await requireAllowed(socket, check);
    await requireAllowed(socket, check);
    expect(isRevoked).toHaveBeenCalledTimes(2);
    for (const [state, reason] of [
      [true, "token_revoked"],
      [new Error("down"), "revocation_unknown"],
    ] as const) {
      isOver = state;
      for (const use of [
        requireAllowed(socket, check),
        authorize(socket, check),
        identify(socket),
        plan(socket, { action: "view", kind: "document" }),
      ]) {
        await expect(use).rejects.toMatchObject({ reason });
      }
    }
    isOver = false;
    await expect(authorize(socket, check)).resolves.toMatchObject({ allowed: true });
  });

  test("identifies a request once, also where it is used twice at once", async () => {
    const enrich = vi.fn<() => Promise<PrincipalAttributes>>(async () => ({}));
    const { authorize } = enforcer({ isRevoked: () => false, enrichMaxAgeMs: 0, principal: { enrich } });
    const one = await request();
    await Promise.all([authorize(one, check), authorize(one, check)]);
    expect(enrich).toHaveBeenCalledOnce();
  });
});
