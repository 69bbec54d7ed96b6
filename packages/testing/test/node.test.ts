// @vitest-environment node
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthorizer, createSession } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { createKindeToken, startLocalKinde, startPdp } from "@kinde-cerbos/testing/node";
import { decodeProtectedHeader, createLocalJWKSet, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { POLICIES } from "./policies.ts";

const mine = { action: "edit", resource: { kind: "document", id: "1", attr: { owner: "ann" } } };

async function decide(pdp: string, token: string): Promise<boolean> {
  const authorizer = createAuthorizer({ pdp: createFetchPdp(pdp), session: await createSession(token) });
  return (await authorizer.check(mine)).allowed;
}

describe("createKindeToken", () => {
  it("signs a token like Kinde's, with the keys that it returns", async () => {
    const { token, jwks } = await createKindeToken({ claims: { sub: "ann", org_code: undefined } });
    const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [...jwks.keys] }), {
      issuer: "https://test.kinde.com",
    });
    expect(payload).toMatchObject({ sub: "ann", azp: "test-client", roles: [], permissions: [] });
    expect(payload).not.toHaveProperty("org_code");
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: "RS256", kid: jwks.keys[0]?.kid });
    expect(JSON.stringify(jwks)).not.toContain('"d"');
    const next = await createKindeToken({ lifetime: -5 });
    expect(next.jwks).toEqual(jwks);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this is about what types forbid
    await expect(createKindeToken({ lifetime: "1h" as never })).rejects.toMatchObject({ code: "invalid_option" });
  });
});

describe("startPdp", () => {
  it("decides by your policies, for tokens of createKindeToken, and stops at the end of its block", async () => {
    let url: string;
    {
      await using pdp = await startPdp({ policies: POLICIES });
      ({ url } = pdp);
      const { token } = await createKindeToken({ claims: { sub: "ann" } });
      const { token: others } = await createKindeToken({ claims: { sub: "ben" } });
      expect(await decide(url, token)).toBe(true);
      expect(await decide(url, others)).toBe(false);
      const { token: old } = await createKindeToken({ claims: { sub: "ann" }, lifetime: -60 });
      await expect(decide(url, old)).rejects.toMatchObject({ code: "session_expired" });
    }
    await expect(fetch(`${url}/_cerbos/health`)).rejects.toThrow("fetch failed");
  });

  it("accepts the tokens of an issuer, and no others", async () => {
    await using kinde = await startLocalKinde({
      config: {
        applications: [{ clientId: "app", name: "App", redirectUris: ["http://localhost:5173"] }],
        organizations: [{ code: "org_north", name: "North" }],
        people: [
          {
            id: "ann",
            email: "ann@example.com",
            givenName: "Ann",
            familyName: "Lee",
            memberships: [{ organization: "org_north" }],
          },
        ],
      },
    });
    await using pdp = await startPdp({ policies: POLICIES, kinde });
    expect(await decide(pdp.url, await kinde.createToken({ person: "ann" }))).toBe(true);
    const { token: foreign } = await createKindeToken({ claims: { sub: "ann" } });
    await expect(decide(pdp.url, foreign)).rejects.toMatchObject({ code: "token_refused" });
  });

  it("names the missing folder", async () => {
    await expect(startPdp({ policies: "/no/such/folder" })).rejects.toThrow("There is no folder /no/such/folder");
    await expect(startPdp({ policies: "" })).rejects.toMatchObject({ code: "invalid_option" });
  });

  it("says what is wrong with policies that do not compile", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kinde-cerbos-testing-"));
    await writeFile(join(folder, "broken.yaml"), "apiVersion: api.cerbos.dev/v1\nresourcePolicy: 3\n");
    await expect(startPdp({ policies: folder })).rejects.toThrow("broken.yaml");
  });
});
