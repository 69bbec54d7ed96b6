// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createNextSource, type NextSource } from "../src/client/next-source.ts";
import { type PageSession } from "../src/page-session.ts";
import { mara, sessionOf } from "./page.tsx";

/** Records the requests to the server, and sets its responses. */
let asked: { readonly path: string; readonly answer: (session: PageSession | number) => Promise<void> }[];

let leave: () => void;

beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", (path: string, { method }: { method: string }) => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    asked.push({
      path: `${method} ${path}`,
      async answer(session) {
        resolve(
          typeof session === "number"
            ? Response.json({ code: 14, message: "Kinde did not answer." }, { status: session })
            : Response.json(session),
        );
        await settle();
      },
    });
    return promise;
  });
});
afterEach(() => leave());

const settle = async (): Promise<void> => new Promise((resolve) => void setTimeout(resolve));

const before = { ...mara, iat: mara.iat - 600 };
const after = { ...mara, permissions: [] };

/** Returns the source of a visible page. */
async function sourceOf(session: PageSession): Promise<{ source: NextSource; told: () => number }> {
  const source = createNextSource({ pdp: "/authz", loginPath: "/login", session, options: {} });
  const listener = vi.fn<() => void>();
  leave = source.subscribe(listener);
  source.getSnapshot();
  await settle();
  return { source, told: () => listener.mock.calls.length };
}

const pathsAsked = (): string[] => asked.map(({ path }) => path);

describe("renew", () => {
  test("has the server renew its token, and the page has the claims of the new one", async () => {
    const { source, told } = await sourceOf(await sessionOf(before));
    const renewal = source.renew?.();
    await settle();
    expect(pathsAsked()).toEqual(["POST /authz/session/renew"]);
    expect(source.getSnapshot()).toMatchObject({ status: "signed_in", claims: before });
    await asked[0]?.answer(await sessionOf(after));
    expect(await renewal).toMatchObject({ status: "signed_in", claims: after });
    expect(source.getSnapshot()).toMatchObject({ status: "signed_in", claims: after });
    expect(told()).toBeGreaterThan(0);
  });

  test("waits for a request in flight, which would return older claims", async () => {
    const { source } = await sourceOf(await sessionOf(before));
    document.dispatchEvent(new Event("visibilitychange"));
    const renewal = source.renew?.();
    await settle();
    expect(pathsAsked()).toEqual(["POST /authz/session"]);
    await asked[0]?.answer(503);
    expect(pathsAsked()).toEqual(["POST /authz/session", "POST /authz/session/renew"]);
    // Requests in the meantime share its response.
    document.dispatchEvent(new Event("visibilitychange"));
    await asked[1]?.answer(await sessionOf(after));
    expect(await renewal).toMatchObject({ claims: after });
    expect(asked.length).toBe(2);
  });

  test("leaves the session as it is if the server fails", async () => {
    const { source } = await sourceOf(await sessionOf(before));
    const renewal = source.renew?.();
    const failure = renewal?.catch((error: unknown) => error);
    await settle();
    await asked[0]?.answer(503);
    expect(await failure).toMatchObject({ code: "source_failed" });
    expect(source.getSnapshot()).toMatchObject({ status: "signed_in", claims: before });
    // The next call sends a new request.
    void source.renew?.().catch(() => {});
    await settle();
    expect(pathsAsked()).toEqual(["POST /authz/session/renew", "POST /authz/session/renew"]);
    await asked[1]?.answer(await sessionOf(null));
    expect(source.getSnapshot()).toMatchObject({ status: "signed_out" });
    void source.refresh();
    await settle();
    expect(pathsAsked()[2]).toBe("POST /authz/session");
  });
});
