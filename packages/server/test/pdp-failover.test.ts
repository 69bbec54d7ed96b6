// Two real PDPs under load. One is killed, one stops to answer: no check is lost.
import { createAuthorizer, createSession, type Session } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { type LocalKinde } from "@kinde-cerbos/local-kinde";
import { createGateway } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serve } from "./serve.ts";
import {
  AUDIENCE,
  documentResource,
  documents,
  mara,
  oracle,
  type RunningPdp,
  startIssuer,
  startPdpProcessFor,
} from "./stack.ts";

let kinde: LocalKinde;
let pdps: RunningPdp[];
let session: Session;

beforeAll(async () => {
  kinde = await startIssuer();
  pdps = await Promise.all([startPdpProcessFor(kinde), startPdpProcessFor(kinde)]);
  session = await createSession(await kinde.createToken(mara));
});

afterAll(async () => {
  await Promise.all(pdps.map((pdp) => pdp.stop()));
  await kinde.close();
});

const asked = documents.slice(0, 20);
const checks = asked.map((document) => ({ action: "edit", resource: documentResource(document) }));

test.each<[string, (pdp: RunningPdp) => void, (pdp: RunningPdp) => Promise<void>]>([
  ["is killed", (pdp) => pdp.kill(), (pdp) => pdp.restart()],
  ["stops to answer", (pdp) => pdp.signal("SIGSTOP"), async (pdp) => pdp.signal("SIGCONT")],
])("one of two PDPs %s under load: no check is lost, and it is used again when it is back", async (_, harm, heal) => {
  const [first, second] = pdps;
  if (!first || !second) throw new Error("There are two PDPs.");
  const answeredBy = [0, 0];
  let failedAttempts = 0;
  const gateway = createGateway({
    issuer: kinde.url,
    audience: AUDIENCE,
    pdp: [first.url, second.url],
    rateLimit: false,
    // Not what is tried here: the machine may be busy.
    timeoutMs: 30_000,
    attemptTimeoutMs: 500,
    healthCheckMs: 100,
    log: ({ pdps: places }) => {
      for (const place of places) answeredBy[place] = (answeredBy[place] ?? 0) + 1;
    },
    fetch: async (url, init) => {
      try {
        return await fetch(url, init);
      } catch (error) {
        if (url.startsWith(`${first.url}/api/`)) failedAttempts += 1;
        throw error;
      }
    },
  });
  await using served = await serve(toNodeListener(gateway));
  // Sees each answer: core would ask again what failed.
  const statuses: number[] = [];
  const pdp = createFetchPdp(`${served.url}/authz`, {
    fetch: async (...request) => {
      const response = await fetch(...request);
      statuses.push(response.status);
      return response;
    },
  });
  const expected = await oracle(second.url, session.token ?? "", asked);

  /** So many requests, twelve at a time; `then` runs in the middle of them. */
  const load = async (requests: number, then = (): void => {}): Promise<void> => {
    let begun = 0;
    const worker = async (): Promise<void> => {
      while (begun < requests) {
        begun += 1;
        if (begun === Math.ceil(requests / 2)) then();
        // An authorizer each, or they would share requests.
        const decisions = await createAuthorizer({ pdp, session, timeoutMs: 40_000 }).checkAll(checks);
        const allowed = decisions.filter((decision) => decision.allowed).map(({ resource }) => `${resource.id} edit`);
        expect(new Set(allowed)).toEqual(new Set([...expected].filter((row) => row.endsWith(" edit"))));
      }
    };
    await Promise.all(Array.from({ length: 12 }, worker));
  };

  await load(60);
  expect(Math.min(...answeredBy)).toBeGreaterThan(0);

  await load(240, () => harm(first));
  expect(failedAttempts).toBeGreaterThan(0);
  expect(statuses).toHaveLength(300);
  expect(new Set(statuses)).toEqual(new Set([200]));

  await heal(first);
  const before = answeredBy[0] ?? 0;
  const deadline = Date.now() + 30_000;
  while (answeredBy[0] === before && Date.now() < deadline) await load(10);
  expect(answeredBy[0]).toBeGreaterThan(before);
  expect(new Set(statuses)).toEqual(new Set([200]));
});
