// Compiled with the other tests. Lines that must not compile are marked.
import { type Authorizer } from "@kinde-cerbos/core";
import { type Authz, type AuthzOptions, type PageSession } from "@kinde-cerbos/next";
import { PermissionsProvider, type PermissionsProviderProps } from "@kinde-cerbos/next/client";
import { type DehydratedState } from "@tanstack/react-query";
import { expectTypeOf, test } from "vitest";

test("the types of the server's functions", () => {
  expectTypeOf<ReturnType<Authz["getAuthorizer"]>>().resolves.toEqualTypeOf<Authorizer | null>();
  expectTypeOf<ReturnType<Authz["prefetchDecisions"]>>().resolves.toEqualTypeOf<DehydratedState>();
  expectTypeOf<ReturnType<Authz["getPageSession"]>>().resolves.toEqualTypeOf<PageSession>();
  expectTypeOf<Parameters<Authz["createAuthzRoute"]>>().toEqualTypeOf<[]>();
  // A Next.js handler receives more arguments than the request, and may ignore them.
  expectTypeOf<ReturnType<Authz["createAuthzRoute"]>["POST"]>().toExtend<
    (request: Request, context: { params: Promise<object> }) => Promise<Response>
  >();
});

test("the types of the options", () => {
  expectTypeOf<object>().toExtend<AuthzOptions>();
  expectTypeOf<AuthzOptions>().not.toHaveProperty("tokenOf");
  expectTypeOf<AuthzOptions["pdp"]>().toEqualTypeOf<string | readonly string[] | undefined>();
  expectTypeOf<PermissionsProviderProps>().not.toHaveProperty("source");
  expectTypeOf<PermissionsProviderProps["live"]>().toEqualTypeOf<boolean | undefined>();
  expectTypeOf<PermissionsProviderProps["session"]>().toEqualTypeOf<PageSession | undefined>();
  // @ts-expect-error -- a page has no token of its own
  void (<PermissionsProvider source={null}>page</PermissionsProvider>);
  // @ts-expect-error -- a client of the PDP would send no cookies
  void (<PermissionsProvider pdp={{ checkResources: async () => ({}) }}>page</PermissionsProvider>);
});
