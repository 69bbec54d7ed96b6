// @vitest-environment jsdom
import { SwitchOrg, usePermissionsSession } from "@kinde-cerbos/next/client";
import { QueryClient, QueryClientProvider, useQueryClient } from "@tanstack/react-query";
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { type ReactNode } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { describe, expect, test, vi } from "vitest";
import { jonas, mara, Page, PageServer, prefetchedFor, sessionOf } from "./page.tsx";

/** Waits until the page shows this. */
const shows = async (text: string): Promise<void> => void (await screen.findByText(text));

describe("a page with its session and decisions", () => {
  test("has the decisions in its HTML, and hydrates without a request", async () => {
    const server = new PageServer(await sessionOf(mara));
    const page = <Page session={await sessionOf(mara)} state={await prefetchedFor(mara)} />;
    const html = renderToString(page);
    expect(html).toContain("authenticated org_aurora allowed <!-- -->delete");
    const root = document.body.appendChild(document.createElement("div"));
    root.innerHTML = html;
    const seen = new Set<string>();
    const observer = new MutationObserver(() => void seen.add(root.textContent ?? ""));
    observer.observe(root, { subtree: true, childList: true, characterData: true });
    const hydrated = await act(async () => hydrateRoot(root, page));
    expect([root.textContent, server.asked]).toEqual(["authenticated org_aurora allowed delete", []]);
    expect([...seen]).toEqual([]);
    act(() => hydrated.unmount());
  });

  test("shows no decision of another user, even if the server prefetched it", async () => {
    const server = new PageServer(await sessionOf(jonas));
    render(<Page session={await sessionOf(jonas)} state={await prefetchedFor(mara)} />);
    await shows("authenticated org_aurora allowed no");
    expect(server.asked).toEqual(["/authz/api/check/resources"]);
  });

  test("sends no token, and its principal is the user of the claims", async () => {
    const server = new PageServer(await sessionOf(mara));
    render(<Page session={await sessionOf(mara)} />);
    await shows("authenticated org_aurora allowed delete");
    expect(server.bodies.map((body) => JSON.parse(body))).toMatchObject([{ principal: { id: "kp_mara" } }]);
    expect(server.bodies.join("")).not.toContain("auxData");
  });

  test("is signed out at once if nobody is signed in, and sends no request", async () => {
    const server = new PageServer(await sessionOf(null));
    const page = <Page session={await sessionOf(null)} />;
    expect(renderToString(page)).toContain("signed_out null denied <!-- -->no");
    render(page);
    await shows("signed_out null denied no");
    expect(server.asked).toEqual([]);
  });
});

describe("a page without its session", () => {
  test("requests its session, then decisions", async () => {
    const server = new PageServer(await sessionOf(mara));
    const page = <Page />;
    expect(renderToString(page)).toContain("loading null pending <!-- -->wait");
    render(page);
    await shows("authenticated org_aurora allowed delete");
    expect(server.asked).toEqual(["/authz/session", "/authz/api/check/resources"]);
  });

  test("does the same if the server's token cannot be used", async () => {
    const server = new PageServer(await sessionOf(mara));
    render(<Page session={{ status: "unknown" }} pdp="/base/authz" />);
    await shows("authenticated org_aurora allowed delete");
    expect(server.asked).toEqual(["/base/authz/session", "/base/authz/api/check/resources"]);
  });

  test("treats a 401 of Kinde's middleware as signed out", async () => {
    const server = new PageServer(await sessionOf(null));
    server.session = () => Response.json({ statusCode: 401, message: "Unauthorized" }, { status: 401 });
    render(<Page />);
    await shows("signed_out null denied no");
    expect(server.asked).toEqual(["/authz/session"]);
  });

  test.each([
    [
      "the server's reason",
      Response.json({ code: 16, message: "Another application." }, { status: 401 }),
      /Another app/,
    ],
    ["where the route should be", new Response("<html>", { status: 404 }), /app\/authz\/\[\.\.\.path\]\/route\.ts/],
    ["that it is no session", Response.json({ status: "signed_in", claims: {} }), /answered 200/],
  ])("has an error that says %s, and allows nothing", async (_, response, text) => {
    const server = new PageServer(await sessionOf(mara));
    server.session = () => response;
    render(
      <Page>
        <Reason />
      </Page>,
    );
    await shows("error null error no");
    expect(screen.getByRole("note").textContent).toMatch(text);
  });
});

