import { PermissionsProvider, useCan, type UseCanOptions, useDecisionCache } from "@kinde-cerbos/react";
import { QueryClient, QueryClientProvider, useMutation } from "@tanstack/react-query";
import { fireEvent, render, renderHook, screen } from "@testing-library/react";
import { type ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";

import { after, decidingPdp, document1, FakeKinde, FakeKindeProvider, fakePdp, renderAsking, settle } from "./support.tsx";

/** What the documentation recommends: docs/caching.md, "After a change". */
function Publish({ publish, onStatus }: { publish: () => Promise<void>; onStatus: (status: string) => void }): ReactNode {
  const decisions = useDecisionCache();
  const { status } = useCan({ action: "edit", resource: document1 });
  const about = { kind: "document", id: "1" };
  const { mutate } = useMutation({
    mutationFn: publish,
    onMutate: () => decisions.hide(about),
    onSettled: () => decisions.invalidate(about),
  });
  onStatus(status);
  return (
    <button type="button" onClick={() => mutate()}>
      {status}
    </button>
  );
}

/** A back end that publishes when told to, and a PDP that lets nobody edit what is public. */
function renderPublish() {
  const statuses: string[] = [];
  let isPublic = false;
  const pdp = decidingPdp(() => (isPublic ? "EFFECT_DENY" : "EFFECT_ALLOW"));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <FakeKindeProvider kinde={new FakeKinde().signIn()}>
        <PermissionsProvider pdp={pdp}>
          <Publish publish={() => promise} onStatus={(status) => statuses.push(status)} />
        </PermissionsProvider>
      </FakeKindeProvider>
    </QueryClientProvider>,
  );
  return {
    pdp,
    statuses,
    succeed: () => {
      isPublic = true;
      resolve();
    },
    fail: () => reject(new Error("It cannot be published.")),
  };
}

describe("a mutation", () => {
  it("shows pending while it runs, and then what holds after it", async () => {
    const { pdp, statuses, succeed } = renderPublish();
    await settle();
    statuses.length = 0;
    await after(() => fireEvent.click(screen.getByRole("button")));
    expect(screen.getByText("pending")).toBeDefined();
    expect(pdp.requests).toHaveLength(1);
    await after(succeed);
    expect(screen.getByText("denied")).toBeDefined();
    expect(new Set(statuses)).toEqual(new Set(["pending", "denied"]));
    expect(pdp.requests).toHaveLength(2);
  });

  it("that fails shows what holds, too", async () => {
    const { fail } = renderPublish();
    await settle();
    await after(() => fireEvent.click(screen.getByRole("button")));
    await after(fail);
    expect(screen.getByText("allowed")).toBeDefined();
  });
});

const useBoth = (check: UseCanOptions) => ({ decisions: useDecisionCache(), ...useCan(check) });

describe("the cache of a provider that has its own", () => {
  it("can be reached, by the same functions at each render", async () => {
    const pdp = fakePdp();
    const { results, last } = renderAsking(useBoth, { action: "view", resource: document1 }, { pdp });
    await settle();
    await after(() => last().decisions.invalidate({ kind: "document" }));
    expect(pdp.requests).toHaveLength(2);
    expect(new Set(results.map(({ decisions }) => decisions)).size).toBe(1);
  });
});

describe("promise 11: outside of PermissionsProvider", () => {
  it("throws, and names the hook", () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(() => renderHook(() => useDecisionCache())).toThrow(
      expect.objectContaining({ code: "no_provider", message: expect.stringContaining("useDecisionCache") }),
    );
    vi.mocked(console.error).mockReset();
  });
});
