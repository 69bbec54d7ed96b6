import { useCan, usePlan, PermissionsProvider, tokenSource } from "@kinde-cerbos/react/source";
import { type TestDecision } from "@kinde-cerbos/testing";
import { cerbosHandlers } from "@kinde-cerbos/testing/msw";
import { createKindeToken, startPdp, type TestPdp } from "@kinde-cerbos/testing/node";
import { QueryClient } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { setupServer } from "msw/node";
import { type ReactNode } from "react";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { POLICIES } from "./policies.ts";

const server = setupServer();
let token = "";
const source = tokenSource({ getToken: () => token });
let pdp: TestPdp;

beforeAll(async () => {
  ({ token } = await createKindeToken({ claims: { sub: "ann" } }));
  pdp = await startPdp({ policies: POLICIES });
  server.listen({ onUnhandledFrame: "error" });
});
afterEach(() => server.resetHandlers());
afterAll(async () => {
  server.close();
  await pdp.stop();
});

function Page(): ReactNode {
  const mine = useCan({ action: "edit", resource: { kind: "document", id: "1", attr: { owner: "ann" } } });
  const other = useCan({ action: "edit", resource: { kind: "document", id: "2", attr: { owner: "ben" } } });
  const { plan, error } = usePlan({ kind: "document", action: "edit" });
  const condition = plan?.kind === "CONDITIONAL" ? JSON.stringify(plan.condition) : plan?.kind;
  return (
    <p>
      {[mine.status, other.status, JSON.stringify(mine.decision?.outputs[0]?.value), condition ?? error?.message].join(
        " | ",
      )}
    </p>
  );
}

function show(url: string): void {
  render(
    <PermissionsProvider source={source} pdp={url} queryClient={new QueryClient()}>
      <Page />
    </PermissionsProvider>,
  );
}

const ownerMay = ({ attr, principal }: { attr: object; principal: { id: string } }): TestDecision => ({
  allowed: "owner" in attr && attr.owner === principal.id,
  outputs: [{ source: "rule", value: "mine" }],
});

const CONDITION = { operator: "eq", operands: [{ variable: "request.resource.attr.owner" }, { value: "ann" }] };

describe.each(["http://pdp.test", "http://pdp.test/authz/"])("at %s", (url) => {
  it("answers by rules, as a PDP does", async () => {
    server.use(...cerbosHandlers({ url, can: ownerMay, plan: () => CONDITION }));
    show(url);
    expect(await screen.findByText(`allowed | denied | "mine" | ${JSON.stringify(CONDITION)}`)).toBeDefined();
  });

  it("answers from the real policies, through a PDP", async () => {
    server.use(...cerbosHandlers({ url, pdp: pdp.url }));
    show(url);
    expect(await screen.findByText(`allowed | denied | "edit by ann" | ${JSON.stringify(CONDITION)}`)).toBeDefined();
  });
});

it("an error fails the request, and a plan without one says so", async () => {
  server.use(...cerbosHandlers({ url: "http://pdp.test", can: () => new Error("down") }));
  show("http://pdp.test");
  expect(
    await screen.findByText(/^error \| error \| .* no plan for "edit" on document/, {}, { timeout: 5000 }),
  ).toBeDefined();
});
