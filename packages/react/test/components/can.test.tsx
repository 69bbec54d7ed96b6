/*
 * What the peers' tests cover, in our words, and the test of can*.test.tsx that does.
 * Where there is none, why it does not apply.
 *
 * CASL's React package (spec/Can.spec, spec/useAbility.spec):
 * - children as a function get the answer, and a reason: "get the result, with the policy's outputs";
 *   the rules' instance they get too does not exist here, useAuthorizer is for those who ask otherwise
 * - no work once it is gone: "nothing once it is gone"
 * - nothing is decided again for the same props: "nothing asked and nothing decided again for equal props"
 * - children when allowed: "its children when allowed"; none when denied: "nothing by default: denied"
 * - none when allowed and negated: "shownOnceSettled its fallback when allowed"
 * - other rules: "the session's rights", "the policy, once the app has the decisions asked anew"
 * - another action, another subject: "another action, and another resource"
 * - negated and back: "to and from not"
 * - rules that are another's by now are not listened to: "nothing for what becomes of the session before"
 * - several children: "several children, and elements for each case"
 * - pass-through with what is denied: "shownOnceSettled its children in any case: denied false"
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
import { Can } from "@kinde-cerbos/react";
import { type CheckRequest, recordedChecks, renderWithPermissions } from "@kinde-cerbos/testing";
import { render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { document1, settle } from "../support.tsx";
import { ALLOWED, can, DENIED, FAILED, PENDING, shown, shownOnceSettled, status } from "./can-cases.tsx";

describe("what Can shows", () => {
  it("its children when allowed", () => {
    renderWithPermissions(can(), ALLOWED);
    expect(shown()).toBe("children");
  });

  it("its fallback when denied", () => {
    renderWithPermissions(can(), DENIED);
    expect(shown()).toBe("fallback");
  });

  it("loading while pending", async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    renderWithPermissions(can(), { can: () => promise });
    expect(shown()).toBe("loading");
    await settle();
    expect(shown()).toBe("loading");
    resolve(true);
    expect(await shownOnceSettled()).toBe("children");
  });

  it("error on an error", async () => {
    renderWithPermissions(can(), FAILED);
    expect(await shownOnceSettled()).toBe("error");
  });

  it("its fallback on an error without `error`", async () => {
    renderWithPermissions(
      <Can action="edit" resource={document1} fallback="fallback">
        children
      </Can>,
      FAILED,
    );
    expect(await shownOnceSettled()).toBe("fallback");
  });

  it("nothing on an error where `error` is null", async () => {
    renderWithPermissions(can({ error: null }), FAILED);
    expect(await shownOnceSettled()).toBe("");
  });

  it.each([
    ["pending", PENDING],
    ["denied", DENIED],
    ["error", FAILED],
  ])("nothing by default: %s", async (expected, permissions) => {
    renderWithPermissions(
      <>
        {status}
        <Can action="edit" resource={document1}>
          children
        </Can>
      </>,
      permissions,
    );
    expect(await shownOnceSettled()).toBe(expected);
  });

  it("several children, and elements for each case", () => {
    renderWithPermissions(
      <Can action="edit" resource={document1} fallback={<p>fallback</p>}>
        <button type="button">Edit</button>
        <button type="button">Delete</button>
      </Can>,
      ALLOWED,
    );
    expect(screen.getAllByRole("button").map(({ textContent }) => textContent)).toEqual(["Edit", "Delete"]);
  });

  it("nothing where its children are empty", () => {
    renderWithPermissions(can({ children: false }), ALLOWED);
    expect(shown()).toBe("");
  });

  it("an error for a check that cannot be asked, and throws nothing", () => {
    renderWithPermissions(can({ resource: { kind: "document", id: "" }, error: ({ message }) => message }), ALLOWED);
    expect(shown()).toContain("has no resource.id");
  });

  it.each([false, true])("its fallback for nobody, who is denied: anonymous %s", (anonymous) => {
    const rule = { can: ({ principal }: CheckRequest) => !principal.roles.includes("anonymous") };
    renderWithPermissions(can(), { ...rule, user: null, anonymous });
    expect(shown()).toBe("fallback");
  });
});

describe("what Can asks", () => {
  it("its action on its resource", () => {
    renderWithPermissions(can({ resource: { ...document1, attr: { status: "draft" } } }), ALLOWED);
    expect(recordedChecks()).toEqual([
      {
        kind: "document",
        id: "1",
        action: "edit",
        attr: { status: "draft" },
        userId: "kp_test",
        answer: "allowed",
      },
    ]);
  });

  it("of a resource by its kind alone", () => {
    renderWithPermissions(can({ action: "create", resource: "document" }), ALLOWED);
    expect(recordedChecks()).toHaveChecked({ kind: "document", id: "new", action: "create" });
  });
});

describe("promise 11: outside of PermissionsProvider", () => {
  it("throws what useCan throws", () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(() => render(can())).toThrow(expect.objectContaining({ code: "no_provider" }));
    vi.mocked(console.error).mockReset();
  });
});
