import { type LocalKinde } from "@kinde-cerbos/local-kinde";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Report } from "../src/doctor/report.ts";
import { HAS_STRICT_EVALUATION } from "./support/cerbos.ts";
import { type GatewayOptions, startGateway } from "./support/gateway.ts";
import { CLIENT_ID, PERSON, startIssuer } from "./support/issuer.ts";
import { type PdpSettings, type RunningPdp, startPdp } from "./support/pdp.ts";
import { run } from "./support/run.ts";

const world = { clientId: CLIENT_ID, origin: "https://app.test" };

let kinde: LocalKinde;
let pdp: RunningPdp;

beforeAll(async () => {
  kinde = await startIssuer();
  // With the flaw: the gateway stands before it, and the doctor must not say that it is not there.
  pdp = await startPdp({ ...world, jwksUrl: `${kinde.url}/.well-known/jwks`, issuer: kinde.url }, { jwt: {} });
});

afterAll(async () => {
  await pdp.stop();
  await kinde.close();
});

test.each([
  { name: "a gateway", anonymous: false },
  { name: "a gateway that lets those ask who have no token", anonymous: true },
])("$name is recognized, and nothing is said of the PDP behind it that was not seen", async ({ anonymous }) => {
  const { code, report } = await examine({ anonymous });

  expect(report.target).toMatchObject({ kind: "gateway", cerbos: null });
  const skipped = report.findings.filter(({ state }) => state === "skipped").map(({ id }) => id);
  expect(skipped).toEqual(["pdp-version", "subject", "issuer", "check", "cors"]);
  expect(report.summary).toEqual(
    HAS_STRICT_EVALUATION
      ? { ok: 19, warning: 0, danger: 0, skipped: 5 }
      : { ok: 18, warning: 1, danger: 0, skipped: 5 },
  );
  for (const id of ["signature", "token-cache", "alg-none", "hs256", "expired"]) {
    expect(seen(report, id)).toMatch(/^Refused by the gateway: .* The PDP behind it was not checked\.$/);
  }
  expect(seen(report, "subject")).toMatch(/replaces the principal with the token's subject/);
  expect(seen(report, "audience")).toMatch(/was refused before any policy: HTTP 401/);
  expect(code).toBe(0);
});

test("a gateway for another application refuses the token, which is a danger", async () => {
  const { code, report } = await examine({ clientId: "elsewhere" });

  expect(seen(report, "token-accepted")).toBe("The gateway refused it: HTTP 401.");
  expect(report.summary).toMatchObject({ danger: 1 });
  expect(code).toBe(1);
});

test("a gateway that does not take the doctor's kind proves nothing of tokens, and is no danger", async () => {
  const { code, report } = await examine({ kinds: ["document"] });

  expect(seen(report, "token-accepted")).toBe("It was neither accepted nor refused: HTTP 400.");
  const skipped = report.findings.filter(({ state }) => state === "skipped").map(({ id }) => id);
  expect(skipped).toEqual(
    expect.arrayContaining(["token-accepted", "signature", "token-cache", "policies", "max-resources"]),
  );
  expect(code).toBe(0);
});

test("a gateway that leaves out metadata hides whether there is a policy, and that is said", async () => {
  await using unset = await startOther({ asserts: null });
  const hidden = await examine({ pdp: unset.url });

  expect(seen(hidden.report, "policies")).toBe(
    "The token was denied, and the answer does not say whether there is a policy for the kind kinde_doctor.",
  );
  expect(seen(hidden.report, "schema")).toBe(
    "It was denied, and the answer does not say whether there is a policy for the kind kinde_doctor.",
  );
  expect(seen(hidden.report, "check")).toMatch(
    /so the denials prove nothing\. The answers do not say whether there is a policy for it\.$/,
  );
  expect(hidden.report.summary).toMatchObject({ warning: 0, danger: 0 });

  const told = await examine({ pdp: unset.url, metadata: true });
  for (const id of ["policies", "check"]) expect(seen(told.report, id)).toMatch(/NO_MATCH\.$/);
});

test("a setting of the PDP behind a gateway is named", async () => {
  await using other = await startOther({ globals: { issuer: kinde.url, clientId: "elsewhere" } });
  const { code, report } = await examine({ pdp: other.url });

  expect(seen(report, "policies")).toBe("engine.globals.clientId of the PDP does not match the token's azp.");
  expect(code).toBe(1);
});

async function startOther(settings: PdpSettings): Promise<RunningPdp & AsyncDisposable> {
  const running = await startPdp({ ...world, jwksUrl: `${kinde.url}/.well-known/jwks`, issuer: kinde.url }, settings);
  return { ...running, [Symbol.asyncDispose]: () => running.stop() };
}

async function examine(gateway: Partial<GatewayOptions> = {}): Promise<{ code: number; report: Report }> {
  const server = await startGateway({ pdp: pdp.url, issuer: kinde.url, clientId: CLIENT_ID, ...gateway });
  try {
    const { code, stdout } = await run(
      [
        "doctor",
        `--pdp=${server.url}`,
        `--issuer=${kinde.url}`,
        ...(gateway.pdp === undefined ? [] : ["--check=a:b"]),
        "--json",
      ],
      {
        env: {
          KINDE_TOKEN: await kinde.createToken({ person: PERSON }),
          KINDE_EXPIRED_TOKEN: await kinde.createToken({ person: PERSON, lifetime: -120 }),
          KINDE_FOREIGN_TOKEN: await kinde.createToken({ person: PERSON, clientId: "other" }),
        },
      },
    );
    const report: Report = JSON.parse(stdout);
    return { code, report };
  } finally {
    await server.close();
  }
}

function seen(report: Report, id: string): string | undefined {
  return report.findings.find((one) => one.id === id)?.seen;
}
