import { freePort } from "@kinde-cerbos/cli/internal";
import { expect, test as base } from "@kinde-cerbos/testing/playwright";

/** With fixed ports, as an app's server needs them. */
const test = base.extend<object, { kindePort: number; pdpPort: number }>({
  kindePort: [async ({}, provide) => provide(await freePort()), { scope: "worker" }],
  pdpPort: [async ({}, provide) => provide(await freePort()), { scope: "worker" }],
  kindeOptions: [
    async ({ kindePort }, provide) => provide({ config: "test/samples/kinde.json", port: kindePort }),
    { scope: "worker" },
  ],
  pdpOptions: [
    async ({ pdpPort }, provide) => provide({ policies: "test/samples/policies", port: pdpPort }),
    { scope: "worker" },
  ],
});

test("issuer and PDP start before a test that does not use their fixtures", async ({ kindePort, pdpPort }) => {
  const keys = await fetch(`http://localhost:${kindePort}/.well-known/jwks`);
  const health = await fetch(`http://127.0.0.1:${pdpPort}/_cerbos/health`);
  expect([keys.status, health.status]).toEqual([200, 200]);
});
