import { createHash, randomBytes } from "node:crypto";
import { expect } from "@playwright/test";
import { CLIENT_ID } from "../../stack/kinde-config.ts";
import { EACH_CLOCK, test } from "./fixtures.ts";
import { type Stack } from "./stack.ts";
import { type Workspace } from "./workspace.ts";

const ROUNDS = 7;
/**
 * What a request to a hosted issuer on another continent takes on its way, there and back, in ms. On one machine it is
 * next to nothing, and what is measured is the page's own work.
 */
const LATENCY_MS = 250;

const ORGANIZATIONS = [
  { code: "org_borealis", name: "Borealis Health" },
  { code: "org_cascade", name: "Cascade Logistics" },
  { code: "org_aurora", name: "Aurora Energy" },
] as const;

for (const latency of [0, LATENCY_MS]) {
  test(
    `measures a silent switch beside Kinde's own requests, ${latency} ms away`,
    EACH_CLOCK,
    async ({ workspace, stack }) => {
      test.setTimeout(60_000);
      await workspace.signIn("Mara");
      const network = await workspace.page.context().newCDPSession(workspace.page);
      await network.send("Network.enable");
      await network.send("Network.emulateNetworkConditions", {
        offline: false,
        latency,
        downloadThroughput: -1,
        uploadThroughput: -1,
      });
      const switches: number[] = [];
      const requests: number[] = [];
      // In turns, so that what else the machine does falls on both.
      for (let round = 0; round < ROUNDS; round += 1) {
        const { code, name } = ORGANIZATIONS[round % ORGANIZATIONS.length]!;
        requests.push(await issuerRoundTrip(workspace, stack, code));
        switches.push(await timedSwitch(workspace, name));
      }
      const ratio = median(switches) / median(requests);
      console.log(
        `A silent switch, to the new organization on the page: ${median(switches).toFixed(0)} ms. ` +
          `Kinde's authorize, token and entitlements requests alone: ${median(requests).toFixed(0)} ms. Ratio ` +
          `${ratio.toFixed(2)}.`,
      );
      // The frame's own page is a fourth request, so 1.33 is the limit. What the
      // browser and the page add is the machine's: with an issuer next door it is most of it, and only printed.
      if (latency > 0) expect(ratio).toBeLessThan(2);
    },
  );
}

/** From the press of the button to the new organization on the page. */
async function timedSwitch({ page }: Workspace, organization: string): Promise<number> {
  return page.evaluate(async (name) => {
    const buttons = [...document.querySelectorAll("button")];
    const isShown = (): boolean => document.querySelector('[aria-label="Who I am"] dd')?.textContent === name;
    const startedAt = performance.now();
    const shown = new Promise<void>((resolve) => {
      new MutationObserver((_, observer) => {
        if (!isShown()) return;
        observer.disconnect();
        resolve();
      }).observe(document, { childList: true, subtree: true, characterData: true });
    });
    buttons.find(({ textContent }) => textContent.includes(name))?.click();
    await shown;
    return performance.now() - startedAt;
  }, organization);
}

/** Authorize, token and entitlements, by fetch from the page: no frame, no page to load, no storage, no rendering. */
async function issuerRoundTrip({ page }: Workspace, { kinde, url }: Stack, orgCode: string): Promise<number> {
  const verifier = randomBytes(32).toString("base64url");
  const query = new URLSearchParams({
    client_id: CLIENT_ID,
    response_type: "code",
    redirect_uri: `${url}/silent.html`,
    scope: "openid email profile offline",
    audience: "https://documents.example.com",
    prompt: "none",
    org_code: orgCode,
    state: "state",
    nonce: "nonce",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  // A page cannot read the code out of a redirect, so it is got beforehand.
  const cookies = await page.context().cookies(kinde.url);
  const headers = { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") };
  const authorized = await fetch(`${kinde.url}/oauth2/auth?${query}`, { headers, redirect: "manual" });
  const form = new URLSearchParams({
    client_id: CLIENT_ID,
    grant_type: "authorization_code",
    redirect_uri: `${url}/silent.html`,
    code: new URL(authorized.headers.get("location") ?? "").searchParams.get("code") ?? "",
    code_verifier: verifier,
  });
  const { took, status } = await page.evaluate(
    async ([authorize, token, body, entitlements]) => {
      const startedAt = performance.now();
      await fetch(authorize, { credentials: "include", redirect: "manual" });
      const answer = await fetch(token, {
        method: "POST",
        headers: { "kinde-sdk": "react" },
        body: new URLSearchParams(body),
      });
      const { access_token }: { access_token: string } = await answer.json();
      await (await fetch(entitlements, { headers: { authorization: `Bearer ${access_token}` } })).json();
      return { took: performance.now() - startedAt, status: answer.status };
    },
    [
      `${kinde.url}/oauth2/auth?${query}`,
      `${kinde.url}/oauth2/token`,
      form.toString(),
      `${kinde.url}/account_api/v1/entitlements`,
    ] as const,
  );
  expect(status).toBe(200);
  return took;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
