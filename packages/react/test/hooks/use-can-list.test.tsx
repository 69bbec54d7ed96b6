import { type CanListResult, type CanResult, useCanList, type UseCanListOptions } from "@kinde-cerbos/react";
import { recordedChecks, renderHookWithPermissions, type TestPermissions } from "@kinde-cerbos/testing";
import { waitFor } from "@testing-library/react";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  after,
  type AppOptions,
  askedOf,
  decidingPdp,
  document1,
  fakePdp,
  renderAsking,
  settle,
  slowPdp,
} from "../support.tsx";

interface Row {
  readonly kind: string;
  readonly id: string;
  readonly attr?: { readonly [name: string]: string };
}

const renderList = (options: UseCanListOptions<Row>, app?: AppOptions) => renderAsking(useCanList<Row>, options, app);

/** The same, with the testing kit. */
const renderForUser = (options: UseCanListOptions<Row>, permissions: TestPermissions = ALLOWED) =>
  renderHookWithPermissions(useCanList<Row>, permissions, { initialProps: options });
const ALLOWED: TestPermissions = { can: { document: true } };

const rows = (...ids: string[]): Row[] => ids.map((id) => ({ kind: "document", id }));
const idsOf = (allowed: readonly Row[]): string => allowed.map(({ id }) => id).join(" ");
const inStatus = (status: string): Row => ({ ...document1, attr: { status } });
/** Allows what has an odd id. */
const oddPdp = () => decidingPdp((_, { id }) => (Number(id) % 2 ? "EFFECT_ALLOW" : "EFFECT_DENY"));

describe("a list", () => {
  it("is asked in one request, and gives the resources that are allowed, in their order", async () => {
    const pdp = oddPdp();
    const resources = rows("3", "2", "1");
    const { last } = renderList({ action: "view", resources }, { pdp });
    expect(last()).toMatchObject({ status: "pending", isPending: true, allowed: [] });
    await settle();
    expect(last()).toMatchObject({ status: "settled", isPending: false, error: null });
    expect(last().allowed).toEqual([resources[0], resources[2]]);
    expect(last().allowed[0]).toBe(resources[0]);
    expect(last().results.map(({ status }) => status)).toEqual(["allowed", "denied", "allowed"]);
    expect(askedOf(pdp)).toEqual([["3: view", "2: view", "1: view"]]);
  });

  it("of 120 is asked in three requests", async () => {
    const pdp = fakePdp();
    const resources = rows(...Array.from({ length: 120 }, (_, at) => `${at}`));
    const { last } = renderList({ action: "view", resources }, { pdp });
    await settle();
    expect(pdp.requests.map(({ body }) => body.resources.length)).toEqual([50, 50, 20]);
    expect(last().allowed).toHaveLength(120);
  });

  it("may be empty: nothing is asked, and nothing allowed", () => {
    const { result } = renderForUser({ action: "view", resources: [] });
    expect(result.current).toMatchObject({
      status: "settled",
      isPending: false,
      allowed: [],
      results: [],
      error: null,
    });
    expect(recordedChecks()).toEqual([]);
  });

  it("may hold a resource twice: it is asked once, and is there twice", async () => {
    const pdp = oddPdp();
    const { last } = renderList({ action: "view", resources: rows("1", "1", "2") }, { pdp });
    await settle();
    expect(last().allowed.map(({ id }) => id)).toEqual(["1", "1"]);
    expect(askedOf(pdp)).toEqual([["1: view", "2: view"]]);
  });

  it("may hold one id with two sets of attributes: each gets its own answer", () => {
    const resources = [inStatus("draft"), inStatus("public")];
    const { result } = renderForUser({ action: "edit", resources }, { can: ({ attr }) => attr["status"] === "draft" });
    expect(result.current.allowed).toEqual([resources[0]]);
  });

  it("of kinds alone is of resources that do not exist yet", () => {
    const { result } = renderHookWithPermissions(
      () => useCanList({ action: "create", resources: ["document", "folder"] }),
      { can: { document: false, folder: true } },
    );
    expect(result.current.allowed).toEqual(["folder"]);
    expect(recordedChecks().map(({ kind, id }) => `${kind} ${id}`)).toEqual(["document new", "folder new"]);
  });

  it("with one that is not loaded: an error for that one alone", () => {
    // @ts-expect-error -- a resource that is not loaded
    const { result } = renderForUser({ action: "view", resources: [...rows("1"), undefined] });
    expect(result.current).toMatchObject({ status: "error", error: { code: "invalid_check" } });
    expect(result.current.allowed.map(({ id }) => id)).toEqual(["1"]);
  });

  it("has nothing allowed while the PDP does not answer", async () => {
    const { result } = renderForUser({ action: "view", resources: rows("1", "2") }, { can: () => new Error("down") });
    await waitFor(() =>
      expect(result.current).toMatchObject({ status: "error", allowed: [], error: { code: "pdp_unavailable" } }),
    );
  });
});

