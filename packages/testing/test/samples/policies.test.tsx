import { PermissionsProvider, tokenSource } from "@kinde-cerbos/react/source";
import { cerbosHandlers } from "@kinde-cerbos/testing/msw";
import { createKindeToken, startPdp, type TestPdp } from "@kinde-cerbos/testing/node";
import { render, screen } from "@testing-library/react";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Toolbar } from "./toolbar";

const server = setupServer();
let pdp: TestPdp;
beforeAll(async () => {
  pdp = await startPdp({ policies: "test/samples/policies" });
  server.listen();
  server.use(...cerbosHandlers({ url: "/authz", pdp: pdp.url }));
});
afterAll(async () => {
  server.close();
  await pdp.stop();
});

async function show(sub: string): Promise<void> {
  const { token } = await createKindeToken({ claims: { sub } });
  const source = tokenSource({ getToken: () => token });
  render(
    <PermissionsProvider pdp="/authz" source={source}>
      <Toolbar id="1" ownerId="kp_ann" />
    </PermissionsProvider>,
  );
}

test("the owner may edit", async () => {
  await show("kp_ann");
  expect(await screen.findByText("Edit")).toHaveProperty("disabled", false);
});

test("another user may not edit", async () => {
  await show("kp_ben");
  expect(await screen.findByText("Edit")).toHaveProperty("disabled", true);
});