/** Shows why there is no session. */
function Reason(): ReactNode {
  const { error } = usePermissionsSession();
  const cause = error?.cause;
  return <p role="note">{cause instanceof Error ? cause.message : ""}</p>;
}

/** Fires the event for a page that is visible again, or was restored from the back/forward cache. */
const comesBack = (event: "visibilitychange" | "pageshow"): void => {
  if (event === "visibilitychange") document.dispatchEvent(new Event(event));
  else window.dispatchEvent(Object.assign(new Event(event), { persisted: true }));
};

describe("the session of a page", () => {
  test.each(["visibilitychange", "pageshow"] as const)("is looked at again on %s", async (event) => {
    const server = new PageServer(await sessionOf(mara));
    render(<Page session={await sessionOf(mara)} />);
    await shows("authenticated org_aurora allowed delete");
    server.become(await sessionOf(jonas));
    act(() => comesBack(event));
    await shows("authenticated org_aurora allowed no");
    server.become(await sessionOf(null));
    act(() => comesBack(event));
    await shows("signed_out null denied no");
    expect(server.asked.filter((path) => path === "/authz/session")).toHaveLength(2);
  });

  test("shows nothing of the earlier user on a page restored from the back/forward cache", async () => {
    const server = new PageServer(await sessionOf(mara));
    render(<Page session={await sessionOf(mara)} />);
    await shows("authenticated org_aurora allowed delete");
    server.session = () => new Promise(() => {});
    act(() => comesBack("pageshow"));
    await shows("loading null pending wait");
    expect(server.asked.at(-1)).toBe("/authz/session");
  });

  test("does not change while it is checked, or if the server is down", async () => {
    const server = new PageServer(await sessionOf(mara));
    render(<Page session={await sessionOf(mara)} />);
    await shows("authenticated org_aurora allowed delete");
    const answer = Promise.withResolvers<Response>();
    server.session = () => answer.promise;
    act(() => comesBack("visibilitychange"));
    await shows("authenticated org_aurora allowed delete");
    await act(async () => answer.reject(new TypeError("Failed to fetch")));
    await shows("authenticated org_aurora allowed delete");
    server.become(await sessionOf({ ...mara, iat: mara.iat + 1, exp: mara.exp + 1 }));
    await act(async () => comesBack("visibilitychange"));
    // A newer token with the same rights is the same session.
    expect(server.asked.filter((url) => !url.endsWith("/session"))).toEqual(["/authz/api/check/resources"]);
  });

  test("is refreshed by the server when the token expires, and the decisions stay", async () => {
    const server = new PageServer(await sessionOf(mara));
    const over = { ...mara, iat: mara.iat - 3600, exp: mara.iat - 1 };
    render(<Page session={await sessionOf(over)} state={await prefetchedFor(mara)} />);
    await shows("authenticated org_aurora allowed delete");
    expect(server.asked).toEqual(["/authz/session"]);
  });

  test("is that of the page's newest rendering, if the server confirms it", async () => {
    const server = new PageServer(await sessionOf(mara));
    const { rerender } = render(<Page session={await sessionOf(mara)} />);
    await shows("authenticated org_aurora allowed delete");
    // The rendering is from the router's cache, so the server is requested.
    rerender(<Page session={await sessionOf(jonas)} />);
    await waitFor(() => expect(server.asked).toContain("/authz/session"));
    await shows("authenticated org_aurora allowed delete");
    server.become(await sessionOf(null));
    rerender(<Page session={await sessionOf(null)} />);
    await shows("signed_out null denied no");
  });

  test("ends in all tabs when one tab has another session", async () => {
    const first = new PageServer(await sessionOf(mara));
    render(<Page session={await sessionOf(mara)} />);
    await shows("authenticated org_aurora allowed delete");
    first.become(await sessionOf(null));
    // Another tab after a sign-out: another provider, with its own page load.
    render(<Page session={await sessionOf(null)} />);
    await waitFor(() => expect(screen.getAllByText("signed_out null denied no").length).toBe(2));
  });
});

