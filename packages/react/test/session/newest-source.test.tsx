// A source may be another object in each render.
import { PermissionsProvider, tokenSource, type TokenSource, usePermissionsSession } from "@kinde-cerbos/react/source";
import { render, screen } from "@testing-library/react";
import { type ReactNode, startTransition, Suspense, use, useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { after, document1, fakePdp, Probe, settle, tokenOf } from "../support.tsx";

const alice = tokenSource({ getToken: () => tokenOf() });
const bob = tokenSource({ getToken: () => tokenOf({ sub: "bob" }) });
const pdp = fakePdp();
const check = <Probe action="view" resource={document1} onRender={() => undefined} />;

const inline = (): TokenSource => tokenSource({ getToken: async () => tokenOf() });
const page = (source: TokenSource): ReactNode => (
  <PermissionsProvider pdp={pdp} source={source}>
    {check}
  </PermissionsProvider>
);
const Status = (): ReactNode => `status: ${usePermissionsSession().status}`;

describe("another source", () => {
  it("takes the place of the one before", async () => {
    const { rerender } = render(page(alice));
    await settle();
    rerender(page(bob));
    expect(screen.getByText("pending")).toBeDefined();
    await settle();
    expect(screen.getByText("allowed bob in org_a")).toBeDefined();
  });

  it.skipIf(use === undefined)("in a render that React drops leaves the page as it is", async () => {
    const never = new Promise<null>(() => {});
    const Waits = ({ isSuspended }: { isSuspended: boolean }): ReactNode => (isSuspended ? use(never) : null);
    const change = { source: (next: TokenSource): TokenSource => next };
    const Page = (): ReactNode => {
      const [source, setSource] = useState(alice);
      // oxlint-disable-next-line react/immutability -- the test changes it from outside
      change.source = (next) => {
        startTransition(() => setSource(next));
        return next;
      };
      return (
        <Suspense>
          <PermissionsProvider pdp={pdp} source={source}>
            {check}
            <Status />
            <Waits isSuspended={source === bob} />
          </PermissionsProvider>
        </Suspense>
      );
    };
    render(<Page />);
    await settle();
    await after(() => change.source(bob));
    await after(() => window.dispatchEvent(new Event("focus")));
    expect(screen.getByText("allowed alice in org_a")).toBeDefined();
    expect(document.body.textContent).toContain("status: authenticated");
  });

  it("in each render is told of once in development, as it loads anew without end", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { rerender } = render(page(inline()));
    for (let times = 0; times < 30; times += 1) rerender(page(inline()));
    await settle();
    expect(warn.mock.calls).toEqual([[expect.stringContaining("outside of any component")]]);
    warn.mockReset();
  });
});
