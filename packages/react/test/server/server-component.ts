// A program in a server component's place: it has React's server build, and no client modules.
import { createAuthorizer, createSession } from "@kinde-cerbos/core";
import * as sdk from "@kinde-cerbos/react";
import { dehydrate, QueryClient } from "@tanstack/react-query";

const token = ["e30", btoa(JSON.stringify({ sub: "alice", org_code: "org_a" })).replaceAll("=", ""), ""].join(".");
const session = await createSession(token);
const authorizer = createAuthorizer({
  session,
  pdp: {
    checkResources: async ({ resources }) => ({
      results: resources.map(({ resource, actions }) => ({
        resource,
        actions: Object.fromEntries(
          actions.map((action) => [action, action === "view" ? "EFFECT_ALLOW" : "EFFECT_DENY"]),
        ),
      })),
    }),
  },
});
const queryClient = new QueryClient();
const resource = { kind: "document", id: "1" };
await queryClient.prefetchQuery(sdk.decisionQuery(authorizer, { action: "view", resource }));
const refusal: unknown = await sdk
  .ensureCan(queryClient, authorizer, { action: "edit", resource })
  .catch((error: unknown) => error);

const isReference = (value: object): boolean =>
  "$$typeof" in value && value.$$typeof === Symbol.for("react.client.reference");
console.log(
  JSON.stringify({
    callable: Object.entries(sdk)
      .filter(([, value]) => !isReference(value))
      .map(([name]) => name),
    references: Object.entries(sdk)
      .filter(([, value]) => isReference(value))
      .map(([name]) => name),
    isForbidden: refusal instanceof sdk.Forbidden,
    dehydrated: dehydrate(queryClient).queries.map(({ queryKey }) => queryKey.slice(2, 6)),
    invalidates: queryClient.getQueryCache().findAll(sdk.decisionFilters({ kind: "document" })).length,
  }),
);