describe("a page with live", () => {
  test("subscribes to the events of its route, and renews a session whose rights changed", async () => {
    const server = new PageServer(await sessionOf(mara));
    render(<Page session={await sessionOf(mara)} live pdp="/base/authz" />);
    await shows("authenticated org_aurora allowed delete");
    await waitFor(() => expect(server.streams.length).toBe(1));
    expect(new Headers(server.streams[0]).has("authorization")).toBe(false);
    server.asked.length = 0;
    // Kinde returns the existing token until it is revoked.
    const answer = server.session;
    const renewed = await sessionOf({ ...mara, iat: mara.iat + 1, permissions: ["other"] });
    server.session = async () =>
      server.asked.includes("/base/authz/session/renew") ? Response.json(renewed) : answer();
    act(() => server.tell("outdated", { outdated: "rights", issuedUntil: mara.iat, delayMs: 0 }));
    await waitFor(() => expect(server.asked.at(-1)).toBe("/base/authz/api/check/resources"));
    expect(server.asked).toEqual([
      "/base/authz/session",
      "/base/authz/session/renew",
      "/base/authz/api/check/resources",
    ]);
    await shows("authenticated org_aurora allowed delete");
  });

  test("opens no stream without it", async () => {
    const server = new PageServer(await sessionOf(mara));
    render(<Page session={await sessionOf(mara)} />);
    await shows("authenticated org_aurora allowed delete");
    expect([server.streams, server.asked]).toEqual([[], ["/authz/api/check/resources"]]);
  });
});

/** A button that switches to another organization. */
const choose = (org: string): void => {
  fireEvent.change(screen.getByLabelText("Organization"), { target: { value: org } });
  fireEvent.click(screen.getByText("Switch"));
};

describe("switching the organization", () => {
  const assign = vi.fn<(url: URL) => void>();
  const onPage = async (server: PageServer, path = "/documents/1?tab=2"): Promise<void> => {
    assign.mockClear();
    vi.stubGlobal("location", Object.assign(new URL(path, "https://app.test"), { assign }));
    render(
      <Page session={await sessionOf(mara)} loginPath="/auth/login">
        <SwitchOrg />
      </Page>,
    );
    await shows("authenticated org_aurora allowed delete");
    expect(server.asked.length).toBe(1);
  };

  test("redirects to Kinde's login and back to this page, and allows nothing meanwhile", async () => {
    await onPage(new PageServer(await sessionOf(mara)));
    choose("org_birch");
    await shows("authenticated org_aurora pending wait");
    const url = new URL(String(assign.mock.lastCall?.[0]));
    expect([url.origin + url.pathname, Object.fromEntries(url.searchParams)]).toEqual([
      "https://app.test/auth/login",
      { org_code: "org_birch", post_login_redirect_url: "https://app.test/documents/1?tab=2" },
    ]);
  });

  test("ends if the user returns to the page through the back/forward cache", async () => {
    await onPage(new PageServer(await sessionOf(mara)));
    choose("org_birch");
    await shows("authenticated org_aurora pending wait");
    act(() => comesBack("pageshow"));
    await shows("authenticated org_aurora allowed delete");
    expect(screen.queryByRole("alert")).toBe(null);
  });

  test("reports a failure if the page is back with the earlier organization", async () => {
    sessionStorage.setItem("kinde-cerbos:switch", "org_birch");
    await onPage(new PageServer(await sessionOf(mara)));
    await waitFor(() => expect(screen.getByRole("alert").textContent).toMatch(/did not sign .* org_birch/));
    // It is reported once.
    expect(sessionStorage.length).toBe(0);
  });
});

describe("PermissionsProvider", () => {
  test("uses the app's QueryClient, or adds one", async () => {
    const clients: unknown[] = [];
    const See = (): null => {
      clients.push(useQueryClient());
      return null;
    };
    const server = new PageServer(await sessionOf(null));
    const page = (
      <Page session={await sessionOf(null)}>
        <See />
      </Page>
    );
    const queryClient = new QueryClient();
    render(<QueryClientProvider client={queryClient}>{page}</QueryClientProvider>);
    expect(clients.at(-1)).toBe(queryClient);
    render(page);
    expect(clients.at(-1)).toBeInstanceOf(QueryClient);
    expect(clients.at(-1)).not.toBe(queryClient);
    expect(server.asked).toEqual([]);
  });

  test.each([
    ["an address of another origin", { pdp: "https://pdp.example.com" }],
    ["a path without a slash", { pdp: "authz" }],
    ["a slash at the end", { pdp: "/authz/" }],
    ["another host in the path's place", { pdp: "//evil.test" }],
    ["a login elsewhere", { loginPath: "https://evil.test/login" }],
    ["a login at another host", { loginPath: "//evil.test/login" }],
  ])("refuses %s", (_, props) => {
    expect(() => renderToString(<Page {...props} />)).toThrow(expect.objectContaining({ code: "invalid_option" }));
  });
});
