import { AuthzError } from "@kinde-cerbos/core";
import {
  Can,
  decisionFilters,
  useCan,
  useCanActions,
  useCanCallback,
  useCanList,
  useOrganizations,
  usePermissionsSession,
  usePlan,
  useSuspenseCan,
  useSwitchOrg,
} from "@kinde-cerbos/react/source";
import {
  type CheckRequest,
  PermissionsTestProvider,
  recordedChecks,
  renderWithPermissions,
  type TestRules,
} from "@kinde-cerbos/testing";
import { QueryClient, QueryClientProvider, useQueryClient } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import { type ReactNode, StrictMode, Suspense } from "react";
import { describe, expect, it, vi } from "vitest";

const document1 = { kind: "document", id: "1" };

function Status({ action = "view", id = "1", attr }: { action?: string; id?: string; attr?: object }): ReactNode {
  const { status, error } = useCan({ action, resource: { kind: "document", id, attr: { ...attr } } });
  return <p>{`${action} ${id}: ${status}${error ? ` ${error.message}` : ""}`}</p>;
}

/** Renders one check with these rules, and returns what the page shows. */
function shownBy(can: TestRules, props: Parameters<typeof Status>[0] = {}): string {
  const { container, unmount } = renderWithPermissions(<Status {...props} />, { can });
  const text = container.textContent ?? "";
  unmount();
  return text;
}

function Hooks(): ReactNode {
  const actions = useCanActions({ actions: ["view", "edit"], resource: document1 });
  const list = useCanList({ action: "view", resources: [document1, { kind: "document", id: "2" }] });
  const { status } = useSuspenseCan({ action: "view", resource: document1 });
  return <p>{JSON.stringify([actions.allowed, list.allowed.map(({ id }) => id), status])}</p>;
}

const Output = (): ReactNode => {
  const { decision, reason } = useCan({ action: "view", resource: document1 });
  return <p>{JSON.stringify([decision?.outputs, reason])}</p>;
};

function failingRule(): never {
  throw new Error("broken rule");
}

function Who(): ReactNode {
  const { status, principal, orgCode } = usePermissionsSession();
  return (
    <p>{JSON.stringify({ status, orgCode, id: principal?.id, roles: principal?.roles, attr: principal?.attr })}</p>
  );
}
const who = (): { [name: string]: unknown } => JSON.parse(document.body.textContent ?? "");

function Switch(): ReactNode {
  const { switchOrg, error } = useSwitchOrg();
  const organizations = useOrganizations();
  return (
    <>
      {["org_south", "org_x"].map((code) => (
        <button key={code} type="button" onClick={() => void switchOrg(code)}>
          {code}
        </button>
      ))}
      <p>{organizations.map(({ name }) => name).join(", ")}</p>
      <p>{error?.code}</p>
    </>
  );
}

const Roles = (): ReactNode => <p>{usePermissionsSession().principal?.roles.join(" ")}</p>;

const Plan = (): ReactNode => {
  const { status, plan, error } = usePlan({ kind: "document", action: "view" });
  return (
    <p>{`${status} ${plan ? JSON.stringify({ kind: plan.kind, condition: "condition" in plan ? plan.condition : null }) : ""}${error?.message ?? ""}`}</p>
  );
};

describe("without a wait", () => {
  it("shows what is allowed, and what is not", () => {
    renderWithPermissions(
      <>
        <Can action="view" resource={document1}>
          may view
        </Can>
        <Can action="delete" resource={document1} fallback="may not delete">
          may delete
        </Can>
      </>,
      { can: { document: ["view"] } },
    );
    expect(document.body.textContent).toBe("may viewmay not delete");
  });

  it("in the very first render, also in StrictMode", () => {
    const statuses: string[] = [];
    const Probe = (): ReactNode => {
      statuses.push(useCan({ action: "view", resource: document1 }).status);
      return null;
    };
    const can = { document: true };
    renderWithPermissions(<Probe />, { can });
    render(
      <StrictMode>
        <PermissionsTestProvider can={can}>
          <Probe />
        </PermissionsTestProvider>
      </StrictMode>,
    );
    expect(statuses.length).toBeGreaterThan(1);
    expect(new Set(statuses)).toEqual(new Set(["allowed"]));
  });

  it("with every hook", () => {
    renderWithPermissions(
      <Suspense fallback="suspended">
        <Hooks />
      </Suspense>,
      { can: ({ id, action }) => id === "1" && action === "view" },
    );
    expect(document.body.textContent).toBe(JSON.stringify([{ view: true, edit: false }, ["1"], "allowed"]));
  });
});

