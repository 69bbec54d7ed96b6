import { type PermissionsSession, usePermissionsSession } from "@kinde-cerbos/react";
import { renderHook } from "@testing-library/react";
import { type ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { after, FakeKinde, fakePdp, renderApp, settle, SIGNATURE, tokenOf } from "../support.tsx";

/** Renders the hook; returns what its last render got. */
function renderSession(kinde: FakeKinde, options: Parameters<typeof renderApp>[1] = {}) {
  const seen: PermissionsSession[] = [];
  const Session = (): ReactNode => {
    seen.push(usePermissionsSession());
    return null;
  };
  renderApp(<Session />, { ...options, kinde });
  return { seen, last: () => seen.at(-1)! };
}

const NOBODY = { id: null, principal: null, orgCode: null, expiresAt: null };

describe("the status of the session", () => {
  it("is loading while Kinde is", async () => {
    const { last } = renderSession(new FakeKinde().update({ isLoading: true }));
    await settle();
    expect(last()).toEqual({ ...NOBODY, status: "loading", error: null });
  });

  it("is loading while the session's id is made", () => {
    expect(renderSession(new FakeKinde().signIn()).last()).toEqual({
      ...NOBODY,
      status: "loading",
      error: null,
    });
  });

  it("is loading while Kinde says that somebody is signed in and has no token", async () => {
    const { last } = renderSession(new FakeKinde().update({ isAuthenticated: true }));
    await settle();
    expect(last().status).toBe("loading");
  });

  it("is signed_out where nobody is signed in", async () => {
    const { last } = renderSession(new FakeKinde());
    await settle();
    expect(last()).toEqual({ ...NOBODY, status: "signed_out", error: null });
  });

  it("is anonymous where nobody is signed in and the provider has anonymous", async () => {
    const { last } = renderSession(new FakeKinde(), { anonymous: true });
    await settle();
    expect(last()).toEqual({
      status: "anonymous",
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      principal: { id: "anonymous", roles: ["anonymous"], attr: {} },
      orgCode: null,
      expiresAt: null,
      error: null,
    });
  });

  it("is authenticated, with principal, organization and end", async () => {
    const { last } = renderSession(new FakeKinde().signIn(tokenOf({ exp: 4e9, roles: [{ key: "editor" }] })));
    await settle();
    expect(last()).toMatchObject({
      status: "authenticated",
      principal: { id: "alice", roles: ["user", "editor"], attr: { orgCode: "org_a" } },
      orgCode: "org_a",
      expiresAt: 4e12,
      error: null,
    });
  });

  it("reads Hasura names", async () => {
    const { last } = renderSession(
      new FakeKinde().signIn(tokenOf({ org_code: undefined, "x-hasura-org-code": "org_h" })),
    );
    await settle();
    expect(last().orgCode).toBe("org_h");
  });

  it("is expired past the token's end, with the principal for the screen", async () => {
    const { last } = renderSession(new FakeKinde().signIn(tokenOf({ exp: 1 })));
    await settle();
    expect(last()).toMatchObject({
      status: "expired",
      principal: { id: "alice" },
      error: { code: "session_expired" },
    });
  });

  it.each([
    ["is no JWT", "not-a-token", "invalid_token"],
    ["is no JSON", `e30.bm90LWpzb24.${SIGNATURE}`, "invalid_token"],
    ["names no user", tokenOf({ sub: undefined }), "invalid_claims"],
    ["has permissions of the wrong type", tokenOf({ permissions: "edit:documents" }), "invalid_claims"],
    ["has an end of the wrong type", tokenOf({ exp: "tomorrow" }), "invalid_claims"],
  ])("is error where the token %s, and recovers", async (_, token, code) => {
    const kinde = new FakeKinde().signIn(token);
    const { last } = renderSession(kinde);
    await settle();
    expect(last()).toMatchObject({ ...NOBODY, status: "error", error: { code } });
    expect(String(last().error?.message)).not.toContain(token);
    await after(() => kinde.signIn());
    expect(last().status).toBe("authenticated");
  });

  it("is error where a refreshed token cannot be used", async () => {
    const kinde = new FakeKinde().signIn();
    const { last } = renderSession(kinde);
    await settle();
    await after(() => kinde.signIn("not-a-token"));
    expect(last()).toMatchObject({ status: "error", error: { code: "invalid_token" } });
  });

  it("is error where the app's own map throws, with the cause", async () => {
    const cause = new Error("The app's own");
    const principal = {
      map: () => {
        throw cause;
      },
    };
    const { last } = renderSession(new FakeKinde().signIn(), { principal });
    await settle();
    expect(last()).toMatchObject({ status: "error", error: { code: "invalid_claims" } });
    expect(last().error?.cause).toBe(cause);
  });
});

describe("principal.enrich", () => {
  const entitled = { attr: { entitlements: ["seats"] } };

  it("is waited for: loading until then, and nothing is asked", async () => {
    const { promise, resolve } = Promise.withResolvers<{ entitlements: string[] }>();
    const pdp = fakePdp();
    const { last } = renderSession(new FakeKinde().signIn(), { pdp, principal: { enrich: () => promise } });
    await settle();
    expect(last()).toMatchObject({ ...NOBODY, status: "loading" });
    await after(() => resolve({ entitlements: ["seats"] }));
    expect(last()).toMatchObject({ status: "authenticated", principal: entitled });
  });

  it("is asked once for tokens of equal rights, and again for others", async () => {
    const enrich = vi.fn<() => Promise<{ entitlements: string[] }>>(async () => ({ entitlements: ["seats"] }));
    const kinde = new FakeKinde().signIn(tokenOf({ iat: 1 }));
    const principal = { enrich };
    const { last, seen } = renderSession(kinde, { principal });
    await settle();
    const count = seen.length;
    await after(() => kinde.signIn(tokenOf({ iat: 2 })));
    expect(last()).toMatchObject({ status: "authenticated", principal: entitled });
    expect(seen.slice(count).map(({ status }) => status)).not.toContain("loading");
    expect(enrich).toHaveBeenCalledOnce();
    await after(() => kinde.signIn(tokenOf({ iat: 3, permissions: ["edit"] })));
    expect(enrich).toHaveBeenCalledTimes(2);
  });

  it("that fails is an error of the session, and nothing is asked", async () => {
    const pdp = fakePdp();
    const principal = { enrich: () => Promise.reject(new Error("402")) };
    const { last } = renderSession(new FakeKinde().signIn(), { pdp, principal });
    await settle();
    expect(last()).toMatchObject({ ...NOBODY, status: "error", error: { code: "enrich_failed" } });
    expect(pdp.requests).toHaveLength(0);
  });
});

describe("volatileClaims", () => {
  it("make no other session", async () => {
    const kinde = new FakeKinde().signIn(tokenOf({ hint: 1 }));
    const { seen, last } = renderSession(kinde, { volatileClaims: ["iat", "hint"] });
    await settle();
    const { id } = last();
    await after(() => kinde.signIn(tokenOf({ hint: 2, iat: 5 })));
    expect(last()).toMatchObject({ status: "authenticated", id });
    expect(seen.slice(1).every(({ status }) => status === "authenticated")).toBe(true);
    await after(() => kinde.signIn(tokenOf({ hint: 2, iat: 5, exp: 4e9 })));
    expect(last().id).not.toBe(id);
  });
});

describe("the session's object", () => {
  it("is the same until something in it changes", async () => {
    const kinde = new FakeKinde().signIn();
    const { seen } = renderSession(kinde);
    await settle();
    const count = seen.length;
    await after(() => kinde.update());
    expect(seen).toHaveLength(count);
  });

  it("passes from one user to another by way of loading", async () => {
    const kinde = new FakeKinde().signIn();
    const { seen } = renderSession(kinde);
    await settle();
    await after(() => kinde.signIn(tokenOf({ sub: "bob" })));
    expect(seen.map(({ status, principal }) => `${status} ${principal?.id ?? ""}`.trim())).toEqual([
      "loading",
      "authenticated alice",
      "loading",
      "authenticated bob",
    ]);
  });
});

describe("promise 11: outside of PermissionsProvider", () => {
  it("throws, and names the hook and the provider", () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(() => renderHook(() => usePermissionsSession())).toThrow(
      expect.objectContaining({
        code: "no_provider",
        message: expect.stringMatching(/^usePermissionsSession .*<PermissionsProvider pdp=/),
      }),
    );
    vi.mocked(console.error).mockReset();
  });
});
