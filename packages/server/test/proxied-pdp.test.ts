// A PDP behind a proxy that has limits of its own: what it says of a request gets to the client, which sends less, or
// later. A real PDP, a real proxy, and core's authorizer before them.
import { type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { HTTP } from "@cerbos/http";
import { createAuthorizer, createSession, type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { type LocalKinde } from "@kinde-cerbos/local-kinde";
import { createEnforcer, createGateway } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { serve, type Served } from "./serve.ts";
import { AUDIENCE, CLIENT_ID, documentResource, documents, mara, type Pdp, startIssuer, startPdpFor } from "./stack.ts";

const PAGE = "<html><body><h1>No</h1></body></html>";
const MAX_BYTES = 40_000;

let kinde: LocalKinde;
let pdp: Pdp;
let proxy: Served;
let gateway: Served;
/** What the proxy answered, in its order. */
const statuses: number[] = [];
/** What the proxy says to the next requests in place of the PDP. */
const refusals: {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
}[] = [];

/** As nginx with `client_max_body_size`: it looks at the length, and answers with a page. */
async function passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  const refusal = body.length > MAX_BYTES ? { status: 413 } : refusals.shift();
  if (refusal) {
    response.writeHead(refusal.status, { "content-type": "text/html", ...refusal.headers }).end(refusal.body ?? PAGE);
  } else {
    const answer = await fetch(`${pdp.url}${request.url}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  }
  statuses.push(response.statusCode);
}

const options = () => ({ issuer: kinde.url, audience: AUDIENCE, clientId: CLIENT_ID, pdp: proxy.url });

beforeAll(async () => {
  kinde = await startIssuer();
  pdp = await startPdpFor(kinde);
  proxy = await serve((request, response) => {
    passOn(request, response).catch(() => response.destroy());
  });
  gateway = await serve(toNodeListener(createGateway({ ...options(), rateLimit: false, log: () => {} })));
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  await pdp.stop();
  await kinde.close();
});

beforeEach(() => {
  statuses.length = refusals.length = 0;
});

/** Twenty of 6 KB: the gateway takes them in one request, and the proxy does not. */
const large = documents.slice(0, 20).map((document) => {
  const resource = documentResource(document);
  return { action: "view", resource: { ...resource, attr: { ...resource.attr, title: "x".repeat(6000) } } };
});

const clients: [name: string, connect: (url: string) => PolicyDecisionPoint][] = [
  ["@cerbos/http", (url) => new HTTP(url)],
  ["createFetchPdp", (url) => createFetchPdp(url)],
];

/** Waits between retries take no time; time-outs stay. */
const quick = (task: () => void, ms: number): (() => void) => {
  const timer = setTimeout(task, ms >= 5000 ? ms : 0);
  return () => clearTimeout(timer);
};

describe.each(clients)("%s, through the gateway", (_, connect) => {
  test("a page that is too large for the proxy is asked for in parts, and each check is decided", async () => {
    const session = await createSession(await kinde.createToken(mara));
    const decisions = await createAuthorizer({ pdp: connect(`${gateway.url}/authz`), session }).checkAll(large);
    expect(decisions.map(({ resource, allowed }) => [resource.id, allowed])).toEqual(
      large.map(({ resource }) => [resource.id, true]),
    );
    expect(statuses).toContain(413);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(1);
  });

  test("one that the proxy wants later is asked for later", async () => {
    refusals.push({ status: 429 }, { status: 429 });
    const session = await createSession(await kinde.createToken(mara));
    const authorizer = createAuthorizer({
      pdp: connect(`${gateway.url}/authz`),
      session,
      random: () => 0,
      setTimer: quick,
    });
    expect(await authorizer.check(large[0]!)).toMatchObject({ allowed: true });
    expect(statuses).toEqual([429, 429, 200]);
  });
});

/** Asks the gateway about one document. */
const post = async (): Promise<Response> =>
  fetch(`${gateway.url}/authz/api/check/resources`, {
    method: "POST",
    body: JSON.stringify({
      resources: [{ actions: ["view"], resource: documentResource(documents[0]!) }],
      auxData: { jwt: { token: await kinde.createToken(mara) } },
    }),
  });

describe("the gateway's answer", () => {
  test.each([
    ["a page", PAGE],
    ["nothing", ""],
    ["JSON of its own", '{"message":"Request Too Long"}'],
    [
      "JSON with its status for a code, which no gRPC code is",
      '{"code":413,"message":"Payload of eyJhbGciOi.eyJzdWIi.x"}',
    ],
  ])("of 413 or 429 with %s is in the PDP's form, and quotes nothing", async (_, body) => {
    refusals.push({ status: 413, body }, { status: 429, body });
    const answers = [await post(), await post()];
    expect(answers.map(({ status }) => status)).toEqual([413, 429]);
    const [tooLarge, tooMany] = await Promise.all(answers.map((answer) => answer.json()));
    expect(tooLarge).toEqual({ code: 8, message: expect.stringContaining("larger than max") });
    expect(tooMany).toEqual({ code: 8, message: expect.not.stringContaining("larger than max") });
    expect(JSON.stringify([tooLarge, tooMany])).not.toMatch(/eyJ|<html|Long/);
    // The proxy has answered, so it is not asked twice as one that is down.
    expect(statuses).toEqual([413, 429]);
  });

  test.each<[number, string, string | (() => string), string | null]>([
    [429, "seconds", "7", "7"],
    [503, "seconds", "7", "7"],
    [413, "seconds", "7", "7"],
    [429, "a date", () => new Date(Date.now() + 3_600_000).toUTCString(), expect.stringMatching(/^3[56]\d\d$/)],
    [429, "a word", "soon", null],
    [429, "nothing to wait for", "0", null],
    [429, "less than nothing", "-1", null],
    [429, "centuries", "99999999999", null],
    [429, "a date that is past", "Wed, 21 Oct 2015 07:28:00 GMT", null],
  ])("of %i passes on a Retry-After that can be used: %s", async (status, _, header, expected) => {
    // Twice: a PDP that is alone is asked again if it fails.
    for (let sent = 0; sent < 2; sent += 1)
      refusals.push({ status, headers: { "retry-after": typeof header === "string" ? header : header() } });
    const response = await post();
    expect([response.status, response.headers.get("retry-after")]).toEqual([status, expected]);
  });

  test("of the PDP's own 429 is the PDP's, with its Retry-After", async () => {
    const body = '{"code":8,"message":"too many","details":[]}';
    refusals.push({ status: 429, headers: { "retry-after": "3" }, body });
    const response = await post();
    expect([response.status, await response.text(), response.headers.get("retry-after")]).toEqual([429, body, "3"]);
  });
});

describe("the enforcer", () => {
  test("asks in parts too", async () => {
    const { authorize } = createEnforcer(options());
    const request = { headers: { authorization: `Bearer ${await kinde.createToken(mara)}` } };
    const decisions = await authorize(request, large);
    expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(large.length);
    expect(statuses).toContain(413);
  });

  test("says when to ask again", async () => {
    // Longer than it would wait itself.
    for (let sent = 0; sent < 6; sent += 1) refusals.push({ status: 429, headers: { "retry-after": "30" } });
    const { requireAllowed } = createEnforcer(options());
    const request = { headers: { authorization: `Bearer ${await kinde.createToken(mara)}` } };
    await expect(requireAllowed(request, large[0]!)).rejects.toMatchObject({
      status: 503,
      headers: { "retry-after": "30" },
    });
    expect(statuses).toEqual([429]);
  });
});
