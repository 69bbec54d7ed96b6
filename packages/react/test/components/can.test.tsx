/*
 * What the peers' tests cover, in our words, and the test here that does. Where
 * there is none, why it does not apply.
 *
 * CASL's React package (spec/Can.spec, spec/useAbility.spec):
 * - children as a function get the answer, and a reason: "get the result, with the policy's outputs";
 *   the rules' instance they get too does not exist here, useAuthorizer is for those who ask otherwise
 * - no work once it is gone: "nothing once it is gone"
 * - nothing is decided again for the same props: "nothing asked and nothing decided again for equal props"
 * - children when allowed: "its children when allowed"; none when denied: "nothing by default: denied"
 * - none when allowed and negated: "shows its fallback when allowed"
 * - other rules: "the session's rights", "the policy, once the app has the decisions asked anew"
 * - another action, another subject: "another action, and another resource"
 * - negated and back: "to and from not"
 * - rules that are another's by now are not listened to: "nothing for what becomes of the session before"
 * - several children: "several children, and elements for each case"
 * - pass-through with what is denied: "shows its children in any case: denied false"
 * - the hook: gives the same object, renders on a change, subscribes once, unsubscribes: use-authorizer.test.tsx,
 *   and "each component renders twice" and "promise 10" of use-decision.test.tsx
 * - outside of its provider: "promise 11: outside of PermissionsProvider"
 *
 * OPA's React package (tests/authz.test):
 * - a node while loading, and no children: "loading while pending"
 * - children when allowed, without the fallback: "its children when allowed"
 * - any truthy result is allowed: does not apply, as only an ALLOW is; "is false on the effect %s" of use-can.test.tsx
 * - a text as child stays a text: "its children when allowed"
 * - no children when denied, and the fallback where there is one: "its fallback when denied"
 *
 * Backstage's permission plugin (RequirePermission.test):
 * - nothing while loading: "nothing by default: pending"
 * - children when authorized, of a resource too: "its children when allowed", "its action on its resource"
 * - the app's page for what is not found where it is denied: routers.test.tsx, as that is a route's affair
 * - an error page of one's own: "its fallback when denied"
 *
 * OpenFeature's React SDK (test/declarative.spec), with its flags as part of a gate:
 * - children when the flag is on, none when it is off: "compares a flag's value, and not that it is there"
 * - a flag that is not boolean does not match without a value: a type error, see Misuse
 * - a value of several: "text for the same text" of kinde-gate.test.tsx
 * - a predicate of one's own: does not apply, as a policy is the place for it
 * - a fallback, as a node and as a function of the details: "of a %s" and "of `fallback` get the result"
 * - a fallback on an error: "of `fallback` get the schema as a reason, and the failed result without `error`"
 */
import { type Check, createAuthorizer, createSession } from "@kinde-cerbos/core";
import { Can, type CanProps, type CanResult, decisionQuery, ResourceProvider } from "@kinde-cerbos/react";
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
} from "../support.tsx";

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

