// A page whose session came with it: a server knows it before the browser does, and renders its decisions.
import { createAuthorizer, createSession, type Session } from "@kinde-cerbos/core";
import {
  decisionQuery,
  PermissionsProvider,
  serverSource,
  type TokenSnapshot,
  type TokenSource,
  Can,
  useCan,
  useCanList,
  usePermissionsSession,
  usePlan,
  useSuspenseCan,
} from "@kinde-cerbos/react/source";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "@testing-library/react";
import { type ReactNode } from "react";
import { hydrateRoot, type Root } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { document1, type FakePdp, fakePdp, settle } from "./support.tsx";

const alice = {
  sub: "alice",
  org_code: "org_a",
  roles: [{ id: "1", key: "member", name: "Member" }],
  permissions: ["documents"],
  feature_flags: {},
  exp: 4e9,
};
const view = { action: "view", resource: document1 };

/** What was shown, render by render. */
const shown: string[] = [];

function Shown(): ReactNode {
  const { status } = usePermissionsSession();
  const text = `${status}: ${useCan(view).status}`;
  // oxlint-disable-next-line react/immutability -- the test looks at what each render got
  shown.push(text);
  return <p>{text}</p>;
}

const Settled = (): ReactNode => <p>{useSuspenseCan(view).status}</p>;

/** A cache with the decision for a user. */
async function cacheFor(session: Session): Promise<QueryClient> {
  const queryClient = new QueryClient();
  const authorizer = createAuthorizer({ session, pdp: fakePdp() });
  await queryClient.prefetchQuery(decisionQuery(authorizer, view));
  authorizer.dispose();
  return queryClient;
}

const sourceWith = (
  getServerSnapshot: TokenSource["getServerSnapshot"],
  now: object | null | Promise<never> = alice,
): TokenSource => serverSource({ getClaims: () => now, ...(getServerSnapshot && { getServerSnapshot }) });

function pageWith(source: TokenSource, queryClient: QueryClient): { page: ReactNode; pdp: FakePdp } {
  const pdp = fakePdp();
  const page = (
    <QueryClientProvider client={queryClient}>
      <PermissionsProvider source={source} pdp={pdp}>
        <Shown />
      </PermissionsProvider>
    </QueryClientProvider>
  );
  return { page, pdp };
}

let root: Root | undefined;
afterEach(async () => {
  await act(async () => root?.unmount());
  root = undefined;
  document.body.replaceChildren();
});

async function hydrate(page: ReactNode, html: string): Promise<HTMLElement> {
  const element = document.body.appendChild(document.createElement("div"));
  element.innerHTML = html;
  shown.length = 0;
  await act(async () => {
    root = hydrateRoot(element, page, {
      onRecoverableError: (error) => {
        throw error;
      },
    });
  });
  await settle();
  return element;
}

describe("getServerSnapshot", () => {
  it("puts decisions into the HTML, and no render of the browser shows less, or asks", async () => {
    const session = await createSession(alice);
    const snapshot: TokenSnapshot = { status: "signed_in", claims: alice, session };
    const { page, pdp } = pageWith(
      sourceWith(() => snapshot),
      await cacheFor(session),
    );
    const html = renderToString(page);
    expect(html).toBe("<p>authenticated: allowed</p>");
    await hydrate(page, html);
    expect([new Set(shown), pdp.requests]).toEqual([new Set(["authenticated: allowed"]), []]);
  });

  it("lets useSuspenseCan show a prefetched decision on a server", async () => {
    const session = await createSession(alice);
    const source = sourceWith(() => ({ status: "signed_in", claims: alice, session }));
    const html = renderToString(
      <QueryClientProvider client={await cacheFor(session)}>
        <PermissionsProvider source={source} pdp={fakePdp()}>
          <Settled />
        </PermissionsProvider>
      </QueryClientProvider>,
    );
    expect(html).toBe("<p>allowed</p>");
  });

  it("is not needed: without it a server's page is loading", async () => {
    const { page } = pageWith(sourceWith(undefined), await cacheFor(await createSession(alice)));
    expect(renderToString(page)).toBe("<p>loading: pending</p>");
  });

  it("is loading until the session is made, if it brings none", async () => {
    const snapshot: TokenSnapshot = { status: "signed_in", claims: alice };
    const { page, pdp } = pageWith(
      sourceWith(() => snapshot),
      await cacheFor(await createSession(alice)),
    );
    const html = renderToString(page);
    expect(html).toBe("<p>loading: pending</p>");
    expect([(await hydrate(page, html)).textContent, pdp.requests]).toEqual(["authenticated: allowed", []]);
  });

  it("shows no decision of a user that the snapshot is not of", async () => {
    const session = await createSession(alice);
    const bob = { ...alice, sub: "bob" };
    const { page } = pageWith(
      sourceWith(() => ({ status: "signed_in", claims: bob, session })),
      await cacheFor(session),
    );
    expect(renderToString(page)).toBe("<p>loading: pending</p>");
  });

  // React 18 compares the two while it hydrates, and renders the page anew, with a warning.
  it.skipIf(inject("react") === "18.3")("is for the first render alone: then the source says who it is", async () => {
    const session = await createSession(alice);
    const snapshot: TokenSnapshot = { status: "signed_in", claims: alice, session };
    const { page } = pageWith(
      sourceWith(() => snapshot, null),
      await cacheFor(session),
    );
    expect((await hydrate(page, renderToString(page))).textContent).toBe("signed_out: denied");
  });

  it("allows nothing if it throws", async () => {
    const failing = sourceWith(() => {
      throw new Error("It cannot say.");
    });
    const { page } = pageWith(failing, await cacheFor(await createSession(alice)));
    expect(renderToString(page)).toBe("<p>error: error</p>");
  });
});

/** Asks in all ways that render while they wait. */
function Asking(): ReactNode {
  const list = useCanList({ action: "view", resources: [document1] });
  const plan = usePlan({ action: "view", kind: "document" });
  return (
    <Can {...view} loading={`${list.status}, ${plan.status}, wait`}>
      {null}
    </Can>
  );
}

describe("a page that nobody has asked for yet", () => {
  // A framework that renders it once, for all users, refuses what differs at each rendering.
  it("is rendered without a look at the clock, and without chance", () => {
    const looks = [vi.spyOn(Date, "now"), vi.spyOn(Math, "random"), vi.spyOn(crypto, "randomUUID")];
    const queryClient = new QueryClient();
    for (const look of looks) look.mockClear();
    const html = renderToString(
      <QueryClientProvider client={queryClient}>
        <PermissionsProvider source={sourceWith(undefined)} pdp="/authz">
          <Shown />
          <Asking />
        </PermissionsProvider>
      </QueryClientProvider>,
    );
    expect(html).toBe("<p>loading: pending</p>pending, pending, wait");
    expect(looks.map((look) => look.mock.calls.length)).toEqual([0, 0, 0]);
  });
});
