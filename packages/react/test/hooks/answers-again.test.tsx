// Answers that come again: failures, refusals, and lists that change.
import { useCan, useCanList } from "@kinde-cerbos/react";
import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it, vi } from "vitest";
import { after, answerTo, document1, fakePdp, renderAsking, settle, UNAVAILABLE } from "../support.tsx";

const REFUSED = { code: 3, details: "bad" };

describe("a list with a check that cannot be asked, and one that fails", () => {
  it("asks once, and not at each render", async () => {
    const pdp = fakePdp(() => Promise.reject(REFUSED));
    const resources = [
      { kind: "document", id: "" },
      { kind: "document", id: "2" },
    ];
    const { last, change } = renderAsking(
      (_options: { times: number }) => useCanList({ action: "view", resources: structuredClone(resources) }),
      { times: 0 },
      { pdp },
    );
    await settle();
    for (let times = 1; times < 4; times += 1) {
      change({ times });
      await settle();
    }
    expect(last().results.map(({ status }) => status)).toEqual(["error", "error"]);
    expect(pdp.requests).toHaveLength(1);
  });
});

describe("promise 8: an ALLOW that was refused", () => {
  it("does not come back when the PDP cannot be reached after that", async () => {
    let fails: object | null = null;
    const pdp = fakePdp((body) => (fails ? Promise.reject(fails) : answerTo(body)));
    const queryClient = new QueryClient();
    const { last, change } = renderAsking(
      ({ maxAge }: { maxAge: number }) => useCan({ action: "view", resource: document1, maxAge }),
      { maxAge: 300_000 },
      { pdp, queryClient },
    );
    await settle();
    expect(last().status).toBe("allowed");
    fails = REFUSED;
    await after(() => void last().refetch());
    expect(last()).toMatchObject({ status: "error", error: { code: "check_refused" } });
    fails = { ...UNAVAILABLE, retryAfterMs: 0 };
    await after(() => void last().refetch());
    await vi.waitFor(() => expect(last().error).toMatchObject({ code: "pdp_unavailable" }), 10_000);
    expect(last()).toMatchObject({ status: "error", allowed: false, error: { code: "pdp_unavailable" } });
    // A component with other times has an answer of its own, of the same query.
    change({ maxAge: 200_000 });
    expect(last().allowed).toBe(false);
    fails = null;
    await after(() => void last().refetch());
    expect(last().status).toBe("allowed");
  });
});