describe("not", () => {
  const unless = (
    <Can action="edit" resource={document1} not fallback="fallback" loading="loading" error="error">
      children
    </Can>
  );

  it("shows its children when denied", async () => {
    renderApp(unless, { pdp: denyingPdp() });
    await settle();
    expect(shown()).toBe("children");
  });

  it("shows its fallback when allowed", async () => {
    renderApp(unless);
    await settle();
    expect(shown()).toBe("fallback");
  });

  it("never shows its children while pending", async () => {
    const pdp = slowPdp();
    renderApp(unless, { pdp });
    expect(shown()).toBe("loading");
    await settle();
    expect(shown()).toBe("loading");
  });

  it("never shows its children on an error", async () => {
    renderApp(unless, { pdp: failingPdp() });
    await settle();
    expect(shown()).toBe("error");
  });

  it.each([
    ["pending", () => slowPdp()],
    ["an error", failingPdp],
    ["allowed", () => fakePdp()],
  ])("runs no children that are a function or a component: %s", async (_, makePdp) => {
    const children = vi.fn<() => ReactNode>();
    const Secret = vi.fn<() => ReactNode>();
    renderApp(
      <>
        <Can action="edit" resource={document1} not>
          {children}
        </Can>
        <Can action="edit" resource={document1} not>
          <Secret />
        </Can>
      </>,
      { pdp: makePdp() },
    );
    await settle();
    expect(children).not.toHaveBeenCalled();
    expect(Secret).not.toHaveBeenCalled();
  });

  it("never shows its children before Kinde has said who the user is, nor where that fails", async () => {
    for (const kinde of [new FakeKinde().signIn().update({ isLoading: true }), new FakeKinde().signIn("not a token")]) {
      const { unmount } = renderApp(unless, { kinde });
      await settle();
      expect(shown()).not.toContain("children");
      unmount();
    }
  });

  it("gives its function the reason, and its fallback the allowed result", async () => {
    const both = (
      <Can action="edit" resource={document1} not fallback={({ decision }) => `outputs: ${decision?.outputs.length}`}>
        {({ reason, allowed }) => `${reason} ${allowed}`}
      </Can>
    );
    const { unmount } = renderApp(both, { pdp: denyingPdp() });
    await settle();
    expect(shown()).toBe("policy false");
    unmount();
    renderApp(both);
    await settle();
    expect(shown()).toBe("outputs: 1");
  });

  it("shows its children where the gate is closed", async () => {
    renderApp(
      <Can action="edit" resource={document1} not permission="write:docs">
        {({ reason }) => reason}
      </Can>,
    );
    await settle();
    expect(shown()).toBe("permission");
  });
});

/** Actions by what becomes of them: the empty one is none, and what is not in the cache waits. */
const ACTIONS = { allowed: "view", denied: "delete", error: "", pending: "share" };
type Status = keyof typeof ACTIONS;

/** A cache in which alice may view and not delete, and a PDP that does not answer. */
async function knownAnswers() {
  const queryClient = new QueryClient();
  const pdp = slowPdp();
  const authorizer = createAuthorizer({ pdp, session: await createSession(tokenOf()) });
  for (const [action, allowed] of [
    [ACTIONS.allowed, true],
    [ACTIONS.denied, false],
  ] as const) {
    const check: Check = { action, resource: document1 };
    const decision = { ...check, resource: document1, allowed, outputs: [], validationErrors: [], callId: "" };
    queryClient.setQueryData(decisionQuery(authorizer, check).queryKey, decision);
  }
  return { queryClient, pdp };
}