describe("a list that changes", () => {
  it("is not asked or rendered again where it is equal, though written inline", async () => {
    const pdp = fakePdp();
    const { results, change } = renderList({ action: "view", resources: rows("1", "2") }, { pdp });
    await settle();
    results.length = 0;
    change({ action: "view", resources: rows("1", "2") });
    await settle();
    expect(results).toHaveLength(1);
    expect(pdp.requests).toHaveLength(1);
  });

  it("asks for what is new only, and keeps what it knows", async () => {
    const pdp = oddPdp();
    const { results, change } = renderList({ action: "view", resources: rows("1") }, { pdp });
    await settle();
    results.length = 0;
    change({ action: "view", resources: rows("1", "2", "3") });
    await settle();
    expect(results.map(({ status, allowed }) => `${status}: ${idsOf(allowed)}`)).toEqual([
      "pending: 1",
      "settled: 1 3",
    ]);
    expect(askedOf(pdp)).toEqual([["1: view"], ["2: view", "3: view"]]);
  });

  it("does not abort what is under way and still wanted, nor ask it twice", async () => {
    const pdp = slowPdp();
    const { last, change } = renderList({ action: "view", resources: rows("1", "2") }, { pdp });
    await settle();
    change({ action: "view", resources: rows("2", "3") });
    await settle();
    expect(pdp.requests.map(({ signal }) => signal.aborted)).toEqual([false, false]);
    expect(askedOf(pdp)).toEqual([["1: view", "2: view"], ["3: view"]]);
    await after(pdp.answer);
    expect(last().allowed.map(({ id }) => id)).toEqual(["2", "3"]);
  });

  it("gives each resource its own answer in another order", () => {
    const permissions = {
      can: [
        { kind: "document", id: "1", answer: true },
        { kind: "document", answer: false },
      ],
    };
    const { result, rerender } = renderForUser({ action: "view", resources: rows("1", "2") }, permissions);
    rerender({ action: "view", resources: rows("2", "1") });
    expect(result.current.allowed.map(({ id }) => id)).toEqual(["1"]);
    expect(result.current.results.map(({ decision }) => decision?.resource.id)).toEqual(["2", "1"]);
  });

  it("shows no answer to other attributes", async () => {
    const pdp = decidingPdp((_, { attr }) => (attr["status"] === "draft" ? "EFFECT_ALLOW" : "EFFECT_DENY"));
    const { results, change } = renderList({ action: "edit", resources: [inStatus("draft")] }, { pdp });
    await settle();
    results.length = 0;
    change({ action: "edit", resources: [inStatus("public")] });
    await settle();
    expect(results.map(({ status, allowed }) => [status, allowed.length])).toEqual([
      ["pending", 0],
      ["settled", 0],
    ]);
  });
});

describe("options", () => {
  it("enabled: false asks nothing and stays pending", async () => {
    const { result } = renderForUser({ action: "view", resources: rows("1"), enabled: false });
    await settle();
    expect(result.current).toMatchObject({ status: "pending", allowed: [] });
    expect(recordedChecks()).toEqual([]);
  });

  it("a closed gate denies all, and asks nothing", () => {
    const flag = { key: "lists", value: true };
    const { result } = renderForUser({ action: "view", resources: rows("1", "2"), flag });
    expect(result.current).toMatchObject({ status: "settled", allowed: [] });
    expect(result.current.results.map(({ reason }) => reason)).toEqual(["flag", "flag"]);
    expect(recordedChecks()).toEqual([]);
  });

  it("StrictMode asks once", async () => {
    const pdp = fakePdp();
    renderList({ action: "view", resources: rows("1", "2") }, { pdp, strict: true });
    await settle();
    expect(pdp.requests).toHaveLength(1);
  });
});

describe("types", () => {
  it("keep the type of the resources", () => {
    expectTypeOf<CanListResult<Row>["allowed"]>().toEqualTypeOf<readonly Row[]>();
    expectTypeOf<CanListResult<Row>["results"]>().toEqualTypeOf<readonly CanResult[]>();
    // @ts-expect-error -- a list without an action
    const options: UseCanListOptions<Row> = { resources: [] };
    expect(options).toBeDefined();
  });
});
