import { createAuthorizer, createSession } from "@kinde-cerbos/core";
import { decisionFilters, decisionQuery } from "@kinde-cerbos/react";
import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { document1, fakePdp, SIGNATURE, tokenOf } from "../support.tsx";

async function setUp(claims?: object) {
  const pdp = fakePdp();
  const authorizer = createAuthorizer({ pdp, session: await createSession(tokenOf(claims)) });
  return { pdp, authorizer, queryClient: new QueryClient() };
}

describe("the key of a decision", () => {
  it("is of our prefix, the session, the whole check, and the name of the PDP", async () => {
    const { authorizer } = await setUp();
    const { queryKey } = decisionQuery(authorizer, { action: "view", resource: document1 });
    expect(queryKey).toEqual([
      "kinde-cerbos",
      authorizer.session.id,
      "decision",
      "document",
      "1",
      "view",
      '{"attr":{},"id":"1","kind":"document"}',
      "default",
    ]);
  });

  it("differs between sessions", async () => {
    const check = { action: "view", resource: document1 };
    const [inA, inB] = [await setUp(), await setUp({ org_code: "org_b" })];
    expect(decisionQuery(inA.authorizer, check).queryKey).not.toEqual(decisionQuery(inB.authorizer, check).queryKey);
  });

  it("differs with each part of the resource", async () => {
    const { authorizer } = await setUp();
    const resources = [
      document1,
      { ...document1, id: "2" },
      { ...document1, kind: "folder" },
      { ...document1, attr: { status: "draft" } },
      { ...document1, attr: { status: "public" } },
      { ...document1, policyVersion: "2" },
      { ...document1, scope: "org_a" },
      "document",
    ];
    const keys = resources.map((resource) =>
      JSON.stringify(decisionQuery(authorizer, { action: "view", resource }).queryKey),
    );
    expect(new Set(keys).size).toBe(resources.length);
  });

  it("is the same for attributes in another order, and for what is undefined", async () => {
    const { authorizer } = await setUp();
    const key = (attr: { [name: string]: string | undefined }): unknown =>
      decisionQuery(authorizer, { action: "view", resource: { ...document1, attr } }).queryKey;
    expect(key({ a: "1", b: "2" })).toEqual(key({ b: "2", a: "1", c: undefined }));
  });

  it("holds no token, and nor does what is dehydrated", async () => {
    const { authorizer, queryClient } = await setUp();
    const query = decisionQuery(authorizer, { action: "view", resource: document1 });
    await queryClient.ensureQueryData(query);
    expect(JSON.stringify(query)).not.toContain(SIGNATURE);
    expect(
      JSON.stringify(
        queryClient
          .getQueryCache()
          .getAll()
          .map(({ state }) => state),
      ),
    ).not.toContain(SIGNATURE);
  });
});

describe("the function of a decision", () => {
  it("fills the cache from a route's loader, once", async () => {
    const { pdp, authorizer, queryClient } = await setUp();
    const query = decisionQuery(authorizer, { action: "view", resource: document1 });
    expect(await queryClient.ensureQueryData(query)).toMatchObject({ allowed: true, resource: document1 });
    await queryClient.ensureQueryData(query);
    expect(pdp.requests).toHaveLength(1);
  });

  it("asks of what the key says, whatever has become of the caller's object", async () => {
    const { pdp, authorizer, queryClient } = await setUp();
    const attr = { status: "draft" };
    const query = decisionQuery(authorizer, { action: "view", resource: { ...document1, attr } });
    attr.status = "public";
    await queryClient.fetchQuery(query);
    expect(pdp.requests[0]?.body.resources[0]?.resource.attr).toEqual({ status: "draft" });
  });

  it("is aborted with the query", async () => {
    const { pdp, authorizer, queryClient } = await setUp();
    const query = decisionQuery(authorizer, { action: "view", resource: document1 });
    const asked = queryClient.fetchQuery(query).catch((error: unknown) => error);
    await queryClient.cancelQueries();
    expect(await asked).toBeInstanceOf(Error);
    expect(pdp.requests).toEqual([]);
  });

  it("is not tried again by react-query: the authorizer knows which faults pass", async () => {
    const { authorizer } = await setUp();
    expect(decisionQuery(authorizer, { action: "view", resource: document1 })).toMatchObject({
      retry: false,
      staleTime: 30_000,
      gcTime: 300_000,
    });
  });

  it("cannot be made of a check that cannot be asked", async () => {
    const { authorizer } = await setUp();
    const bad = { action: "view", resource: { kind: "document", id: "" } };
    expect(() => decisionQuery(authorizer, bad)).toThrow(expect.objectContaining({ code: "invalid_check" }));
  });
});

describe("filters of decisions", () => {
  it.each([
    ["id", 42],
    ["id", 42n],
    ["kind", 7],
  ])("refuse a number for %s, which would find nothing", (part, value) => {
    expect(() => decisionFilters({ kind: "document", [part]: value })).toThrow(
      expect.objectContaining({
        code: "invalid_option",
        message: `${part} must be a string, not a ${typeof value}. Write String(${part}).`,
      }),
    );
  });
});
