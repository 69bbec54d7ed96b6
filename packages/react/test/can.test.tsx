import { Can, type CanProps } from "@kinde-cerbos/react";
import { QueryClient } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import { type ReactNode, useState } from "react";
import { describe, expect, it, vi } from "vitest";

import {
  after,
  answerTo,
  decidedFor,
  decidingPdp,
  document1,
  FakeKinde,
  fakePdp,
  renderApp,
  settle,
  slowPdp,
  tokenOf,
  UNAVAILABLE,
} from "./support.tsx";

const failingPdp = () => fakePdp(() => Promise.reject(UNAVAILABLE));
const denyingPdp = () => decidingPdp(() => "EFFECT_DENY");

/** What is on the screen. */
const shown = (): string | null => document.body.textContent;

/** A Can with something to show for each case, so that a test sees which one it is. */
function can(props: Partial<Extract<CanProps, { action: string; not?: false; passThrough?: never }>> = {}): ReactNode {
  return (
    <Can action="edit" resource={document1} fallback="fallback" loading="loading" error="error" {...props}>
      {props.children ?? "children"}
    </Can>
  );
}

describe("what Can shows", () => {
  it("its children when allowed", async () => {
    renderApp(can());
    await settle();
    expect(shown()).toBe("children");
  });

  it("its fallback when denied", async () => {
    renderApp(can(), { pdp: denyingPdp() });
    await settle();
    expect(shown()).toBe("fallback");
  });

  it("loading while pending", async () => {
    const pdp = slowPdp();
    renderApp(can(), { pdp });
    expect(shown()).toBe("loading");
    await settle();
    expect(shown()).toBe("loading");
    await after(pdp.answer);
    expect(shown()).toBe("children");
  });

  it("error on an error", async () => {
    renderApp(can(), { pdp: failingPdp() });
    await settle();
    expect(shown()).toBe("error");
  });

  it("its fallback on an error without `error`", async () => {
    renderApp(
      <Can action="edit" resource={document1} fallback="fallback">
        children
      </Can>,
      { pdp: failingPdp() },
    );
    await settle();
    expect(shown()).toBe("fallback");
  });

  it("nothing on an error where `error` is null", async () => {
    renderApp(can({ error: null }), { pdp: failingPdp() });
    await settle();
    expect(shown()).toBe("");
  });

  it.each([
    ["pending", () => slowPdp()],
    ["denied", denyingPdp],
    ["an error", failingPdp],
  ])("nothing by default: %s", async (_, makePdp) => {
    renderApp(
      <Can action="edit" resource={document1}>
        children
      </Can>,
      { pdp: makePdp() },
    );
    await settle();
    expect(shown()).toBe("");
  });

  it("several children, and elements for each case", async () => {
    renderApp(
      <Can action="edit" resource={document1} fallback={<p>fallback</p>}>
        <button type="button">Edit</button>
        <button type="button">Delete</button>
      </Can>,
    );
    await settle();
    expect(screen.getAllByRole("button").map(({ textContent }) => textContent)).toEqual(["Edit", "Delete"]);
  });

  it("nothing where its children are empty", async () => {
    renderApp(can({ children: false }));
    await settle();
    expect(shown()).toBe("");
  });

  it("an error for a check that cannot be asked, and throws nothing", async () => {
    renderApp(can({ resource: { kind: "document", id: "" }, error: ({ message }) => message }));
    await settle();
    expect(shown()).toContain("has no resource.id");
  });

  it("its fallback for an anonymous user that is denied", async () => {
    const pdp = decidingPdp((_, __, { principal }) =>
      principal.roles.includes("anonymous") ? "EFFECT_DENY" : "EFFECT_ALLOW",
    );
    renderApp(can(), { kinde: new FakeKinde(), pdp });
    await settle();
    expect(shown()).toBe("fallback");
  });
});

describe("functions as children", () => {
  it("get the result, with the policy's outputs", async () => {
    renderApp(can({ children: (result) => `${result.allowed} for ${decidedFor(result)}` }));
    await settle();
    expect(shown()).toBe("true for alice in org_a");
  });

  it("run when allowed, and in no other case", async () => {
    const children = vi.fn<() => ReactNode>();
    for (const pdp of [slowPdp(), denyingPdp(), failingPdp()]) {
      renderApp(can({ children }), { pdp });
      await settle();
    }
    expect(children).not.toHaveBeenCalled();
  });

  it("children of a denied Can are never rendered", async () => {
    const Secret = vi.fn<() => ReactNode>(() => "secret");
    renderApp(can({ children: <Secret /> }), { pdp: denyingPdp() });
    await settle();
    expect(Secret).not.toHaveBeenCalled();
  });

  it("of `error` get the error", async () => {
    renderApp(can({ error: (error) => ("code" in error ? String(error.code) : "none") }), {
      pdp: failingPdp(),
    });
    await settle();
    expect(shown()).toBe("pdp_unavailable");
  });
});

