import { useCan, usePlan, PermissionsProvider, tokenSource } from "@kinde-cerbos/react/source";
import { type CheckRequest, recordedChecks, type TestDecision } from "@kinde-cerbos/testing";
import { cerbosHandlers } from "@kinde-cerbos/testing/msw";
import { createKindeToken, startPdp, type TestPdp } from "@kinde-cerbos/testing/node";
import { QueryClient } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { setupServer } from "msw/node";
import { type ReactNode } from "react";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
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

it("an error fails the request, once, and a plan without one says so", async () => {
  server.use(...cerbosHandlers({ url: "http://pdp.test", can: () => new Error("down") }));
  show("http://pdp.test");
  expect(await screen.findByText(/^error \| error \| .* no plan for "edit" on document/)).toBeDefined();
  expect(recordedChecks()).toHaveCheckedTimes({ id: "1" }, 1);
});

async function post(body: unknown): Promise<[number, unknown]> {
  const response = await fetch("http://pdp.test/api/check/resources", { method: "POST", body: JSON.stringify(body) });
  return [response.status, await response.json()];
}

describe("a request", () => {
  const principal = { id: "ann", roles: ["user"] };

  it("without attributes has empty ones, and its request id is returned", async () => {
    const can = vi.fn<(check: CheckRequest) => boolean>(({ attr, principal: who }) => !attr["owner"] && !who.attr["x"]);
    server.use(...cerbosHandlers({ url: "http://pdp.test", can }));
    const resources = [{ resource: { kind: "document", id: "1" }, actions: ["view"] }];
    expect(await post({ requestId: "r1", principal, resources })).toMatchObject([
      200,
      { requestId: "r1", results: [{ actions: { view: "EFFECT_ALLOW" } }] },
    ]);
    expect(await post({ principal })).toMatchObject([200, { results: [] }]);
  });

  it.each([{}, null, "text"])("that is none is refused: %o", async (body) => {
    server.use(...cerbosHandlers({ url: "http://pdp.test", can: {} }));
    expect(await post(body)).toMatchObject([400, { code: 3 }]);
  });

  it("to a PDP that is down fails as if the PDP were down", async () => {
    server.use(...cerbosHandlers({ url: "http://pdp.test", pdp: "http://127.0.0.1:9" }));
    expect(await post({ principal })).toMatchObject([503, { code: 14 }]);
  });
});

it("a warning names the function with missing rules", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  server.use(...cerbosHandlers({ url: "http://pdp.test", can: {}, plan: () => true }));
  show("http://pdp.test");
  await screen.findByText(/denied/);
  expect(warn.mock.calls).toEqual([
    [expect.stringMatching(/^cerbosHandlers: .* add a rule: can: \{ document: \{ edit: true \} \}$/)],
  ]);
});

it.each([
  [{ can: {} }, "url of cerbosHandlers"],
  [{ url: "/authz" }, "either can, or pdp"],
  [{ url: "/authz", can: {}, pdp: "http://pdp.test" }, "either can, or pdp"],
  [{ url: "/authz", can: 3 }, "can of cerbosHandlers must be"],
])("%o is refused", (options, message) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this is about what types forbid
  expect(() => cerbosHandlers(options as never)).toThrow(message);
});