describe("can", () => {
  it.each<[name: string, can: TestRules, shown: string]>([
    ["a kind that is allowed", { document: true }, "view 1: allowed"],
    ["a kind that is denied", { document: false }, "view 1: denied"],
    ["the actions that are allowed", { document: ["view"] }, "view 1: allowed"],
    ["other actions", { document: ["edit"] }, "view 1: denied"],
    ["an answer for each action", { document: { view: true } }, "view 1: allowed"],
    ["a function for an action", { document: { view: ({ attr }) => attr["owner"] === "ann" } }, "view 1: allowed"],
    [
      "the first rule that matches",
      [
        { kind: "document", id: "2", answer: false },
        { kind: "document", action: ["edit", "view"], answer: true },
      ],
      "view 1: allowed",
    ],
    [
      "a rule for one resource",
      [
        { kind: "document", id: "1", answer: false },
        { kind: "document", answer: true },
      ],
      "view 1: denied",
    ],
    [
      "a function",
      ({ kind, id, action, principal }) => `${kind} ${id} ${action} ${principal.id}` === "document 1 view kp_test",
      "view 1: allowed",
    ],
    ["no answer for ever", { document: { view: "pending" } }, "view 1: pending"],
  ])("%s", (_, can, shown) => {
    expect(shownBy(can, { attr: { owner: "ann" } })).toBe(shown);
  });

  it("an error, which the component gets without a retry", async () => {
    const can = { document: { view: new Error("down"), edit: new AuthzError("check_refused", "bad") } };
    renderWithPermissions(
      <>
        <Status />
        <Status action="edit" />
      </>,
      { can },
    );
    expect(await screen.findByText("view 1: error Error: down")).toBeDefined();
    expect(await screen.findByText("edit 1: error bad")).toBeDefined();
    expect(recordedChecks()).toHaveCheckedTimes({ action: "view" }, 1);
  });

  it("a promise, beside a pending check", async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    renderWithPermissions(
      <>
        <Status />
        <Status action="edit" />
      </>,
      { can: { document: { view: promise, edit: "pending" } } },
    );
    expect(document.body.textContent).toBe("view 1: pendingedit 1: pending");
    resolve(true);
    expect(await screen.findByText("view 1: allowed")).toBeDefined();
    expect(document.body.textContent).toContain("edit 1: pending");
  });

  it("a function that throws is an error", async () => {
    renderWithPermissions(<Status />, { can: failingRule });
    expect(await screen.findByText("view 1: error Error: broken rule")).toBeDefined();
  });

  it("outputs and schema errors", () => {
    const outputs = [{ source: "rule", value: "read-only" }];
    const validationErrors = [{ path: "/owner", message: "missing", source: "SOURCE_RESOURCE" }];
    renderWithPermissions(<Output />, { can: () => ({ allowed: false, outputs, validationErrors }) });
    expect(document.body.textContent).toBe(JSON.stringify([outputs, "schema"]));
  });

  it("denies a check that no rule matches, with one warning that says what to add", () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    for (const can of [{ invoice: true }, [{ kind: "invoice", answer: true } as const], () => undefined]) {
      renderWithPermissions(
        <>
          <Status />
          <Status id="2" />
        </>,
        { can },
      ).unmount();
    }
    expect(warn.mock.calls).toEqual([
      [
        expect.stringContaining(
          '"view" on document "1", so it is denied. If it should be allowed, add a rule: can={{ document: { view: true } }}',
        ),
      ],
      [expect.stringContaining('can={[{ kind: "document", action: "view", answer: true }]}')],
      [expect.stringContaining("return true for it from the function in can.")],
    ]);
  });
});

