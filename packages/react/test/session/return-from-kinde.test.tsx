// A page that Kinde has redirected to. It reads its address as it is loaded, so each test loads the package anew.
import { type AuthzError } from "@kinde-cerbos/core";
import * as fc from "fast-check";
import { type ReactNode } from "react";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

const KEY = "kinde-cerbos:return";
const ORIGIN = window.location.origin;
const DEPARTURE = { id: "1", orgCode: "org_b", href: `${ORIGIN}/list?page=2`, answer: null };
/** What Kinde says when the user is not a member. */
const REFUSAL = "error=access_denied";
const ANSWER = `/?${REFUSAL}&state=${stateOf({ switch: "1" })}`;
const NOT_A_MEMBER = expect.objectContaining({ code: "switch_not_member" });

/** Attempts to leave the page. jsdom does not, and says so. */
let left: number;

beforeAll(() => {
  jsdom.virtualConsole.removeAllListeners("jsdomError");
  jsdom.virtualConsole.on("jsdomError", () => {
    left += 1;
  });
});

beforeEach(() => {
  left = 0;
});

afterEach(() => {
  sessionStorage.clear();
  window.history.replaceState(null, "", "/");
});

/** As Kinde's SDK writes it. */
function stateOf(state: unknown): string {
  return btoa(JSON.stringify(state)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Loads the page at an address, with this in the tab's storage. Returns the error of the hook. */
async function load(address: string, stored: unknown): Promise<AuthzError | null> {
  sessionStorage.setItem(KEY, typeof stored === "string" ? stored : JSON.stringify(stored));
  window.history.replaceState(null, "", address);
  vi.resetModules();
  const { useSwitchOrg } = await import("@kinde-cerbos/react");
  const { renderApp, settle } = await import("../support.tsx");
  let error: AuthzError | null = null;
  const Page = (): ReactNode => {
    ({ error } = useSwitchOrg());
    return null;
  };
  const { unmount } = renderApp(<Page />);
  await settle();
  unmount();
  return error;
}

/** What has become of the page and of what was stored. */
async function outcomeOf(address: string, stored: unknown): Promise<object> {
  const error = await load(address, stored);
  return { error, left, href: window.location.href, stored: sessionStorage.getItem(KEY) };
}

/** The outcome where nothing was done: the page is where it was, and what was stored is as it was. */
function untouched(address: string, stored: unknown): object {
  const text = typeof stored === "string" ? stored : JSON.stringify(stored);
  return { error: null, left: 0, href: `${ORIGIN}${address}`, stored: text };
}

/** Whether a stored text is a departure, which may be followed. */
function isDeparture(stored: string): boolean {
  try {
    const { id, orgCode, href, answer } = JSON.parse(stored);
    return (
      [id, orgCode, href].every((field) => typeof field === "string") && (answer === null || typeof answer === "string")
    );
  } catch {
    return false;
  }
}

describe("after a redirect to Kinde", () => {
  it("the page goes to where it began, and takes the refusal along, without the state", async () => {
    expect(await load(ANSWER, DEPARTURE)).toBeNull();
    expect(left).toBe(1);
    expect(JSON.parse(sessionStorage.getItem(KEY) ?? "")).toEqual({ ...DEPARTURE, answer: REFUSAL });
  });

  it("what Kinde refused is said there, once", async () => {
    expect(await load("/list?page=2", { ...DEPARTURE, answer: REFUSAL })).toEqual(NOT_A_MEMBER);
    expect([left, sessionStorage.getItem(KEY)]).toEqual([0, null]);
  });

  it("both happen at once where only the part behind # is another one", async () => {
    const href = `${ORIGIN}${ANSWER}#row-7`;
    expect(await load(ANSWER, { ...DEPARTURE, href })).toEqual(NOT_A_MEMBER);
    expect([left, window.location.href, sessionStorage.getItem(KEY)]).toEqual([0, href, null]);
  });

  it("nothing is said where the session is that of the organization", async () => {
    expect(await load("/list?page=2", { ...DEPARTURE, orgCode: "org_a", answer: "" })).toBeNull();
    expect(sessionStorage.getItem(KEY)).toBeNull();
  });
});

describe("only a page of this origin is gone to", () => {
  const foreign = [
    "https://evil.test/list",
    "//evil.test/list",
    "/list",
    "",
    ORIGIN,
    `${ORIGIN}.evil.test/list`,
    `${ORIGIN}@evil.test/list`,
    `${ORIGIN.replace("http:", "https:")}/list`,
    "http://localhost:1/list",
    `blob:${ORIGIN}/1d8a1b0e-7d5f-4c68-9d43-0d7f1f1c2a3b`,
    "data:text/html,hello",
    "javascript:document.body.append('the script has run')",
    `\n${ORIGIN}/list`,
  ];

  it.each(foreign)("not %j, neither with Kinde's answer in the address nor in the storage", async (href) => {
    expect(await outcomeOf(ANSWER, { ...DEPARTURE, href })).toEqual(untouched(ANSWER, { ...DEPARTURE, href }));
    expect(await outcomeOf("/", { ...DEPARTURE, href, answer: REFUSAL })).toEqual(
      untouched("/", { ...DEPARTURE, href, answer: REFUSAL }),
    );
    expect(document.body.textContent).not.toContain("the script has run");
  });
});

describe("an address that is not the answer to the redirect is left alone", () => {
  it.each([
    ["the state of another redirect", `/?${REFUSAL}&state=${stateOf({ switch: "2" })}`],
    ["a state without ours", `/?${REFUSAL}&state=${stateOf({ kinde: { event: "login" } })}`],
    ["a state that is not an object", `/?${REFUSAL}&state=${stateOf(null)}`],
    ["a state that is not JSON", `/?${REFUSAL}&state=b3Jn`],
    ["a state that is not base64url", `/?${REFUSAL}&state=*`],
    ["no state", `/?${REFUSAL}`],
    ["nothing", "/"],
  ])("%s", async (_, address) => {
    expect(await outcomeOf(address, DEPARTURE)).toEqual(untouched(address, DEPARTURE));
  });
});

describe("a stored text that is no departure is left alone", () => {
  const wrong = { id: 1, orgCode: null, href: [DEPARTURE.href], answer: 0 };
  it.each(Object.entries(wrong))("%s is %j, or absent", async (name, value) => {
    const wrongField: { readonly [field: string]: unknown } = { ...DEPARTURE, [name]: value };
    const { [name]: _, ...absent } = wrongField;
    for (const stored of [wrongField, absent]) {
      expect(await outcomeOf(ANSWER, stored)).toEqual(untouched(ANSWER, stored));
      // As if nothing in the state were the answer to nothing in the storage.
      expect(await outcomeOf(`/?${REFUSAL}&state=${stateOf({})}`, stored)).toEqual(
        untouched(`/?${REFUSAL}&state=${stateOf({})}`, stored),
      );
    }
  });

  it("whatever else it is", { timeout: 60_000 }, async () => {
    const fields = fc.record(
      { id: fc.constant("1"), orgCode: fc.anything(), href: fc.constant(DEPARTURE.href), answer: fc.jsonValue() },
      { requiredKeys: [] },
    );
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fields.map((value) => JSON.stringify(value) ?? ""),
    );
    const property = fc.asyncProperty(text, async (stored) => {
      fc.pre(!isDeparture(stored));
      expect(await outcomeOf(ANSWER, stored)).toEqual(untouched(ANSWER, stored));
    });
    await fc.assert(property, { numRuns: 50 });
  });
});
