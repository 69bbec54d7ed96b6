// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { peopleOf, tokenFor } from "../../src/what-if/local-issuer.ts";
import { viewAsSource } from "../../src/what-if/view-as-source.ts";

const ISSUER = "http://localhost:4005";
const BEN = { clientId: "app", person: "kp_ben", organization: "org_north" };
const { signal } = new AbortController();

const fetched = vi.fn<typeof fetch>();
beforeEach(() => vi.stubGlobal("fetch", fetched));
afterEach(() => {
  vi.unstubAllGlobals();
  fetched.mockReset();
});

function tokenOf(claims: object): string {
  return `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify(claims))}.c2lnbmF0dXJl`;
}

describe("an issuer that is not local", () => {
  it.each(["https://acme.kinde.com", "https://localhost.evil.test", "file:///etc", "nothing", undefined])(
    "%s gets no request",
    async (issuer) => {
      const message = "“View as” works only with the local Kinde.";
      await expect(peopleOf(issuer, signal)).rejects.toThrow(message);
      await expect(tokenFor(issuer, BEN)).rejects.toThrow(message);
      expect(fetched).not.toHaveBeenCalled();
    },
  );
});

describe("the local Kinde", () => {
  it.each([
    [404, "", /does not list its people/],
    [200, "[]", /does not list its people/],
    [500, "<html>", /does not list its people/],
    [403, '{"error_description":"no application has it"}', /refused the request: no application has it\.$/],
  ])("that answers %i %s is no help, and says so", async (status, body, message) => {
    fetched.mockImplementation(async () => new Response(body, { status }));
    await expect(peopleOf(ISSUER, signal)).rejects.toThrow(message);
    await expect(tokenFor(ISSUER, BEN)).rejects.toThrow(message);
  });

  it("gets no cookie, and its response is not cached", async () => {
    fetched.mockImplementation(async () => Response.json({ people: [] }));
    await peopleOf(ISSUER, signal);
    expect(fetched).toHaveBeenCalledWith(`${ISSUER}/local/people`, {
      signal,
      credentials: "omit",
      cache: "no-store",
    });
  });
});

describe("a source of another user's tokens", () => {
  it("requests another token to refresh, and has neither tabs nor organizations", async () => {
    const tokens = [1, 2].map((jti) => tokenOf({ sub: "kp_ben", jti }));
    fetched.mockImplementation(async () => Response.json({ access_token: tokens[fetched.mock.calls.length - 1] }));
    const source = await viewAsSource(ISSUER, BEN);
    expect(source.getSnapshot()).toMatchObject({ status: "signed_in", token: tokens[0] });
    await source.refresh();
    expect(source.getSnapshot()).toMatchObject({ status: "signed_in", token: tokens[1] });
    expect(fetched.mock.calls.map(([, init]) => init?.body)).toEqual(
      Array(2).fill('{"client_id":"app","person":"kp_ben","organization":"org_north"}'),
    );
    expect(source).not.toHaveProperty("tabs");
    expect(source).not.toHaveProperty("switchOrg");
  });

  it("is not created without a first token", async () => {
    fetched.mockImplementation(async () => new Response("", { status: 404 }));
    await expect(viewAsSource(ISSUER, BEN)).rejects.toThrow("does not list its people");
  });
});