describe("what Can asks", () => {
  it("its action on its resource", async () => {
    const pdp = fakePdp();
    renderApp(can({ resource: { ...document1, attr: { status: "draft" } } }), { pdp });
    await settle();
    expect(pdp.requests[0]?.body.resources).toEqual([
      { resource: { kind: "document", id: "1", attr: { status: "draft" } }, actions: ["edit"] },
    ]);
  });

  it("of a resource by its kind alone", async () => {
    const pdp = fakePdp();
    renderApp(can({ action: "create", resource: "document" }), { pdp });
    await settle();
    expect(pdp.requests[0]?.body.resources[0]?.resource.id).toBe("new");
  });

  it("once, for all that ask the same", async () => {
    const pdp = fakePdp();
    renderApp(
      <>
        {can()}
        {can()}
      </>,
      { pdp },
    );
    await settle();
    expect(pdp.requests).toHaveLength(1);
    expect(shown()).toBe("childrenchildren");
  });
});

function Editor(): ReactNode {
  const [check, setCheck] = useState({ action: "edit", resource: document1 });
  return (
    <>
      <button type="button" aria-label="delete" onClick={() => setCheck({ ...check, action: "delete" })} />
      <button
        type="button"
        aria-label="other"
        onClick={() => setCheck({ action: "edit", resource: { ...document1, id: "2" } })}
      />
      {can(check)}
    </>
  );
}

function Counter(): ReactNode {
  const [count, setCount] = useState(0);
  return (
    <>
      <button type="button" aria-label="count" onClick={() => setCount(count + 1)} />
      {can({ children: `count ${count}` })}
    </>
  );
}

describe("what changes while Can is there", () => {
  it("another action, and another resource", async () => {
    const pdp = decidingPdp((action, { id }) =>
      action === "edit" && id === "1" ? "EFFECT_ALLOW" : "EFFECT_DENY",
    );
    renderApp(<Editor />, { pdp });
    await settle();
    expect(shown()).toBe("children");
    fireEvent.click(screen.getByLabelText("delete"));
    expect(shown()).toBe("loading");
    await settle();
    expect(shown()).toBe("fallback");
    fireEvent.click(screen.getByLabelText("other"));
    await settle();
    expect(shown()).toBe("fallback");
  });

  it("its children", async () => {
    renderApp(<Counter />);
    await settle();
    fireEvent.click(screen.getByRole("button"));
    expect(shown()).toBe("count 1");
  });

  it("the session's rights", async () => {
    const kinde = new FakeKinde().signIn();
    const pdp = decidingPdp((_, __, { principal }) =>
      JSON.stringify(principal.attr["permissions"]).includes("edit") ? "EFFECT_ALLOW" : "EFFECT_DENY",
    );
    renderApp(can(), { kinde, pdp });
    await settle();
    expect(shown()).toBe("fallback");
    await after(() => kinde.signIn(tokenOf({ permissions: ["edit"] })));
    expect(shown()).toBe("children");
  });

  it("the policy, once the app has the decisions asked anew", async () => {
    let effect: "EFFECT_ALLOW" | "EFFECT_DENY" = "EFFECT_ALLOW";
    const queryClient = new QueryClient();
    const pdp = fakePdp((body) => answerTo(body, () => effect));
    renderApp(can(), { pdp, queryClient });
    await settle();
    expect(shown()).toBe("children");
    effect = "EFFECT_DENY";
    await after(() => queryClient.invalidateQueries());
    expect(shown()).toBe("fallback");
  });
});

describe("promise 11: outside of PermissionsProvider", () => {
  it("throws what useCan throws", () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(() => render(can())).toThrow(expect.objectContaining({ code: "no_provider" }));
    vi.mocked(console.error).mockReset();
  });
});

/** Compiled, never rendered. */
function Misuse(): ReactNode {
  return (
    <>
      {/* @ts-expect-error -- action is missing */}
      <Can resource={document1}>children</Can>
      {/* @ts-expect-error -- both one action and several */}
      <Can action="edit" actions={["view"]} resource={document1}>
        children
      </Can>
      {/* @ts-expect-error -- mode is of several actions */}
      <Can action="edit" mode="any" resource={document1}>
        children
      </Can>
      {/* @ts-expect-error -- mode is one of two words */}
      <Can actions={["edit"]} mode="some" resource={document1}>
        children
      </Can>
      {/* @ts-expect-error -- passThrough has children in any case: there is nothing to fall back to */}
      <Can action="edit" resource={document1} passThrough fallback="fallback">
        {({ status }) => status}
      </Can>
      {/* @ts-expect-error -- passThrough is of no use to children that do not look at the result */}
      <Can action="edit" resource={document1} passThrough>
        children
      </Can>
      {/* @ts-expect-error -- passThrough and not exclude each other */}
      <Can action="edit" resource={document1} passThrough not>
        {({ status }) => status}
      </Can>
      {/* @ts-expect-error -- a permission that is not loaded */}
      <Can action="edit" resource={document1} permission={undefined}>
        children
      </Can>
      {/* @ts-expect-error -- children are missing */}
      <Can action="edit" resource={document1} />
      <Can action="edit" resource={document1}>
        {/* @ts-expect-error -- an allowed result was denied for no reason */}
        {({ reason }) => reason.length}
      </Can>
    </>
  );
}

describe("types", () => {
  it("refuse what is no check, or has nothing to show", () => {
    expect(Misuse).toBeTypeOf("function");
  });
});
