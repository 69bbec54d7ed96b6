// Activity came with React 19.2: these are not run on React 18.
import { PermissionsProvider, useCan } from "@kinde-cerbos/react";
import { render, screen } from "@testing-library/react";
import { Activity, type ReactNode } from "react";
import { describe, expect, it } from "vitest";

import {
  after,
  decidedFor,
  document1,
  FakeKinde,
  FakeKindeProvider,
  fakePdp,
  settle,
  tokenOf,
} from "./support.tsx";

function Status({ id = "1" }: { id?: string }): ReactNode {
  const result = useCan({ action: "view", resource: { ...document1, id } });
  return <p>{`${result.status} for ${String(decidedFor(result))}`}</p>;
}

function HideableApp({
  kinde,
  mode,
  id,
}: {
  kinde: FakeKinde;
  mode: "hidden" | "visible";
  id: string;
}): ReactNode {
  return (
    <Activity mode={mode}>
      <FakeKindeProvider kinde={kinde}>
        <PermissionsProvider pdp={fakePdp()}>
          <Status id={id} />
        </PermissionsProvider>
      </FakeKindeProvider>
    </Activity>
  );
}

describe("an app that is hidden and shown again", () => {
  it("asks on", async () => {
    const kinde = new FakeKinde().signIn();
    const { rerender } = render(<HideableApp kinde={kinde} mode="visible" id="1" />);
    await settle();
    rerender(<HideableApp kinde={kinde} mode="hidden" id="1" />);
    await settle();
    rerender(<HideableApp kinde={kinde} mode="visible" id="2" />);
    await settle();
    expect(screen.getByText("allowed for alice in org_a")).toBeDefined();
  });

  it("knows of the user that came in between", async () => {
    const kinde = new FakeKinde().signIn();
    const { rerender } = render(<HideableApp kinde={kinde} mode="visible" id="1" />);
    await settle();
    rerender(<HideableApp kinde={kinde} mode="hidden" id="1" />);
    await after(() => kinde.signIn(tokenOf({ sub: "bob" })));
    rerender(<HideableApp kinde={kinde} mode="visible" id="1" />);
    await settle();
    expect(screen.getByText("allowed for bob in org_a")).toBeDefined();
  });
});
