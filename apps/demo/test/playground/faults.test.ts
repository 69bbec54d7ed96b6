// What is wrong on each of the faulty ways, as a page sees it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documentResource, documents } from "../../data/documents.ts";
import { type PlaygroundStack, startPlayground } from "./playground-stack.ts";

let stack: PlaygroundStack;
let token: string;

beforeAll(async () => {
  stack = await startPlayground();
  token = await stack.tokenOf("kp_mara", "org_aurora");
});
afterAll(() => stack.close());

/** Asks whether Mara may view a document, by a way with this fault. */
async function ask(fault: string, way: "authz" | "pdp" = "authz"): Promise<{ status: number; body: string }> {
  const response = await fetch(`${stack.url}/faults/${fault}/${way}/api/check/resources`, {
    method: "POST",
    body: JSON.stringify({
      principal: { id: "kp_mara", roles: ["user"] },
      resources: [{ resource: documentResource(documents[0]!), actions: ["view"] }],
      auxData: { jwt: { token } },
    }),
  });
  return { status: response.status, body: await response.text() };
}

const ALLOWED = { status: 200, body: expect.stringContaining('"view":"EFFECT_ALLOW"') };

describe("through the gateway", () => {
  test.each([
    ["none", ALLOWED],
    ["pdp-slow", ALLOWED],
    ["pdp-silent", { status: 504, body: expect.stringContaining("No PDP answered in time") }],
    ["pdp-down", { status: 503, body: expect.stringContaining("No PDP answers") }],
    ["pdp-refusing", { status: 429, body: expect.stringContaining("too many requests") }],
    ["pdp-broken", { status: 503, body: expect.stringContaining("The PDP answered 502") }],
    ["keys-rotated", { status: 401, body: expect.stringContaining("key") }],
    ["issuer-down", { status: 503, body: expect.stringContaining("keys") }],
    ["clock-ahead", { status: 401, body: expect.stringContaining("expired") }],
    ["clock-behind", { status: 401, body: expect.stringContaining("issued in the future") }],
  ])("%s is answered as it is in earnest", async (fault, answer) => {
    expect(await ask(fault)).toEqual(answer);
    // It is of that way alone.
    expect(await ask("none")).toEqual(ALLOWED);
  });

  test("a gateway that is off does not answer", async () => {
    await expect(ask("gateway-off")).rejects.toThrow("fetch failed");
    expect(await ask("none")).toEqual(ALLOWED);
  });

  test.each(["constructor", "nothing", "__proto__"])("there is no fault %j", async (fault) => {
    expect((await ask(fault)).body).not.toContain("EFFECT_ALLOW");
    expect((await ask(fault)).status).toBe(404);
  });
});

describe("directly at the PDP", () => {
  test.each([
    ["none", ALLOWED],
    ["pdp-slow", ALLOWED],
    ["pdp-down", { status: 502, body: "" }],
    ["pdp-refusing", { status: 429, body: expect.stringContaining("too many requests") }],
    ["pdp-broken", { status: 502, body: expect.stringContaining("Bad Gateway") }],
  ])("%s is answered as it is in earnest", async (fault, answer) => {
    expect(await ask(fault, "pdp")).toEqual(answer);
  });

  test("no other path of the PDP is reached", async () => {
    const { status } = await fetch(`${stack.url}/faults/none/pdp/admin/store/reload`);
    expect(status).toBe(404);
    const dots = await fetch(`${stack.url}/faults/none/pdp/api/%2e%2e/admin/store/reload`);
    expect(dots.status).not.toBe(401);
    expect(dots.status).toBeGreaterThanOrEqual(400);
  });
});