describe("user", () => {
  it("has what Kinde's token has, and the attributes of the principal", () => {
    renderWithPermissions(<Who />, {
      user: {
        id: "kp_ann",
        orgCode: "org_north",
        roles: ["editor"],
        permissions: ["export"],
        flags: { beta: true, theme: "dark", limit: 3, plan: { tier: "pro" } },
        claims: { email: "ann@example.com" },
        attr: { entitlements: ["seats"] },
      },
    });
    expect(who()).toMatchObject({
      status: "authenticated",
      id: "kp_ann",
      orgCode: "org_north",
      roles: ["user", "editor"],
      attr: {
        email: "ann@example.com",
        permissions: ["export"],
        featureFlags: { beta: true, theme: "dark", limit: 3, plan: { tier: "pro" } },
        entitlements: ["seats"],
      },
    });
  });

  it("renders the gate", () => {
    renderWithPermissions(
      <Can
        action="view"
        resource={document1}
        fallback="no"
        {...{ role: "editor", permission: "export", flag: { key: "beta", value: true }, entitlement: "seats" }}
      >
        yes
      </Can>,
      {
        can: { document: true },
        user: { roles: ["editor"], permissions: ["export"], flags: { beta: true }, attr: { entitlements: ["seats"] } },
      },
    );
    expect(document.body.textContent).toBe("yes");
  });

  it("null means signed out, and everything is denied", () => {
    renderWithPermissions(
      <>
        <Who />
      </>,
      { user: null },
    );
    expect(who()).toMatchObject({ status: "signed_out" });
    renderWithPermissions(<Status />, { user: null, can: { document: true } });
    expect(screen.getByText("view 1: denied")).toBeDefined();
  });

  it("null is anonymous, with the option anonymous", () => {
    const can = { document: { view: ({ principal }: CheckRequest): boolean => principal.id === "anonymous" } };
    renderWithPermissions(<Status />, { user: null, anonymous: true, can });
    expect(document.body.textContent).toBe("view 1: allowed");
    expect(recordedChecks()).toHaveChecked({ userId: "anonymous" });
  });

  it('"loading" is pending', () => {
    renderWithPermissions(<Status />, { user: "loading", can: { document: true } });
    expect(document.body.textContent).toBe("view 1: pending");
  });

  it("switches the organization, with the rights there", async () => {
    const user = {
      organizations: [
        { code: "org_north", name: "North" },
        { code: "org_south", roles: ["admin"] },
      ],
    };
    const can = { document: { view: true } };
    renderWithPermissions(
      <>
        <Switch />
        <Roles />
        <Status />
      </>,
      { user, can },
    );
    expect(screen.getByText("North, org_south")).toBeDefined();
    fireEvent.click(screen.getByText("org_south"));
    expect(await screen.findByText("user admin")).toBeDefined();
    expect(screen.getByText("view 1: allowed")).toBeDefined();
    fireEvent.click(screen.getByText("org_x"));
    expect(await screen.findByText("switch_not_member")).toBeDefined();
  });
});

describe("several providers on a page", () => {
  it("are independent of each other, also with one QueryClient", () => {
    const one = (
      <PermissionsTestProvider user={{ id: "ann" }} can={{ document: ["view"] }}>
        <Status />
      </PermissionsTestProvider>
    );
    const other = (
      <PermissionsTestProvider user={{ id: "ann" }} can={{ document: ["edit"] }}>
        <Status />
        {one}
      </PermissionsTestProvider>
    );
    render(
      <QueryClientProvider client={new QueryClient()}>
        {one}
        {other}
      </QueryClientProvider>,
    );
    expect(document.body.textContent).toBe("view 1: allowedview 1: deniedview 1: allowed");
  });
});

