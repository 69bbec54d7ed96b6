// A server renders in a process of its own, where there is no window, from what is published (see server/render.ts).
// The page hydrates the very same HTML.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { PermissionsProvider } from "@kinde-cerbos/react";
import { type DehydratedState, HydrationBoundary, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent } from "@testing-library/react";
import { hydrateRoot } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { pages, row } from "./server/pages.ts";
import { after, FakeKinde, FakeKindeProvider, type FakePdp, fakePdp, tokenOf } from "./support.tsx";

type PageName = keyof typeof pages;

interface Rendered {
  /** What was sent at once, and what was sent later. */
  readonly html: string;
  readonly rest: string;
  /** What rendering has thrown. */
  readonly errors: readonly { readonly code?: string; readonly digest?: string }[];
  /** How often the server has asked the PDP. */
  readonly requests: number;
  readonly state: DehydratedState;
}

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const isReact18 = inject("react") === "18.3";

/** What a server's process wrote for each page. */
const output = new Map<PageName, string>();

/** Renders a page on a server, which asks ahead with a token of the same rights as the browser's; each page once. */
function renderOnServer(page: PageName): Rendered {
  const react = isReact18 ? ["--import", file("react-18/register.ts")] : [];
  const args = [...react, file("server/render.ts"), page, tokenOf({ exp: 4e9 })];
  const text = output.get(page) ?? execFileSync(process.execPath, args, { encoding: "utf8", timeout: 30_000 });
  output.set(page, text);
  return JSON.parse(text);
}

/** What the browser has. It is another token. */
const inBrowser = tokenOf({ exp: 4e9 + 60, jti: "2" });
const PENDING = "<main><p>loading: pending</p><p>pending: 0 of 2</p>wait</main>";
const ASKING = PENDING.replace("loading", "authenticated");
const SETTLED = "<main><p>authenticated: allowed</p><p>settled: 2 of 2</p>edit</main>";
const IN_BROWSER = "BAILOUT_TO_CLIENT_SIDE_RENDERING";

let unmount = (): void => {};
afterEach(async () => {
  await after(unmount);
  document.body.replaceChildren();
});

function digestOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "digest" in value ? value.digest : null;
}

/**
 * Hydrates a page, while Kinde is still loading. `recovered` is what React had to mend: its digest, or what it says.
 */
async function hydrate(
  page: PageName,
  { html, state }: Pick<Rendered, "html" | "state">,
  pdp: FakePdp = fakePdp(),
  kinde = new FakeKinde().update({ isLoading: true }),
) {
  const root = document.createElement("div");
  document.body.append(root);
  root.innerHTML = html;
  const recovered: string[] = [];
  const onRecoverableError = (error: unknown, info: object): void => {
    // React 18 gives the digest apart from the error.
    recovered.push(String(digestOf(error) ?? digestOf(info) ?? error));
  };
  const app = (
    <QueryClientProvider client={new QueryClient()}>
      <HydrationBoundary state={state}>
        <FakeKindeProvider kinde={kinde}>
          <PermissionsProvider pdp={pdp}>{pages[page]()}</PermissionsProvider>
        </FakeKindeProvider>
      </HydrationBoundary>
    </QueryClientProvider>
  );
  await after(() => {
    const reactRoot = hydrateRoot(root, app, { onRecoverableError });
    unmount = () => reactRoot.unmount();
  });
  return { kinde, root, recovered, pdp };
}

/** What was sent later. The scripts in it put its HTML in place, as in a browser. */
function stream({ rest }: Rendered): void {
  document.body.append(document.createRange().createContextualFragment(rest));
}

/** A PDP that never answers: what is shown was not asked here. */
const silent = (): FakePdp => fakePdp(() => new Promise(() => {}));

