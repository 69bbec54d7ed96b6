// Data read from TanStack Query's cache: cache hits, decisions and plans.
import { AuthzError } from "@kinde-cerbos/core";
import { type InspectedProvider, KEY_PREFIX } from "@kinde-cerbos/react/internal";
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { describe, expect, it, vi } from "vitest";
import { rowsOf } from "../src/decisions/decision-row.ts";
import { planRows } from "../src/plans/plan-row.ts";
import { CacheHits } from "../src/record/cache-hits.ts";
import { recordedSession } from "./recorded-session.ts";

const { session, claims } = recordedSession(0);

function providerOf(id: number, queryClient: QueryClient, more: Partial<InspectedProvider> = {}): InspectedProvider {
  return { id, session, claims, pdpName: "/authz", address: "/authz", names: undefined, queryClient, ...more };
}

function decisionKey(id: string, pdpName = "/authz", sessionId = session.id): readonly unknown[] {
  return [KEY_PREFIX, sessionId, "decision", "document", id, "edit", "{}", pdpName];
}

function planKey(resource: object, pdpName = "/authz", id = session.id): readonly unknown[] {
  const resourceKey = JSON.stringify({ kind: "document", id: "new", ...resource });
  return [KEY_PREFIX, id, "plan", "document", "", JSON.stringify(["edit", "view"]), resourceKey, pdpName];
}

/** Renders a component that uses a cached query. Returns a function that unmounts it. */
function show(client: QueryClient, queryKey: readonly unknown[]): () => void {
  return new QueryObserver(client, { queryKey, queryFn: () => 1, staleTime: Infinity }).subscribe(() => {});
}

describe("CacheHits", () => {
  it("counts the checks that the cache answered since each request", () => {
    const client = new QueryClient();
    const hits = new CacheHits();
    const onHit = vi.fn<() => void>();
    hits.subscribe(onHit);
    hits.watch([providerOf(1, client)]);
    const key = decisionKey("one");
    show(client, key);
    expect(hits.after(1, null)).toBe(0);
    client.setQueryData(key, { allowed: true });
    show(client, key);
    show(client, key);
    hits.begin(1, 7);
    show(client, key);
    expect([hits.after(1, null), hits.after(1, 7), hits.after(2, null)]).toEqual([2, 1, 0]);
    expect(onHit).toHaveBeenCalledTimes(3);
    hits.clear();
    show(client, key);
    expect([hits.after(1, null), hits.after(1, 7)]).toEqual([1, 0]);
    client.clear();
  });

  it("counts a component that StrictMode mounts twice only once", () => {
    const client = new QueryClient();
    const hits = new CacheHits();
    hits.watch([providerOf(1, client)]);
    client.setQueryData(decisionKey("one"), { allowed: true });
    const observer = new QueryObserver(client, {
      queryKey: decisionKey("one"),
      queryFn: () => 1,
      staleTime: Infinity,
    });
    observer.subscribe(() => {})();
    observer.subscribe(() => {});
    expect(hits.after(1, null)).toBe(1);
    client.clear();
  });

  it("counts for the provider of the decision", () => {
    const client = new QueryClient();
    const other = new QueryClient();
    const hits = new CacheHits();
    const elsewhere = { ...session, id: "elsewhere" };
    hits.watch([
      providerOf(1, client),
      providerOf(2, client, { pdpName: "/other" }),
      providerOf(3, client, { session: elsewhere }),
      providerOf(4, other),
    ]);
    const keys = [decisionKey("one"), decisionKey("one", "/other"), ["todos"], decisionKey("one", "/authz", "nobody")];
    for (const key of keys) {
      client.setQueryData(key, 1);
      show(client, key);
    }
    expect([1, 2, 3, 4].map((id) => hits.after(id, null))).toEqual([1, 1, 0, 0]);
    client.clear();
  });

  it("stops when a provider is unmounted", () => {
    const client = new QueryClient();
    const hits = new CacheHits();
    hits.watch([providerOf(1, client)]);
    expect(client.getQueryCache().hasListeners()).toBe(true);
    hits.watch([providerOf(1, client), providerOf(2, client)]);
    hits.watch([]);
    expect(client.getQueryCache().hasListeners()).toBe(false);
  });
});

/** Makes the next fetch of a query fail. */
async function fail(client: QueryClient, queryKey: readonly unknown[], code: "pdp_unavailable" | "check_refused") {
  const queryFn = async (): Promise<never> => Promise.reject(new AuthzError(code, "No."));
  await client.fetchQuery({ queryKey, queryFn, retry: false }).catch(() => {});
}

describe("an answer that could not be confirmed", () => {
  it("is shown after a fault, and no longer after a refusal, whatever fails next", async () => {
    const client = new QueryClient();
    const decision = decisionKey("one");
    const plan = planKey({ attr: {} });
    client.setQueryData(decision, { allowed: true });
    client.setQueryData(plan, { kind: "ALWAYS_ALLOWED" });
    const shown = (): unknown[] => [
      rowsOf(providerOf(1, client))[0]?.state,
      planRows(providerOf(1, client))[0]?.plan?.kind,
    ];
    const failBoth = async (code: "pdp_unavailable" | "check_refused"): Promise<void> => {
      await fail(client, decision, code);
      await fail(client, plan, code);
    };
    await failBoth("pdp_unavailable");
    expect(shown()).toEqual(["allowed", "ALWAYS_ALLOWED"]);
    await failBoth("check_refused");
    expect(shown()).toEqual(["error", undefined]);
    await failBoth("pdp_unavailable");
    expect(shown()).toEqual(["error", undefined]);
    client.clear();
  });
});

describe("planRows", () => {
  it("has the plans of the provider's session and PDP", () => {
    const client = new QueryClient();
    const plan = { kind: "ALWAYS_ALLOWED" };
    client.setQueryData(planKey({ attr: {} }), plan, { updatedAt: 5 });
    client.setQueryData(planKey({ attr: { orgCode: "north" }, scope: "north" }), plan);
    client.setQueryData(planKey({ attr: {} }, "/other"), plan);
    client.setQueryData(planKey({ attr: {} }, "/authz", "other"), plan);
    client.setQueryData(decisionKey("one"), { allowed: true });
    const rows = planRows(providerOf(1, client));
    expect(rows.map(({ given }) => given)).toEqual(["", '{"attr":{"orgCode":"north"},"scope":"north"}']);
    expect(rows[0]).toMatchObject({
      kind: "document",
      actions: ["edit", "view"],
      plan,
      updatedAt: 5,
      isOnScreen: false,
    });
    client.clear();
  });
});
