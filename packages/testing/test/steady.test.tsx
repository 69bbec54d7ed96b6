// The provider must not call a rule twice, forget an answer, or start over when a component renders again.
import { type Decision } from "@kinde-cerbos/core";
import { useCan, usePlan, usePermissionsSession, useSuspenseCan, useSwitchOrg } from "@kinde-cerbos/react/source";
import { PermissionsTestProvider, recordedChecks, renderWithPermissions, type TestAnswer } from "@kinde-cerbos/testing";
import { QueryClient, QueryClientProvider, useIsFetching } from "@tanstack/react-query";
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { Profiler, type ReactNode, Suspense, useEffect, useState } from "react";
import { describe, expect, it, vi } from "vitest";

const resource = { kind: "document", id: "1" };

function Row({ onStatus }: { onStatus?: (status: string) => void }): ReactNode {
  const { status, error } = useCan({ action: "view", resource });
  useEffect(() => onStatus?.(status), [status, onStatus]);
  return <p>{error ? `${status} ${error.message}` : status}</p>;
}

const text = (): string | null => document.body.textContent;
const turns = async (ms = 30): Promise<void> => act(async () => new Promise((resolve) => setTimeout(resolve, ms)));
/** Passes a value of the wrong type, as a caller without types can. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these tests are about what types forbid
const untyped = (value: unknown): never => value as never;

const promisePage = (): ReactNode => (
  <PermissionsTestProvider can={{ document: { view: Promise.resolve(true), edit: () => undefined } }}>
    <Row />
    <Edit />
  </PermissionsTestProvider>
);

const memberOfBoth = (): object => ({ organizations: [{ code: "a" }, { code: "b" }], claims: { org_code: "a" } });
const organizationPage = (): ReactNode => (
  <PermissionsTestProvider user={memberOfBoth()} principal={{ map: (_, principal) => principal }}>
    <Switch />
  </PermissionsTestProvider>
);

const outerBoundary = ({ children }: { children: ReactNode }): ReactNode => (
  <Suspense fallback="suspended">{children}</Suspense>
);

const Plan = (): ReactNode => <p>{usePlan({ kind: "document", action: "view" }).kind}</p>;

const queryKeyHashFn = (key: readonly unknown[]): string => `${JSON.stringify(key)}@v2`;

function FetchingPage(): ReactNode {
  useIsFetching();
  return (
    <PermissionsTestProvider can={() => Promise.resolve(true)} plan={() => true} principal={{ baseRoles: ["a"] }}>
      <Row />
    </PermissionsTestProvider>
  );
}

function ToldPage(): ReactNode {
  const [, setStatus] = useState("");
  return (
    <PermissionsTestProvider can={() => true} delayMs={5}>
      <Row onStatus={setStatus} />
    </PermissionsTestProvider>
  );
}

describe("a rule", () => {
  it.each<[name: string, answer: () => TestAnswer, shown: string]>([
    ["a promise", async () => true, "allowed"],
    ["a promise that is rejected", () => Promise.reject(new Error("boom")), "error Error: boom"],
    ["an error", () => new Error("down"), "error Error: down"],
  ])("is called once for %s", async (_, answer, shown) => {
    const can = vi.fn<() => TestAnswer>(() => false).mockImplementationOnce(answer);
    renderWithPermissions(<Row />, { can });
    expect(text()).toBe("pending");
    expect(await screen.findByText(shown)).toBeDefined();
    expect(can).toHaveBeenCalledTimes(1);
    expect(recordedChecks()).toHaveCheckedTimes({ action: "view" }, 1);
  });

  it.each<[can: TestAnswer, delayMs: number]>([
    ["pending", 0],
    [new Promise(() => {}), 0],
    [true, 1000],
  ])("%s after %s ms: what was asked is recorded at once", (can, delayMs) => {
    renderWithPermissions(<Row />, { can: { document: { view: can } }, delayMs });
    expect(recordedChecks()).toHaveCheckedTimes({ action: "view", id: "1" }, 1);
  });

  it("of an unmounted component is not called in the next test", async () => {
    const can = vi.fn<() => boolean>(() => true);
    const { unmount } = renderWithPermissions(<Row />, { can, delayMs: 20 });
    unmount();
    await turns(40);
    expect(can).toHaveBeenCalledTimes(1);
    expect(recordedChecks()).toHaveLength(1);
  });

  it.each([null, {}, "yes", "pendng", 1, { allowed: "false" }, { allowed: 1 }])(
    "that answers %o is an error, and allows nothing",
    async (answer) => {
      renderWithPermissions(<Row />, { can: untyped(() => answer) });
      expect(
        await screen.findByText(/^error A rule in can returned .* must return true, false, "pending"/),
      ).toBeDefined();
    },
  );

  it("may return any thenable, and an error from another realm", async () => {
    // oxlint-disable-next-line unicorn/no-thenable -- this is about one
    const thenable = { then: (resolve: (is: boolean) => void) => resolve(true) };
    renderWithPermissions(<Row />, { can: untyped(() => thenable) }).unmount();
    renderWithPermissions(<Row />, { can: untyped(() => ({ name: "AbortError", message: "gone" })) });
    expect(await screen.findByText("error Error: gone")).toBeDefined();
  });

  it("without an answer leaves the check to the next rule in the list", () => {
    renderWithPermissions(<Row />, {
      can: [
        { kind: "document", answer: () => undefined },
        { kind: "document", answer: true },
      ],
    });
    expect(text()).toBe("allowed");
  });
});

describe("a parent that renders again, with everything written inline", () => {
  it("and tracks pending requests does not render forever", async () => {
    let renders = 0;
    render(
      <QueryClientProvider client={new QueryClient()}>
        <Profiler id="page" onRender={() => (renders += 1)}>
          <FetchingPage />
        </Profiler>
      </QueryClientProvider>,
    );
    expect(await screen.findByText("allowed")).toBeDefined();
    await turns();
    expect(renders).toBeLessThan(8);
    expect(recordedChecks()).toHaveCheckedTimes({ action: "view" }, 1);
  });

  it("for each status event does not render forever", async () => {
    let renders = 0;
    render(
      <Profiler id="page" onRender={() => (renders += 1)}>
        <ToldPage />
      </Profiler>,
    );
    expect(await screen.findByText("allowed")).toBeDefined();
    await turns();
    expect(renders).toBeLessThan(6);
  });

  it("leaves answers as they are, and warns once", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const { rerender } = render(promisePage());
    await screen.findByText("allowed");
    for (let again = 0; again < 3; again += 1) rerender(promisePage());
    expect(screen.getByText("allowed")).toBeDefined();
    expect(recordedChecks()).toHaveCheckedTimes({ action: "view" }, 1);
    expect(recordedChecks()).toHaveCheckedTimes({ action: "edit" }, 1);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it("leaves a switched organization", async () => {
    const { rerender } = render(organizationPage());
    fireEvent.click(screen.getByText("in a"));
    expect(await screen.findByText("in b")).toBeDefined();
    rerender(organizationPage());
    expect(screen.getByText("in b")).toBeDefined();
  });
});

function Edit(): ReactNode {
  return <p>edit {useCan({ action: "edit", resource }).status}</p>;
}

function Switch(): ReactNode {
  const { switchOrg } = useSwitchOrg();
  const { orgCode } = usePermissionsSession();
  return (
    <button type="button" onClick={() => void switchOrg("b")}>
      in {orgCode}
    </button>
  );
}

function SuspendedRow(): ReactNode {
  return <p>{useSuspenseCan({ action: "view", resource }).status}</p>;
}

it.each([true, false])("a boundary around the provider, with StrictMode %s: it comes to its end", async (isStrict) => {
  const can = { document: { view: Promise.resolve(true) } };
  renderWithPermissions(<SuspendedRow />, { can }, { wrapper: outerBoundary, reactStrictMode: isStrict });
  expect(text()).toBe("suspended");
  expect(await screen.findByText("allowed")).toBeDefined();
  expect(recordedChecks()).toHaveCheckedTimes({ action: "view" }, 1);
});

it("another plan shows", async () => {
  const { setPermissions } = renderWithPermissions(<Plan />, { plan: () => true });
  expect(await screen.findByText("ALWAYS_ALLOWED")).toBeDefined();
  setPermissions({ plan: () => false });
  expect(await screen.findByText("ALWAYS_DENIED")).toBeDefined();
});

it("with the app's own queryKeyHashFn, answers come from requests", async () => {
  const queryClient = new QueryClient({ defaultOptions: { queries: { queryKeyHashFn } } });
  renderWithPermissions(<Row />, { can: { document: true }, queryClient });
  expect(await screen.findByText("allowed")).toBeDefined();
});

it("gcTime is that of the provider", async () => {
  const queryClient = new QueryClient();
  const { unmount } = renderWithPermissions(<Row />, { can: { document: true }, queryClient, gcTime: 0 });
  unmount();
  await vi.waitFor(() => expect(queryClient.getQueryCache().getAll()).toEqual([]), 20_000);
});

it.each([
  [{ delayMs: Number.NaN }, "delayMs of PermissionsTestProvider"],
  [{ delayMs: -1 }, "delayMs of PermissionsTestProvider"],
  [{ delayMs: Infinity }, "delayMs of PermissionsTestProvider"],
  [{ can: null }, "can of PermissionsTestProvider must be"],
  [{ can: [null] }, "can of PermissionsTestProvider must be"],
  [{ plan: true }, "plan of PermissionsTestProvider must be a function"],
  [{ user: "signed_out" }, 'user must be an object, null (signed out) or "loading", not "signed_out"'],
  [{ user: { roles: "admin" } }, "roles of user must be a list"],
])("%o is refused", (options, message) => {
  vi.spyOn(console, "error").mockReturnValue();
  expect(() => renderWithPermissions(<Row />, untyped(options))).toThrow(message);
});

it("a decision is as the PDP's", async () => {
  const decisions: (Decision | null)[] = [];
  const Both = (): ReactNode => {
    decisions.push(useCan({ action: "view", resource }).decision);
    return null;
  };
  renderWithPermissions(<Both />, { can: { document: true } }).unmount();
  renderWithPermissions(<Both />, { can: { document: true }, delayMs: 1 });
  expect(decisions.at(0)).toMatchObject({ allowed: true });
  await waitFor(() => expect(decisions.at(-1)).toEqual(decisions.at(0)), { timeout: 20_000 });
});