describe("several actions", () => {
  // Each mix of statuses, and which of them decides with `all` and with `any`.
  it.each<[Status[], all: Status, any: Status]>([
    [["allowed"], "allowed", "allowed"],
    [["denied"], "denied", "denied"],
    [["pending"], "pending", "pending"],
    [["error"], "error", "error"],
    [["allowed", "denied"], "denied", "allowed"],
    [["allowed", "pending"], "pending", "allowed"],
    [["allowed", "error"], "error", "allowed"],
    [["denied", "pending"], "denied", "pending"],
    [["denied", "error"], "denied", "error"],
    [["pending", "error"], "error", "pending"],
    [["allowed", "denied", "pending"], "denied", "allowed"],
    [["allowed", "denied", "error"], "denied", "allowed"],
    [["allowed", "pending", "error"], "error", "allowed"],
    [["denied", "pending", "error"], "denied", "pending"],
    [["allowed", "denied", "pending", "error"], "denied", "allowed"],
  ])("%j: all is %s, any is %s", async (statuses, all, any) => {
    const app = await knownAnswers();
    for (const order of [statuses, statuses.toReversed()]) {
      const actions = order.map((status) => ACTIONS[status]);
      for (const [mode, expected] of [
        ["all", all],
        ["any", any],
      ] as const) {
        const shows = { allowed: "children", denied: "fallback", pending: "loading", error: "error" };
        const { unmount } = renderApp(
          <Can actions={actions} mode={mode} resource={document1} fallback="fallback" loading="loading" error="error">
            children
          </Can>,
          app,
        );
        await settle();
        expect([mode, shown()]).toEqual([mode, shows[expected]]);
        unmount();
        const negated = renderApp(
          <Can
            actions={actions}
            mode={mode}
            resource={document1}
            not
            fallback="fallback"
            loading="loading"
            error="error"
          >
            children
          </Can>,
          app,
        );
        await settle();
        const unless = { ...shows, allowed: "fallback", denied: "children" };
        expect([mode, shown()]).toEqual([mode, unless[expected]]);
        negated.unmount();
      }
    }
  });

  it("must all be allowed by default, and are one entry of one request", async () => {
    const pdp = decidingPdp((action) => (action === "delete" ? "EFFECT_DENY" : "EFFECT_ALLOW"));
    renderApp(
      <Can
        actions={["view", "edit", "delete"]}
        resource={document1}
        fallback={(result) => `not ${result.decision?.action}`}
      >
        children
      </Can>,
      { pdp },
    );
    await settle();
    expect(shown()).toBe("not delete");
    expect(pdp.requests.map(({ body }) => body.resources.map(({ actions }) => actions))).toEqual([
      [["view", "edit", "delete"]],
    ]);
  });

  it("of which any is allowed give the result of that one", async () => {
    const pdp = decidingPdp((action) => (action === "edit" ? "EFFECT_ALLOW" : "EFFECT_DENY"));
    renderApp(
      <Can actions={["view", "edit"]} mode="any" resource={document1}>
        {({ decision }) => decision.action}
      </Can>,
      { pdp },
    );
    await settle();
    expect(shown()).toBe("edit");
  });

  it.each(["all", "any"] as const)("that are none allow nothing, and deny nothing: mode %s", async (mode) => {
    const pdp = fakePdp();
    renderApp(
      <>
        <Can actions={[]} mode={mode} resource={document1} error={({ message }) => message}>
          children
        </Can>
        <Can actions={[]} mode={mode} resource={document1} not error=" and ">
          children
        </Can>
      </>,
      { pdp },
    );
    await settle();
    expect(shown()).toMatch(/^<Can> has no actions.* and $/);
    expect(pdp.requests).toEqual([]);
  });

  it("may be there twice, and have a name that objects have", async () => {
    const pdp = decidingPdp((action) => (action === "__proto__" ? "EFFECT_DENY" : "EFFECT_ALLOW"));
    renderApp(
      <Can actions={["view", "view", "__proto__"]} resource={document1} fallback="fallback">
        children
      </Can>,
      { pdp },
    );
    await settle();
    expect(shown()).toBe("fallback");
  });
});

describe("passThrough", () => {
  const through = (
    <Can action="edit" resource={document1} passThrough>
      {({ status, allowed }) => `${status} ${allowed}`}
    </Can>
  );

  it.each([
    ["allowed true", () => fakePdp()],
    ["denied false", denyingPdp],
    ["error false", failingPdp],
    ["pending false", () => slowPdp()],
  ])("shows its children in any case: %s", async (expected, makePdp) => {
    renderApp(through, { pdp: makePdp() });
    await settle();
    expect(shown()).toBe(expected);
  });

  it("gives its children a way to ask again", async () => {
    let isDown = true;
    const pdp = fakePdp((body) => (isDown ? Promise.reject(UNAVAILABLE) : answerTo(body)));
    renderApp(
      <Can action="edit" resource={document1} passThrough>
        {({ status, refetch }) => (
          <button type="button" onClick={() => void refetch()}>
            {status}
          </button>
        )}
      </Can>,
      { pdp },
    );
    await settle();
    isDown = false;
    await after(() => fireEvent.click(screen.getByText("error")));
    expect(shown()).toBe("allowed");
  });
});