describe("a change", () => {
  it("of the rights or of the user shows at once", () => {
    const { setPermissions, rerender } = renderWithPermissions(<Status />, { can: { document: true } });
    expect(document.body.textContent).toBe("view 1: allowed");
    setPermissions({ can: { document: false } });
    expect(document.body.textContent).toBe("view 1: denied");
    rerender(<Status id="2" />);
    expect(document.body.textContent).toBe("view 2: denied");
    setPermissions({ can: ({ principal }) => principal.id === "ben" });
    expect(document.body.textContent).toBe("view 2: denied");
    setPermissions({ user: { id: "ben" } });
    expect(document.body.textContent).toBe("view 2: allowed");
    setPermissions({ user: null });
    expect(document.body.textContent).toBe("view 2: denied");
  });

  it("of the rights to an answer that is not known is requested", async () => {
    const { setPermissions } = renderWithPermissions(<Status />, { can: { document: true } });
    setPermissions({ can: { document: { view: Promise.resolve(false) } } });
    expect(await screen.findByText("view 1: denied")).toBeDefined();
  });

  it("in the app's cache sends the checks again, with the app's own client", async () => {
    let isAllowed = true;
    function Change(): ReactNode {
      const client = useQueryClient();
      return (
        <button
          type="button"
          onClick={() => {
            isAllowed = false;
            void client.invalidateQueries(decisionFilters({ kind: "document" }));
          }}
        >
          change
        </button>
      );
    }
    const client = new QueryClient();
    const wrapper = ({ children }: { children: ReactNode }): ReactNode => (
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    );
    renderWithPermissions(
      <>
        <Status />
        <Change />
      </>,
      { can: () => isAllowed },
      { wrapper },
    );
    expect(screen.getByText("view 1: allowed")).toBeDefined();
    fireEvent.click(screen.getByText("change"));
    expect(await screen.findByText("view 1: denied")).toBeDefined();
    expect(recordedChecks()).toHaveCheckedTimes({ kind: "document", action: "view", id: "1" }, 2);
  });
});

it("delayMs lets each answer take a while", async () => {
  renderWithPermissions(<Status />, { can: { document: true }, delayMs: 20 });
  expect(document.body.textContent).toBe("view 1: pending");
  expect(await screen.findByText("view 1: allowed")).toBeDefined();
});

it("useCanCallback gets an answer, from the cache if possible", async () => {
  function Button(): ReactNode {
    const can = useCanCallback();
    return (
      <button
        type="button"
        onClick={() => void can({ action: "delete", resource: document1 }).then((is) => (seen = is))}
      >
        ask
      </button>
    );
  }
  let seen: boolean | null = null;
  renderWithPermissions(<Button />, { can: { document: ["delete"] } });
  fireEvent.click(screen.getByText("ask"));
  await vi.waitFor(() => expect(seen).toBe(true), 20_000);
  expect(recordedChecks()).toHaveCheckedTimes({ action: "delete" }, 1);
});

describe("plan", () => {
  it.each([
    [true, { kind: "ALWAYS_ALLOWED", condition: null }],
    [false, { kind: "ALWAYS_DENIED", condition: null }],
    [
      { operator: "eq", operands: [{ variable: "request.resource.attr.ownerId" }, { value: "kp_test" }] },
      {
        kind: "CONDITIONAL",
        condition: { operator: "eq", operands: [{ variable: "request.resource.attr.ownerId" }, { value: "kp_test" }] },
      },
    ],
  ])("%o", async (answer, shown) => {
    renderWithPermissions(<Plan />, { plan: () => answer });
    expect(await screen.findByText(`settled ${JSON.stringify(shown)}`)).toBeDefined();
  });

  it("a plan query without it is an error that says so", async () => {
    renderWithPermissions(<Plan />);
    expect(await screen.findByText(/no plan for "view" on document\. Pass plan: a function/)).toBeDefined();
  });
});
