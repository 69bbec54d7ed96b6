// @vitest-environment node
import { createAuthorizer, createSession } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { startLocalKinde, startPdp } from "@kinde-cerbos/testing/node";
import { expect, test } from "vitest";

test("Ann may edit her document, but not delete it", async () => {
  await using kinde = await startLocalKinde({ config: "test/samples/kinde.json" });
  await using pdp = await startPdp({ policies: "test/samples/policies", kinde });

  const token = await kinde.createToken({ person: "kp_ann", organization: "org_north" });
  const authorizer = createAuthorizer({ pdp: createFetchPdp(pdp.url), session: await createSession(token) });
  const resource = { kind: "document", id: "1", attr: { ownerId: "kp_ann" } } as const;

  expect(await authorizer.check({ action: "edit", resource })).toMatchObject({ allowed: true });
  expect(await authorizer.check({ action: "delete", resource })).toMatchObject({ allowed: false });
});