/** A user with a value of the flag `editor`. */
const withEditor = (v: unknown) => new FakeKinde().signIn(tokenOf({ feature_flags: { editor: { t: "s", v } } }));

describe("a gate", () => {
  const pro = (
    <Can
      action="edit"
      resource={document1}
      entitlement="pro"
      fallback={({ reason }) => (reason === "entitlement" ? "Upgrade to Pro" : "Ask an admin")}
    >
      children
    </Can>
  );
  const withPro = { principal: { enrich: async () => ({ entitlements: { pro: 1 } }) } };

  it("that is closed tells its fallback why, and asks nothing", async () => {
    const pdp = fakePdp();
    renderApp(pro, { pdp });
    await settle();
    expect(shown()).toBe("Upgrade to Pro");
    expect(pdp.requests).toEqual([]);
  });

  it("that is open leaves it to the PDP", async () => {
    const { unmount } = renderApp(pro, withPro);
    await settle();
    expect(shown()).toBe("children");
    unmount();
    renderApp(pro, { ...withPro, pdp: denyingPdp() });
    await settle();
    expect(shown()).toBe("Ask an admin");
  });

  it.each([
    ["permission", { permission: "write:docs" }],
    ["flag", { flag: { key: "editor", value: true } }],
  ])("of a %s", async (reason, gate) => {
    renderApp(can({ ...gate, fallback: (result) => result.reason }));
    await settle();
    expect(shown()).toBe(reason);
  });

  it("compares a flag's value, and not that it is there", async () => {
    const flag = { key: "editor", value: true };
    const { unmount } = renderApp(can({ flag }), { kinde: withEditor("false") });
    await settle();
    expect(shown()).toBe("fallback");
    unmount();
    renderApp(can({ flag }), { kinde: withEditor(true) });
    await settle();
    expect(shown()).toBe("children");
  });

  it("that is not loaded is closed", async () => {
    const pdp = fakePdp();
    // @ts-expect-error -- a permission that is not loaded
    renderApp(can({ permission: undefined }), { pdp });
    await settle();
    expect(shown()).toBe("fallback");
    expect(pdp.requests).toEqual([]);
  });
});

describe("the resource of a ResourceProvider", () => {
  it("is that of all below it that name none", async () => {
    const pdp = fakePdp();
    renderApp(
      <ResourceProvider resource={document1}>
        <Can action="edit">Edit</Can>
        <Can action="view" resource={{ ...document1, id: "2" }}>
          View
        </Can>
      </ResourceProvider>,
      { pdp },
    );
    await settle();
    expect(shown()).toBe("EditView");
    expect(pdp.requests.map(({ body }) => body.resources.map(({ resource }) => resource.id))).toEqual([["1", "2"]]);
  });

  it("is not that of one whose own is not loaded", async () => {
    const pdp = fakePdp();
    renderApp(
      // @ts-expect-error -- a resource that is not loaded
      <ResourceProvider resource={document1}>{can({ resource: undefined })}</ResourceProvider>,
      { pdp },
    );
    await settle();
    expect(shown()).toBe("error");
    expect(pdp.requests).toEqual([]);
  });
});