describe("decisions that the server has asked for", () => {
  it("are shown without a request once Kinde has the user, and React finds no mismatch", async () => {
    const rendered = renderOnServer("page");
    expect(rendered).toMatchObject({ html: PENDING, rest: "", errors: [], requests: 1 });
    const { kinde, root, recovered, pdp } = await hydrate("page", rendered);
    expect(root.innerHTML).toBe(PENDING);
    await after(() => kinde.signIn(inBrowser));
    expect(root.innerHTML).toBe(SETTLED);
    expect(recovered).toEqual([]);
    expect(pdp.requests).toEqual([]);
  });

  // To wait on the server, for a session that never comes there, would leave the stream open.
  it("are shown without a request by useSuspenseCan; its boundary is left to the browser, and React tells of that only", async () => {
    const rendered = renderOnServer("suspending");
    expect(rendered.html).toContain("<i>wait</i>");
    expect(rendered.errors).toEqual([{ code: "session_loading", digest: IN_BROWSER }]);
    const { kinde, root, recovered, pdp } = await hydrate("suspending", rendered);
    expect(root.textContent).toBe("wait");
    await after(() => kinde.signIn(inBrowser));
    expect(root.textContent).toBe("allowed");
    expect(recovered).toEqual([IN_BROWSER]);
    expect(pdp.requests).toEqual([]);
  });

  it("are shown in a part that is streamed after Kinde has the user, which React renders anew", async () => {
    const rendered = renderOnServer("slow");
    expect(rendered.rest).toContain("loading: pending");
    const readyState = vi.spyOn(document, "readyState", "get").mockReturnValue("loading");
    const { kinde, root, recovered, pdp } = await hydrate("slow", rendered);
    expect(root.querySelector("section")?.textContent).toBe("wait");
    await after(() => kinde.signIn(inBrowser));
    await after(() => stream(rendered));
    readyState.mockReturnValue("complete");
    await after(() => document.dispatchEvent(new Event("DOMContentLoaded")));
    expect(root.querySelector("section")?.innerHTML).toBe(SETTLED);
    // React 18 says so where an update comes before the end of a stream. In a transition, which it would rather
    // have, the session would wait for whatever action of the app is under way.
    expect(recovered.filter((text) => !text.includes("received an update before it finished"))).toEqual([]);
    expect(pdp.requests).toEqual([]);
  });

  it("are never shown to another user, in another organization, or with other rights", async () => {
    const rendered = renderOnServer("page");
    for (const claims of [{ sub: "bob" }, { org_code: "org_b" }, { permissions: ["edit"] }]) {
      const { kinde, root, recovered, pdp } = await hydrate("page", rendered, silent());
      await after(() => kinde.signIn(tokenOf({ exp: 4e9, ...claims })));
      expect(root.innerHTML).toBe(ASKING);
      expect(pdp.requests).toHaveLength(1);
      expect(recovered).toEqual([]);
      await after(unmount);
    }
  });

  it("are not shown when they are too old", async () => {
    const rendered = renderOnServer("page");
    for (const query of rendered.state.queries) query.state.dataUpdatedAt -= 300_000;
    const { kinde, root, pdp } = await hydrate("page", rendered, silent());
    await after(() => kinde.signIn(inBrowser));
    expect(root.innerHTML).toBe(ASKING);
    expect(pdp.requests).toHaveLength(1);
  });
});

const sizesOf = ({ requests }: FakePdp): number[] => requests.map(({ body }) => body.resources.length);
/** Waits without `act`, which would let React render all at once. */
const shows = async (root: Element, count: number): Promise<void> => {
  globalThis.IS_REACT_ACT_ENVIRONMENT = false;
  const shown = (): number => root.textContent?.match(/allowed/g)?.length ?? 0;
  await vi.waitFor(() => expect(shown()).toBe(count), { timeout: 20_000, interval: 5 });
  globalThis.IS_REACT_ACT_ENVIRONMENT = true;
};

describe.each([
  ["at once", 0],
  ["over many tasks", 3],
])("100 checks below one boundary of a streamed page, rendered %s", (_, ms) => {
  beforeEach(() => {
    row.ms = ms;
  });
  afterEach(() => {
    row.ms = 0;
  });

  describe.each([
    ["useCan", "rows", "slowRows"],
    ["useSuspenseCan", "suspendingRows", "slowSuspendingRows"],
  ] as const)("%s", (_hook, page, slowPage) => {
    it("2 requests once Kinde has the user, and in a transition 1 for 40 others", async () => {
      const { kinde, root, pdp } = await hydrate(page, renderOnServer(page));
      await after(() => kinde.signIn(inBrowser));
      await shows(root, 100);
      expect(sizesOf(pdp)).toEqual([50, 50]);
      pdp.requests.length = 0;
      await after(() => fireEvent.click(root.querySelector("button")!));
      await shows(root, 40);
      expect(sizesOf(pdp)).toEqual([40]);
    });

    it("2 where Kinde has the user before the page is hydrated", async () => {
      const { root, pdp } = await hydrate(page, renderOnServer(page), fakePdp(), new FakeKinde().signIn(inBrowser));
      await shows(root, 100);
      expect(sizesOf(pdp)).toEqual([50, 50]);
    });

    it.each(["before", "after"])("2 if they are streamed %s Kinde has the user", async (when) => {
      const rendered = renderOnServer(slowPage);
      const readyState = vi.spyOn(document, "readyState", "get").mockReturnValue("loading");
      const { kinde, root, pdp } = await hydrate(slowPage, rendered);
      expect(root.querySelector("i")?.textContent).toBe("wait");
      const steps = [() => stream(rendered), () => kinde.signIn(inBrowser)];
      for (const step of when === "before" ? steps : steps.toReversed()) await after(step);
      readyState.mockReturnValue("complete");
      await after(() => document.dispatchEvent(new Event("DOMContentLoaded")));
      await shows(root, 100);
      expect(sizesOf(pdp)).toEqual([50, 50]);
    });
  });
});
