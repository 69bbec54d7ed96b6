import { type CanResult, ResourceProvider, useCan, useCanActions, useSuspenseCan } from "@kinde-cerbos/react";
import { recordedChecks, renderWithPermissions } from "@kinde-cerbos/testing";
import { fireEvent, screen } from "@testing-library/react";
import { memo, type ReactNode, Suspense, useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { askedOf, decidingPdp, document1, fakePdp, renderApp, settle } from "../support.tsx";

const Edit = memo(function Edit({ onRender }: { onRender?: (result: CanResult) => void }): ReactNode {
  const result = useCan({ action: "edit" });
  onRender?.(result);
  return <p>{result.status}</p>;
});

function Named(): ReactNode {
  return useCan({ action: "view", resource: { kind: "document", id: "3" } }).status;
}

function Actions(): ReactNode {
  const { allowed } = useCanActions({ actions: ["view", "edit"] });
  return <p>{`${allowed.view} ${allowed.edit}`}</p>;
}

const ALLOWED = { can: { document: true } };

function Suspending(): ReactNode {
  return <p>{useSuspenseCan({ action: "edit" }).status}</p>;
}

/** Another resource at each click, or an equal one written inline. */
function Documents({ of, children }: { of: readonly { readonly status: string }[]; children: ReactNode }): ReactNode {
  const [at, setAt] = useState(0);
  return (
    <>
      <button type="button" aria-label="next" onClick={() => setAt(at + 1)} />
      <ResourceProvider resource={{ kind: "document", id: "1", attr: { ...of[at] } }}>{children}</ResourceProvider>
    </>
  );
}

describe("a provider of a resource", () => {
  it("gives it to all that ask below it", async () => {
    const pdp = fakePdp();
    renderApp(
      <ResourceProvider resource={document1}>
        <Edit />
        <Actions />
      </ResourceProvider>,
      { pdp },
    );
    await settle();
    expect(screen.getAllByText(/./).map(({ textContent }) => textContent)).toEqual(["allowed", "true true"]);
    expect(askedOf(pdp)).toEqual([["1: edit view"]]);
  });

  it("gives it to what suspends, too", async () => {
    renderWithPermissions(
      <ResourceProvider resource={document1}>
        <Suspense fallback="loading">
          <Suspending />
        </Suspense>
      </ResourceProvider>,
      { can: () => Promise.resolve(true) },
    );
    expect(screen.getByText("loading")).toBeDefined();
    expect(await screen.findByText("allowed")).toBeDefined();
  });

  it("may name a kind alone", () => {
    renderWithPermissions(
      <ResourceProvider resource="document">
        <Edit />
      </ResourceProvider>,
      ALLOWED,
    );
    expect(recordedChecks()).toMatchObject([{ kind: "document", id: "new", action: "edit" }]);
  });

  it("gives way to one that is nearer, and to one that is named", () => {
    renderWithPermissions(
      <ResourceProvider resource={document1}>
        <ResourceProvider resource={{ kind: "document", id: "2" }}>
          <Edit />
          <Named />
        </ResourceProvider>
      </ResourceProvider>,
      ALLOWED,
    );
    expect(recordedChecks().map(({ id, action }) => `${id}: ${action}`)).toEqual(["2: edit", "3: view"]);
  });
});

describe("a resource that changes", () => {
  it("is the same while it is equal: nothing below renders, and nothing is asked", async () => {
    const pdp = fakePdp();
    const onRender = vi.fn<(result: CanResult) => void>();
    renderApp(
      <Documents of={[{ status: "draft" }, { status: "draft" }]}>
        <Edit onRender={onRender} />
      </Documents>,
      { pdp },
    );
    await settle();
    onRender.mockClear();
    fireEvent.click(screen.getByRole("button"));
    await settle();
    expect(onRender).not.toHaveBeenCalled();
    expect(pdp.requests).toHaveLength(1);
  });

  it("is asked anew with other attributes: pending, and never the old answer", async () => {
    const pdp = decidingPdp((_, { attr }) => (attr["status"] === "draft" ? "EFFECT_ALLOW" : "EFFECT_DENY"));
    const statuses: string[] = [];
    const keep = ({ status }: CanResult): void => void statuses.push(status);
    renderApp(
      <Documents of={[{ status: "draft" }, { status: "public" }]}>
        <Edit onRender={keep} />
      </Documents>,
      { pdp },
    );
    await settle();
    statuses.length = 0;
    fireEvent.click(screen.getByRole("button"));
    await settle();
    expect(statuses).toEqual(["pending", "denied"]);
  });
});

describe("a resource that is not loaded", () => {
  it.each([
    ["undefined", undefined],
    ["null", null],
    ["without an id", { kind: "document", id: "" }],
  ])("in a provider, %s: an error, and never that of the provider around it", (_, resource) => {
    renderWithPermissions(
      <ResourceProvider resource={document1}>
        {/* @ts-expect-error -- a resource that is not loaded */}
        <ResourceProvider resource={resource}>
          <Edit />
        </ResourceProvider>
      </ResourceProvider>,
      ALLOWED,
    );
    expect(screen.getByText("error")).toBeDefined();
    expect(recordedChecks()).toEqual([]);
  });

  it.each([undefined, null])("in a hook, %s: an error, and never that of a provider", (resource) => {
    const Unloaded = (): ReactNode => {
      // @ts-expect-error -- a resource that is not loaded
      const { status, allowed } = useCan({ action: "edit", resource });
      return <p>{`${status} ${allowed}`}</p>;
    };
    renderWithPermissions(
      <ResourceProvider resource={document1}>
        <Unloaded />
      </ResourceProvider>,
      ALLOWED,
    );
    expect(screen.getByText("error false")).toBeDefined();
    expect(recordedChecks()).toEqual([]);
  });
});

describe("no resource at all", () => {
  it("throws, and says both remedies", () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(() => renderWithPermissions(<Edit />)).toThrow(
      expect.objectContaining({
        code: "no_provider",
        message: expect.stringMatching(/^useCan has no resource.*<ResourceProvider resource=/),
      }),
    );
    vi.mocked(console.error).mockReset();
  });
});
