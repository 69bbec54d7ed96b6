import { fileURLToPath } from "node:url";
import { HTTP } from "@cerbos/http";
import { createAuthorizer, createSession, matchesPlan } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { type LocalKinde, startLocalKinde, startPdp, type TestPdp } from "@kinde-cerbos/testing/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACTIONS, documentResource, documents } from "../data/documents.ts";
import { kindeConfig } from "../stack/kinde-config.ts";
import { oracle } from "./oracle.ts";

const config = await kindeConfig("http://localhost:5173");
const memberships = config.people.flatMap(({ id, memberships: places }) =>
  places.map(({ organization }) => ({ person: id, organization })),
);

let kinde: LocalKinde;
let pdp: TestPdp;

beforeAll(async () => {
  kinde = await startLocalKinde({ config });
  pdp = await startPdp({
    policies: fileURLToPath(new URL("../policies", import.meta.url)),
    kinde,
  });
}, 60_000);

afterAll(async () => {
  await pdp.stop();
  await kinde.close();
});

describe.each([
  ["@cerbos/http", () => new HTTP(pdp.url)],
  ["createFetchPdp", () => createFetchPdp(pdp.url)],
])("a plan through %s", (_, client) => {
  test.each(memberships)("says of each document what the PDP says: $person in $organization", async (membership) => {
    const token = await kinde.createToken(membership);
    const authorizer = createAuthorizer({ pdp: client(), session: await createSession(token) });
    const matched = new Set<string>();
    const unknown: string[] = [];
    for (const action of ACTIONS) {
      const plan = await authorizer.plan({ kind: "document", action });
      for (const document of documents) {
        const verdict = matchesPlan(plan, documentResource(document));
        if (verdict === true) matched.add(`${document.id} ${action}`);
        if (verdict === "unknown") unknown.push(`${document.id} ${action}`);
      }
    }
    expect(unknown).toEqual([]);
    expect(matched).toEqual(await oracle(pdp.url, token, documents));
    expect(matched.size).toBeGreaterThan(0);
  });

  test("for nobody is a denial of all", async () => {
    const authorizer = createAuthorizer({ pdp: client(), session: await createSession(null) });
    expect(await authorizer.plan({ kind: "document", action: "view" })).toMatchObject({ kind: "ALWAYS_DENIED" });
  });

  test("after the session has ended is refused", async () => {
    const authorizer = createAuthorizer({ pdp: client(), session: await createSession(null) });
    const asked = authorizer.plan({ kind: "document", action: "view" });
    authorizer.dispose();
    await expect(asked).rejects.toMatchObject({ code: "session_ended" });
    await expect(authorizer.plan({ kind: "document", action: "view" })).rejects.toMatchObject({
      code: "session_ended",
    });
  });
});

test("a client without plans is named", async () => {
  const { checkResources } = createFetchPdp(pdp.url);
  const authorizer = createAuthorizer({ pdp: { checkResources }, session: await createSession(null) });
  await expect(authorizer.plan({ kind: "document", action: "view" })).rejects.toMatchObject({
    code: "invalid_option",
    message: expect.stringContaining("planResources"),
  });
});
