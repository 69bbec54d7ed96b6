// @vitest-environment node
import { inspection, KEY_PREFIX, simulatedName } from "@kinde-cerbos/react/internal";
import { QueryObserver } from "@tanstack/react-query";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { WhatIf } from "../../src/what-if/what-if.ts";
import { cacheOf, decisionOn, keyOf, queryOf } from "./support.ts";

const found = inspection!;
const place = (action: string) => ({ action, kind: "document", id: "1" });
const SIMULATED = "real (what if 1)";

let whatIf: WhatIf;
beforeEach(() => {
  found.simulate(1, null);
  whatIf = new WhatIf();
});

describe("an override", () => {
  it("is set at once, beside a copy of the real decisions with their age and owner", () => {
    const { queryClient, provider } = cacheOf("view", "edit");
    whatIf.override(provider, place("edit"), "allow");
    expect(queryOf(queryClient, "edit", SIMULATED)?.state.data).toMatchObject({ allowed: true });
    const copy = queryOf(queryClient, "view", SIMULATED);
    expect(copy?.state).toMatchObject({ data: decisionOn("view"), dataUpdatedAt: 1000, fetchStatus: "idle" });
    expect(copy?.meta).toEqual({ [KEY_PREFIX]: 7 });
    expect(queryOf(queryClient, "edit", "real")?.state.data).toEqual(decisionOn("edit"));
    expect(found.simulationOf(1)).toMatchObject({ name: "what if 1" });
  });

  it("that is removed restores the real decision, and sends nothing", () => {
    const { queryClient, provider } = cacheOf("view", "edit");
    whatIf.override(provider, place("edit"), "allow");
    whatIf.override(provider, place("view"), "deny");
    const ask = vi.fn<() => Promise<unknown>>();
    const observer = new QueryObserver(queryClient, {
      queryKey: keyOf("edit", SIMULATED),
      queryFn: ask,
      staleTime: Infinity,
    });
    const stop = observer.subscribe(() => {});
    whatIf.override(provider, place("edit"), null);
    expect(queryOf(queryClient, "edit", SIMULATED)?.state).toMatchObject({
      data: decisionOn("edit"),
      dataUpdatedAt: 1000,
    });
    expect(ask).not.toHaveBeenCalled();
    stop();
  });

  it("changes only its own query, and keeps the simulation", () => {
    const { queryClient, provider } = cacheOf("view", "edit");
    whatIf.override(provider, place("edit"), "allow");
    const before = queryOf(queryClient, "view", SIMULATED)?.state;
    const { answers } = found.simulationOf(1)!;
    whatIf.override(provider, place("edit"), "pending");
    expect(queryOf(queryClient, "edit", SIMULATED)?.state).toMatchObject({ status: "pending", data: undefined });
    expect(queryOf(queryClient, "view", SIMULATED)?.state).toBe(before);
    expect(found.simulationOf(1)?.answers).toBe(answers);
  });

  it("is answered again if it is in use", async () => {
    const { queryClient, provider } = cacheOf("edit");
    whatIf.override(provider, place("edit"), "allow");
    const ask = vi.fn<() => Promise<unknown>>(async () => decisionOn("edit"));
    const observer = new QueryObserver(queryClient, {
      queryKey: keyOf("edit", SIMULATED),
      queryFn: ask,
      staleTime: Infinity,
    });
    const stop = observer.subscribe(() => {});
    whatIf.override(provider, place("edit"), "error");
    await vi.waitFor(() => expect(ask).toHaveBeenCalledTimes(1));
    stop();
  });
});

describe("a scenario", () => {
  it("ends when nothing is simulated any more, and leaves nothing in the cache", async () => {
    const { queryClient, provider } = cacheOf("edit");
    whatIf.override(provider, place("edit"), "allow");
    whatIf.simulateAll(provider, "deny", 0);
    whatIf.override(provider, place("edit"), null);
    expect(whatIf.scenarios().size).toBe(1);
    whatIf.simulateAll(provider, null, 0);
    expect(whatIf.scenarios().size).toBe(0);
    expect(found.simulationOf(1)).toBeNull();
    await vi.waitFor(() => expect(queryClient.getQueryCache().getAll()).toHaveLength(1));
    expect(queryOf(queryClient, "edit", "real")?.state.data).toEqual(decisionOn("edit"));
  });

  it("ends when its simulation ends elsewhere, such as by a sign-out", async () => {
    const { queryClient, provider } = cacheOf("edit");
    whatIf.simulateAll(provider, "deny", 0);
    const told = vi.fn<() => void>();
    whatIf.subscribe(told);
    found.simulate(1, null);
    await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(1));
    expect(whatIf.scenarios().size).toBe(0);
    expect(queryClient.getQueryCache().getAll()).toHaveLength(1);
  });

  it("ends when the provider changes to another PDP", async () => {
    const { queryClient, provider } = cacheOf("edit");
    const hide = found.show(provider);
    whatIf.simulateAll(provider, "deny", 0);
    const show = found.show({ ...provider, pdpName: "another (what if 1)" });
    await vi.waitFor(() => expect(found.simulationOf(1)).toBeNull());
    show();
    hide();
    await vi.waitFor(() => expect(queryClient.getQueryCache().getAll()).toHaveLength(1));
  });

  it("belongs to one provider, also if another one has the same cache", async () => {
    const { queryClient, provider } = cacheOf("view", "edit");
    const second = { ...provider, id: 2 };
    const hides = [provider, second].map((one) => found.show(one));
    whatIf.override(provider, place("edit"), "allow");
    whatIf.override(second, place("view"), "deny");
    const [one, two] = [1, 2].map((id) => simulatedName("real", found.simulationOf(id)!));
    expect(queryOf(queryClient, "edit", one!)?.state.data).toMatchObject({ allowed: true });
    expect(queryOf(queryClient, "edit", two!)?.state.data).toMatchObject({ allowed: false });
    whatIf.undo(1);
    await vi.waitFor(() => expect(queryOf(queryClient, "edit", one!)).toBeUndefined());
    expect(queryOf(queryClient, "view", two!)?.state.data).toMatchObject({ allowed: false });
    whatIf.undo(2);
    hides.forEach((hide) => hide());
  });

  it("does not start with simulated decisions from a persisted cache", () => {
    const { queryClient, provider } = cacheOf("edit");
    queryClient.setQueryData(keyOf("view", SIMULATED), { ...decisionOn("view"), allowed: true });
    whatIf.override(provider, place("edit"), "deny");
    expect(queryOf(queryClient, "view", SIMULATED)).toBeUndefined();
  });
});
