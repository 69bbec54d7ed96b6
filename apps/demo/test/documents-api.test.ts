import { fileURLToPath } from "node:url";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { type LocalKinde, startLocalKinde, startPdp, type TestPdp } from "@kinde-cerbos/testing/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type DocumentStore, openDocuments } from "../server/document-store.ts";
import { createDocumentsApi } from "../server/documents-api.ts";
import { CLIENT_ID, kindeConfig } from "../stack/kinde-config.ts";
// What the browser tests do not reach: a document that changes while Cerbos is asked, bodies that are no title, and
// paths that are none.
import { storedDocuments } from "./stored-documents.ts";

let kinde: LocalKinde;
let pdp: TestPdp;
/** An administrator of Aurora Energy. */
let token: string;
let documents: DocumentStore;
/** Done when the PDP has answered, and nothing has come of it yet. */
let meanwhile: () => void;

beforeAll(async () => {
  kinde = await startLocalKinde({ config: await kindeConfig("http://localhost:5173") });
  pdp = await startPdp({
    policies: fileURLToPath(new URL("../policies", import.meta.url)),
    kinde,
  });
  token = await kinde.createToken({ person: "kp_mara", organization: "org_aurora" });
}, 60_000);

afterAll(async () => {
  await pdp.stop();
  await kinde.close();
});

beforeEach(() => {
  documents = openDocuments(":memory:");
  meanwhile = () => undefined;
});

afterEach(() => documents.close());

async function ask(method: string, path: string, body?: BodyInit): Promise<{ status: number; body: unknown }> {
  const client = createFetchPdp(pdp.url);
  const api = createDocumentsApi(documents, {
    issuer: kinde.url,
    clientId: CLIENT_ID,
    pdp: {
      async checkResources(request, options) {
        const answer = await client.checkResources(request, options);
        meanwhile();
        return answer;
      },
      planResources: client.planResources,
    },
  });
  const headers = { authorization: `Bearer ${token}` };
  const response = await api(
    new Request(`http://localhost${path}`, { method, headers, ...(body !== undefined && { body, duplex: "half" }) }),
  );
  expect(response.headers.get("cache-control")).toBe("no-store");
  return { status: response.status, body: await response.json() };
}

test("lists the organization's documents, which the token names, and the database has", async () => {
  const { status, body } = await ask("GET", "/");
  expect(status).toBe(200);
  expect(body).toEqual({ documents: await storedDocuments(documents, "org_aurora"), total: 60 });
});

test("lists a page of them, in an order and a state of one's choice, and counts them all", async () => {
  const [all, published] = await Promise.all([
    ask("GET", "/?sort=-title"),
    ask("GET", "/?state=published&page=2&size=5"),
  ]);
  const stored = await storedDocuments(documents, "org_aurora");
  const titles = stored.map(({ title }) => title);
  expect(all.body).toMatchObject({
    total: 60,
    documents: titles
      .toSorted()
      .toReversed()
      .map((title) => ({ title })),
  });
  const expected = stored.filter(({ state }) => state === "published");
  expect(published.body).toEqual({ total: expected.length, documents: expected.slice(5, 10) });
});

test.each([
  ["page=0", "page"],
  ["page=1.5", "page"],
  ["page=9999999999999999999", "page"],
  ["size=101", "size"],
  ["size=-1", "size"],
  ["state=lost", "state"],
  ["sort=ownerId", "sort"],
  ["sort=--id", "sort"],
  ["sort=", "sort"],
])("refuses a list of %s", async (query, name) => {
  expect(await ask("GET", `/?${query}`)).toEqual({ status: 400, body: { message: expect.stringContaining(name) } });
});

describe("a document that changes while Cerbos is asked", () => {
  test.each([
    ["PATCH", "/aurora-01", '{"title":"New"}'],
    ["POST", "/aurora-01/publish"],
    ["DELETE", "/aurora-01"],
  ])("is left alone by %s %s: what was allowed was about another version", async (method, path, body?: string) => {
    const document = documents.find("aurora-01");
    meanwhile = () => void documents.change(document!, { title: "Changed by somebody else" });
    expect(await ask(method, path, body)).toMatchObject({ status: 409 });
    expect(documents.find("aurora-01")).toMatchObject({
      title: "Changed by somebody else",
      state: document?.state,
      version: 2,
    });
  });

  test("may be gone", async () => {
    const document = documents.find("aurora-01");
    meanwhile = () => void documents.remove(document!);
    expect(await ask("POST", "/aurora-01/publish")).toMatchObject({ status: 409 });
    expect(documents.find("aurora-01")).toBeUndefined();
  });
});

test.each([
  ["no body", undefined],
  ["no JSON", "New"],
  ["no title", "{}"],
  ["a title that is no text", '{"title":1}'],
  ["a title of spaces", '{"title":"  "}'],
  ["a title that is too long", JSON.stringify({ title: "n".repeat(201) })],
  ["a body that is too long", `{"title":"New"${" ".repeat(4096)}}`],
  ["a body without an end", endless()],
])("takes no title from %s", async (_, body) => {
  const before = documents.find("aurora-01");
  expect(await ask("PATCH", "/aurora-01", body)).toMatchObject({ status: 400 });
  expect(documents.find("aurora-01")).toEqual(before);
});

test("sets nothing but the title", async () => {
  const before = documents.find("aurora-01");
  const sent = { title: " New ", state: "published", ownerId: "kp_mara", orgCode: "org_borealis", version: 9 };
  const { status, body } = await ask("PATCH", "/aurora-01", JSON.stringify(sent));
  const after = { ...before, title: "New", version: 2, updatedAt: documents.find("aurora-01")?.updatedAt };
  expect([status, body]).toEqual([200, { document: after, callId: expect.stringMatching(/^\w{26}$/) }]);
  expect(documents.find("aurora-01")).toEqual(after);
});

test.each([
  ["POST", "/"],
  ["PUT", "/aurora-01"],
  ["GET", "/aurora-01/publish"],
  ["POST", "/aurora-01/constructor"],
  ["POST", "/aurora-01/publish/"],
  ["GET", "/aurora-01/../aurora-02/x"],
  ["DELETE", "/%61urora-01"],
])("%s %s is nothing", async (method, path) => {
  expect(await ask(method, path)).toMatchObject({ status: 404 });
  expect(await storedDocuments(documents, "org_aurora")).toHaveLength(60);
});

/** A body of which there is always more. */
function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(1024).fill(32)) });
}