const why = ({ reason, error }: CanResult): ReactNode => reason ?? error?.name;

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

  it("of `fallback` get the result, with the reason and the policy's outputs", async () => {
    renderApp(can({ fallback: (result) => `${result.reason} for ${decidedFor(result)}` }), { pdp: denyingPdp() });
    await settle();
    expect(shown()).toBe("policy for alice in org_a");
  });

  it("of `fallback` get the schema as a reason, and the failed result without `error`", async () => {
    const schemaPdp = fakePdp(({ resources: [entry] }) => ({
      results: [
        {
          resource: entry?.resource,
          actions: { edit: "EFFECT_DENY" },
          validationErrors: [{ path: "/status", message: "missing", source: "SOURCE_RESOURCE" }],
        },
      ],
    }));
    const { unmount } = renderApp(can({ fallback: why }), { pdp: schemaPdp, onWarning: vi.fn<() => void>() });
    await settle();
    expect(shown()).toBe("schema");
    unmount();
    renderApp(
      <Can action="edit" resource={document1} fallback={why}>
        children
      </Can>,
      { pdp: failingPdp() },
    );
    await settle();
    expect(shown()).toBe("AuthzError");
  });

  it("of `loading` get the pending result", async () => {
    renderApp(can({ loading: ({ status, isPending }) => `${status} ${isPending}` }), { pdp: slowPdp() });
    await settle();
    expect(shown()).toBe("pending true");
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

function Negated(): ReactNode {
  const [isNot, setNot] = useState(true);
  return (
    <>
      <button type="button" aria-label="not" onClick={() => setNot(!isNot)} />
      <Can action="edit" resource={document1} not={isNot}>
        children
      </Can>
    </>
  );
}

describe("what changes while Can is there", () => {
  it("another action, and another resource", async () => {
    const pdp = decidingPdp((action, { id }) => (action === "edit" && id === "1" ? "EFFECT_ALLOW" : "EFFECT_DENY"));
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

  it("to and from not", async () => {
    const pdp = fakePdp();
    renderApp(<Negated />, { pdp });
    await settle();
    expect(shown()).toBe("");
    fireEvent.click(screen.getByRole("button"));
    expect(shown()).toBe("children");
    fireEvent.click(screen.getByRole("button"));
    expect(shown()).toBe("");
    expect(pdp.requests).toHaveLength(1);
  });

  it("nothing asked and nothing decided again for equal props", async () => {
    const pdp = fakePdp();
    renderApp(<Counter />, { pdp });
    await settle();
    fireEvent.click(screen.getByRole("button"));
    fireEvent.click(screen.getByRole("button"));
    await settle();
    expect(pdp.requests).toHaveLength(1);
  });

  it("nothing once it is gone", async () => {
    const queryClient = new QueryClient();
    const pdp = fakePdp();
    const { unmount } = renderApp(can(), { pdp, queryClient });
    await settle();
    unmount();
    await after(() => queryClient.invalidateQueries());
    expect(pdp.requests).toHaveLength(1);
  });

  it("nothing for what becomes of the session before", async () => {
    const kinde = new FakeKinde().signIn();
    const pdp = slowPdp();
    renderApp(can(), { kinde, pdp });
    await settle();
    await after(() => kinde.signIn(tokenOf({ org_code: "org_b" })));
    pdp.requests.splice(0);
    await after(pdp.answer);
    expect(shown()).toBe("children");
    expect(pdp.requests).toEqual([]);
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
      {/* @ts-expect-error -- a flag has a value: that it is there says nothing */}
      <Can action="edit" resource={document1} flag={{ key: "editor" }}>
        children
      </Can>
      {/* @ts-expect-error -- passThrough shows its children while pending, too */}
      <Can action="edit" resource={document1} passThrough loading="loading">
        {({ status }) => status}
      </Can>
      {/* @ts-expect-error -- and on an error */}
      <Can action="edit" resource={document1} passThrough error="error">
        {({ status }) => status}
      </Can>
      {/* @ts-expect-error -- neither an action nor actions */}
      <Can mode="any" resource={document1}>
        children
      </Can>
      {/* @ts-expect-error -- a resource that is not loaded */}
      <Can action="edit" resource={undefined}>
        children
      </Can>
      <Can action="edit" resource={document1} not>
        {/* @ts-expect-error -- what was denied may have no decision: Kinde's word was enough */}
        {({ decision }) => decision.callId}
      </Can>
      <Can
        action="edit"
        resource={document1}
        not
        // @ts-expect-error -- the fallback of not is for what is allowed, which has no reason
        fallback={({ reason }) => reason.length}
      >
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
