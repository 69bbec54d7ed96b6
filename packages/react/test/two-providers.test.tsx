// Two providers on one page: two users, or one user and two PDPs, with one QueryClient.
import {
  PermissionsProvider,
  type PermissionsProviderProps,
  tokenSource,
  type TokenSource,
  useCan,
} from "@kinde-cerbos/react/source";
import { dehydrate, hydrate, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { type ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import {
  after,
  answerTo,
  decidedFor,
  decidingPdp,
  document1,
  type FakePdp,
  fakePdp,
  settle,
  tokenOf,
  whoIs,
} from "./support.tsx";

const alice = tokenOf();
const bob = tokenOf({ sub: "bob" });

/** A source whose token the test changes. */
function changingSource(first: string | null): TokenSource & { set(token: string | null): void } {
  let token = first;
  const listeners = new Set<() => void>();
  const source = tokenSource({
    getToken: () => token,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  return {
    ...source,
    set(next) {
      token = next;
      for (const listener of listeners) listener();
    },
  };
}

const VIEW = ["view"];

function Check({ name, actions = VIEW }: { name: string; actions?: readonly string[] }): ReactNode {
  return actions.map((action) => <One key={action} name={name} action={action} />);
}

function One({ name, action }: { name: string; action: string }): ReactNode {
  const result = useCan({ action, resource: document1 });
  return <p>{`${name} ${action}: ${result.status} ${decidedFor(result) ?? ""}`.trim()}</p>;
}

const texts = (): string[] => screen.getAllByText(/:/).map((node) => node.textContent);
const senders = ({ requests }: FakePdp): string[] => requests.map(({ body }) => whoIs(body.auxData?.jwt?.token));
const keysIn = (client: QueryClient): string[] =>
  client
    .getQueryCache()
    .getAll()
    .map(({ queryKey }) => String(queryKey.at(-1)));

function renderPage(children: ReactNode): QueryClient {
  const client = new QueryClient();
  render(<QueryClientProvider client={client}>{children}</QueryClientProvider>);
  return client;
}

const provide = (props: Omit<PermissionsProviderProps, "children">, children: ReactNode): ReactNode => (
  <PermissionsProvider {...props}>{children}</PermissionsProvider>
);

const both = (client: QueryClient, pdp: FakePdp): ReactNode => (
  <QueryClientProvider client={client}>
    {provide({ pdp, source: tokenSource({ getToken: () => alice }) }, <Check name="one" />)}
    {provide({ pdp, source: tokenSource({ getToken: async () => bob }) }, <Check name="other" />)}
  </QueryClientProvider>
);

describe("two users on one page, with one QueryClient", () => {
  it.each([
    [
      "side by side",
      (one: Omit<PermissionsProviderProps, "children">, other: typeof one) => (
        <>
          {provide(one, <Check name="one" actions={["view", "edit"]} />)}
          {provide(other, <Check name="other" actions={["view", "edit"]} />)}
        </>
      ),
    ],
    [
      "nested",
      (one: Omit<PermissionsProviderProps, "children">, other: typeof one) =>
        provide(
          one,
          <>
            <Check name="one" actions={["view", "edit"]} />
            {provide(other, <Check name="other" actions={["view", "edit"]} />)}
          </>,
        ),
    ],
  ])("%s: each has its own decisions, batch and cache", async (_, page) => {
    const pdp = fakePdp();
    const client = renderPage(
      page(
        { pdp, source: tokenSource({ getToken: () => alice }) },
        { pdp, source: tokenSource({ getToken: () => bob }) },
      ),
    );
    await settle();
    expect(texts()).toEqual([
      "one view: allowed alice in org_a",
      "one edit: allowed alice in org_a",
      "other view: allowed bob in org_a",
      "other edit: allowed bob in org_a",
    ]);
    expect(senders(pdp).toSorted()).toEqual(["alice in org_a", "bob in org_a"]);
    expect(client.getQueryCache().getAll()).toHaveLength(4);
  });

  it("one signs out, or becomes somebody else: the other's decisions stay, and nothing is sent for them", async () => {
    const first = changingSource(alice);
    const pdps = [fakePdp(), fakePdp()] as const;
    const client = renderPage(
      <>
        {provide({ pdp: pdps[0], source: first }, <Check name="one" />)}
        {provide({ pdp: pdps[1], source: tokenSource({ getToken: () => bob }) }, <Check name="other" />)}
      </>,
    );
    await settle();
    await after(() => first.set(null));
    expect(texts()).toEqual(["one view: denied", "other view: allowed bob in org_a"]);
    expect(client.getQueryCache().getAll()).toHaveLength(1);
    await after(() => first.set(tokenOf({ sub: "carol" })));
    expect(texts()).toEqual(["one view: allowed carol in org_a", "other view: allowed bob in org_a"]);
    expect(senders(pdps[1])).toEqual(["bob in org_a"]);
  });

  it("decisions that the page came with stay for both, and nothing is sent", async () => {
    const first = new QueryClient();
    const { unmount } = render(both(first, fakePdp()));
    await settle();
    const state = dehydrate(first);
    unmount();
    const client = new QueryClient();
    hydrate(client, state);
    const pdp = fakePdp();
    render(both(client, pdp));
    await settle();
    expect(texts()).toEqual(["one view: allowed alice in org_a", "other view: allowed bob in org_a"]);
    expect(pdp.requests).toEqual([]);
  });

  it("a user whom no provider shows any more is forgotten, by whichever changes next", async () => {
    const [first, second] = [changingSource(alice), changingSource(bob)];
    const client = renderPage(
      <>
        {provide({ pdp: fakePdp(), source: first }, <Check name="one" />)}
        {provide({ pdp: fakePdp(), source: second }, <Check name="other" />)}
      </>,
    );
    await settle();
    await after(() => second.set(alice));
    await after(() => first.set(null));
    expect(texts()).toEqual(["one view: denied", "other view: allowed alice in org_a"]);
    await after(() => second.set(null));
    expect(client.getQueryCache().getAll()).toEqual([]);
  });
});

const allowing = (): FakePdp => decidingPdp(() => "EFFECT_ALLOW");
const denying = (): FakePdp => decidingPdp(() => "EFFECT_DENY");

describe("one user and two PDPs, with one QueryClient", () => {
  const source = tokenSource({ getToken: () => alice });

  it("with a pdpName each: no decision of one shows at the other", async () => {
    const client = renderPage(
      <>
        {provide({ pdp: allowing(), pdpName: "documents", source }, <Check name="one" />)}
        {provide({ pdp: denying(), pdpName: "billing", source }, <Check name="other" />)}
      </>,
    );
    await settle();
    expect(texts()).toEqual(["one view: allowed alice in org_a", "other view: denied alice in org_a"]);
    expect(keysIn(client)).toEqual(["documents", "billing"]);
  });

  it("by address: the path tells them apart, and not the origin or a slash at the end", async () => {
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) =>
      Response.json(
        answerTo(await new Request("http://pdp.test", init).json(), () =>
          url.includes("/billing") ? "EFFECT_DENY" : "EFFECT_ALLOW",
        ),
      ),
    );
    const client = renderPage(
      <>
        {provide({ pdp: "/authz", source }, <Check name="one" />)}
        {provide({ pdp: "https://pdp.test/billing/", source }, <Check name="two" />)}
        {provide({ pdp: "https://pdp.test", source }, <Check name="three" />)}
      </>,
    );
    await settle();
    expect(texts()).toEqual([
      "one view: allowed alice in org_a",
      "two view: denied alice in org_a",
      "three view: allowed alice in org_a",
    ]);
    expect(keysIn(client).toSorted()).toEqual(["/", "/authz", "/billing"]);
    vi.unstubAllGlobals();
  });

  it.each([
    ["the address", { pdp: "/billing" }, ["/authz", "/billing"]],
    ["pdpName", { pdp: "/authz", pdpName: "billing" }, ["/authz", "billing"]],
  ])("another one while the page is shown, by %s: its own decisions, under its own name", async (_, next, names) => {
    const deny = { billing: false };
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) =>
      Response.json(
        answerTo(await new Request("http://pdp.test", init).json(), () =>
          url.includes("/billing") || deny.billing ? "EFFECT_DENY" : "EFFECT_ALLOW",
        ),
      ),
    );
    const client = new QueryClient();
    const page = (props: { pdp: string; pdpName?: string }): ReactNode => (
      <QueryClientProvider client={client}>{provide({ source, ...props }, <Check name="one" />)}</QueryClientProvider>
    );
    const { rerender } = render(page({ pdp: "/authz" }));
    await settle();
    deny.billing = true;
    rerender(page(next));
    expect(texts()).toEqual(["one view: pending"]);
    await settle();
    expect(texts()).toEqual(["one view: denied alice in org_a"]);
    expect(keysIn(client)).toEqual(names);
    vi.unstubAllGlobals();
  });

  it("clients without a pdpName share decisions, as two clients of one PDP do", async () => {
    const pdps = [allowing(), allowing()] as const;
    const client = renderPage(
      <>
        {provide({ pdp: pdps[0], source }, <Check name="one" />)}
        {provide({ pdp: pdps[1], source }, <Check name="other" />)}
      </>,
    );
    await settle();
    expect(keysIn(client)).toEqual(["default"]);
    expect(pdps.flatMap(({ requests }) => requests)).toHaveLength(1);
  });
});
