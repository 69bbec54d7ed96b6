import { type Authorizer } from "@kinde-cerbos/core";
import { useAuthorizer } from "@kinde-cerbos/react";
import { renderHook } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import {
  after,
  type AppOptions,
  document1,
  FakeKinde,
  fakePdp,
  renderAsking,
  settle,
  SIGNATURE,
  tokenOf,
} from "../support.tsx";

const renderAuthorizer = (app: AppOptions = {}) => renderAsking<null, Authorizer | null>(useAuthorizer, null, app);

describe("the authorizer", () => {
  it("asks for the user who is signed in", async () => {
    const pdp = fakePdp();
    const { last } = renderAuthorizer({ pdp });
    await settle();
    expect(await last()?.check({ action: "view", resource: document1 })).toMatchObject({ allowed: true });
    expect(pdp.requests[0]?.body.principal.id).toBe("alice");
  });

  it("is null while Kinde has not said who it is", async () => {
    const { last } = renderAuthorizer({ kinde: new FakeKinde().signIn().update({ isLoading: true }) });
    await settle();
    expect(last()).toBeNull();
  });

  it("is null where the token cannot be used", async () => {
    const { last } = renderAuthorizer({ kinde: new FakeKinde().signIn("not a token") });
    await settle();
    expect(last()).toBeNull();
  });

  it("is null where the token is past its end", async () => {
    const { last } = renderAuthorizer({ kinde: new FakeKinde().signIn(tokenOf({ exp: 1 })) });
    await settle();
    expect(last()).toBeNull();
  });

  it("is that of nobody where nobody is signed in", async () => {
    const { last } = renderAuthorizer({ kinde: new FakeKinde() });
    await settle();
    expect(last()?.session.principal.id).toBe("anonymous");
  });

  it("is the same one after a refresh of the token, which renders nothing", async () => {
    const kinde = new FakeKinde().signIn();
    const { results, last } = renderAuthorizer({ kinde });
    await settle();
    const before = last();
    results.length = 0;
    await after(() => kinde.signIn(tokenOf({ iat: 1 })));
    expect(results).toEqual([]);
    expect(before?.session.token).toBe(tokenOf({ iat: 1 }));
  });

  it.each([
    ["organization", tokenOf({ org_code: "org_b" })],
    ["user", tokenOf({ sub: "bob" })],
    ["right", tokenOf({ permissions: ["read:docs"] })],
  ])("is another one for another %s, and no render has both", async (_, token) => {
    const kinde = new FakeKinde().signIn();
    const { results, last } = renderAuthorizer({ kinde });
    await settle();
    const before = last();
    results.length = 0;
    await after(() => kinde.signIn(token));
    expect(results).not.toContain(before);
    expect(last()?.session.token).toBe(token);
    await expect(before?.check({ action: "view", resource: document1 })).rejects.toMatchObject({
      code: "session_ended",
    });
  });

  it("is null in a render after the token has changed in storage, though nobody has told of it", async () => {
    const kinde = new FakeKinde().signIn();
    const { results, change } = renderAuthorizer({ kinde });
    await settle();
    results.length = 0;
    kinde.store(tokenOf({ sub: "mallory" }));
    change(null);
    expect(results.every((authorizer) => authorizer?.session.principal.id !== "alice")).toBe(true);
    await settle();
  });

  it("does not put its token into JSON that is made of its decisions", async () => {
    const { last } = renderAuthorizer();
    await settle();
    const decision = await last()?.check({ action: "view", resource: document1 });
    expect(JSON.stringify(decision)).not.toContain(SIGNATURE);
  });
});

describe("promise 11: outside of PermissionsProvider", () => {
  it("throws, and names the hook", () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(() => renderHook(() => useAuthorizer())).toThrow(
      expect.objectContaining({ code: "no_provider", message: expect.stringContaining("useAuthorizer") }),
    );
    vi.mocked(console.error).mockReset();
  });
});
