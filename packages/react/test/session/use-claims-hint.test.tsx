import { createSession } from "@kinde-cerbos/core";
import { renderHook } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { tokenOf } from "../support.tsx";

afterEach(() => vi.unstubAllEnvs());

/** Renders the hook as a page that has just loaded it, for one token after the other; returns its warnings. */
async function warningsFor(...tokens: (string | null)[]): Promise<string[]> {
  vi.resetModules();
  const { useClaimsHint } = await import("../../src/session/use-claims-hint.ts");
  const warn = vi.mocked(console.warn).mockImplementation(() => {});
  for (const token of tokens) {
    const session = await createSession(token);
    renderHook(() => useClaimsHint(session));
  }
  const warnings = warn.mock.calls.map(String);
  warn.mockClear();
  return warnings;
}

describe("a token without claims that policies read", () => {
  it("is said once, with where to switch them on", async () => {
    const without = tokenOf({ roles: undefined });
    const warnings = await warningsFor(without, tokenOf({ roles: undefined, org_code: "org_b" }));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("Token customization");
    expect(warnings[0]).not.toContain(without);
  });

  it("is said of the first token that lacks any, and names what it lacks", async () => {
    const [warning] = await warningsFor(tokenOf(), tokenOf({ feature_flags: undefined }));
    expect(warning).toContain("has no feature_flags.");
  });

  it("is nothing to say where there are roles, none on purpose, or nobody", async () => {
    const editor = tokenOf({ roles: [{ key: "editor" }] });
    const hasura = tokenOf({ roles: undefined, "x-hasura-roles": [{ key: "editor" }] });
    expect(await warningsFor(editor, tokenOf({ roles: [] }), hasura, null)).toEqual([]);
  });

  it("is not said in production", async () => {
    vi.stubEnv("NODE_ENV", "production");
    expect(await warningsFor(tokenOf({ roles: undefined }))).toEqual([]);
  });
});
