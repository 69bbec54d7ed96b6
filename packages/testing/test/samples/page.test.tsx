import { PermissionsProvider, tokenSource } from "@kinde-cerbos/react/source";
import { cerbosHandlers } from "@kinde-cerbos/testing/msw";
import { createKindeToken } from "@kinde-cerbos/testing/node";
import { render, screen } from "@testing-library/react";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Toolbar } from "./toolbar";

const server = setupServer();
beforeAll(() => server.listen());
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

test("the owner may edit on a page with the app's own provider", async () => {
  server.use(...cerbosHandlers({ url: "/authz", can: { document: { edit: true, delete: false } } }));
  const { token } = await createKindeToken({ claims: { sub: "kp_ann" } });
  const source = tokenSource({ getToken: () => token });
  render(
    <PermissionsProvider pdp="/authz" source={source}>
      <Toolbar id="1" ownerId="kp_ann" />
    </PermissionsProvider>,
  );
  expect(await screen.findByText("Edit")).toHaveProperty("disabled", false);
});
