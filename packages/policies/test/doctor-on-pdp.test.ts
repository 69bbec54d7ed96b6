// The answers that `kinde-cerbos doctor` gets from the shared policies on a real PDP.
import { type LocalKinde, startLocalKinde } from "@kinde-cerbos/local-kinde";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasStrictEvaluation, startPdp } from "../../cli/src/internal.ts";
// The CLI starts the PDP. It depends on this package, so it cannot be a dependency of this package.
import { type Assembled, assemble } from "./assemble.ts";

let kinde: LocalKinde;
let assembled: Assembled;

beforeAll(async () => {
  assembled = assemble();
  kinde = await startLocalKinde({
    config: {
      applications: [{ clientId: "web", redirectUris: ["http://localhost:5173"] }],
      organizations: [{ code: "org_one", name: "One" }],
      people: [
        {
          id: "kp_ann",
          email: "ann@example.com",
          givenName: "Ann",
          familyName: "Other",
          memberships: [{ organization: "org_one" }],
        },
      ],
    },
  });
});

afterAll(async () => {
  await kinde.close();
  assembled[Symbol.dispose]();
});

test.each([
  // Cerbos before 0.55 has no strict evaluation.
  { strictEvaluation: true, expected: hasStrictEvaluation() ? "EFFECT_DENY" : "EFFECT_ALLOW" },
  { strictEvaluation: false, expected: "EFFECT_ALLOW" },
])(
  "strictEvaluation $strictEvaluation: a token that counts gets $expected for probe_strict",
  async ({ strictEvaluation, expected }) => {
    expect(await ask({ strictEvaluation })).toEqual({
      actions: { probe: "EFFECT_ALLOW", probe_strict: expected },
      outputs: [{ issuer: "same", clientId: "same", audience: "missing" }],
    });
  },
);

test("a PDP for another application says so to a token, and nothing without a token", async () => {
  const denied = { probe: "EFFECT_DENY", probe_strict: "EFFECT_DENY" };
  const clientId = "elsewhere";
  expect(await ask({ clientId })).toEqual({
    actions: denied,
    outputs: [{ issuer: "same", clientId: "different", audience: "missing" }],
  });
  expect(await ask({ clientId, withToken: false })).toEqual({
    actions: denied,
    outputs: [{ issuer: "missing", clientId: "missing", audience: "missing" }],
  });
});

async function ask({ strictEvaluation = true, clientId = "web", withToken = true }): Promise<object> {
  const settings = { policies: assembled.folder, jwksUrl: `${kinde.url}/.well-known/jwks` };
  const pdp = await startPdp({ ...settings, globals: { issuer: kinde.url, clientId }, strictEvaluation });
  try {
    const response = await fetch(`${pdp.url}/api/check/resources`, {
      method: "POST",
      body: JSON.stringify({
        principal: { id: "kp_ann", roles: ["user"] },
        resources: [{ resource: { kind: "kinde_doctor", id: "1" }, actions: ["probe", "probe_strict"] }],
        ...(withToken && { auxData: { jwt: { token: await kinde.createToken({ person: "kp_ann" }) } } }),
      }),
    });
    const { results }: { results: [{ actions: object; outputs: { val: object }[] }] } = JSON.parse(
      await response.text(),
    );
    const [{ actions, outputs }] = results;
    return { actions, outputs: outputs.map(({ val }) => val) };
  } finally {
    await pdp.stop();
  }
}
