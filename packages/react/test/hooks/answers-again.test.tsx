// Answers that come again: failures, refusals, and lists that change.
import { invalidateDecisions, useCan, useCanList, useSuspenseCan } from "@kinde-cerbos/react";
import { QueryClient } from "@tanstack/react-query";
import { fireEvent, screen } from "@testing-library/react";
import { type ReactNode, startTransition, Suspense, useState } from "react";
import { describe, expect, it, vi } from "vitest";
import {
  after,
  answerTo,
  askedOf,
  document1,
  fakePdp,
  renderApp,
  renderAsking,
  settle,
  UNAVAILABLE,
} from "../support.tsx";

const REFUSED = { code: 3, details: "bad" };

const resources = [
  { kind: "document", id: "" },
  { kind: "document", id: "2" },
];

function Row({ id }: { id: string }): ReactNode {
  return <p>{`${id} ${useSuspenseCan({ action: "view", resource: { kind: "document", id } }).status}`}</p>;
}

/** A click shows another row, in a transition that suspends. */
function ListAndRow({ onRender }: { onRender: () => void }): ReactNode {
  const [id, setId] = useState("1");
  const { results } = useCanList({ action: "view", resources: structuredClone(resources) });
  onRender();
  return (
    <Suspense fallback="wait">
      <button type="button" onClick={() => startTransition(() => setId("3"))}>
        {results.map(({ status }) => status).join()}
      </button>
      <Row id={id} />
    </Suspense>
  );
}

describe("a list with a check that cannot be asked, and one that fails", () => {
  it.each([false, true])(
    "asks once while a transition is suspended, and does not render without end (StrictMode: %s)",
    async (strict) => {
      const later = Promise.withResolvers<void>();
      const pdp = fakePdp(async (body) => {
        const ids = new Set(body.resources.map(({ resource }) => resource.id));
        if (ids.has("2")) throw REFUSED;
        if (ids.has("3")) await later.promise;
        return answerTo(body);
      });
      const onRender = vi.fn<() => void>();
      const queryClient = new QueryClient();
      renderApp(<ListAndRow onRender={onRender} />, { pdp, strict, queryClient });
      await settle();
      expect(screen.getByText("error,error")).toBeDefined();
      pdp.requests.length = 0;
      await after(() => fireEvent.click(screen.getByRole("button")));
      const renders = onRender.mock.calls.length;
      for (let times = 0; times < 3; times += 1) await settle();
      expect(askedOf(pdp)).toEqual([["3: view"]]);
      expect(onRender).toHaveBeenCalledTimes(renders);
      expect(screen.getByText("1 allowed")).toBeDefined();
      await after(() => void invalidateDecisions(queryClient, { id: "2" }));
      for (let times = 0; times < 3; times += 1) await settle();
      expect(askedOf(pdp)).toEqual([["3: view"], ["2: view"]]);
      await after(later.resolve);
      expect(screen.getByText("3 allowed")).toBeDefined();
      expect(askedOf(pdp)).toEqual([["3: view"], ["2: view"]]);
    },
  );

  it("asks once, and not at each render", async () => {
    const pdp = fakePdp(() => Promise.reject(REFUSED));
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
