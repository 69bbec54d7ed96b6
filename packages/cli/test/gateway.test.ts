import { type LocalKinde } from "@kinde-cerbos/local-kinde";
import { afterAll, beforeAll, expect, test } from "vitest";

import { type Report } from "../src/doctor/report.ts";
import { startGateway } from "./support/gateway.ts";
import { CLIENT_ID, PERSON, startIssuer } from "./support/issuer.ts";
import { type RunningPdp, startPdp } from "./support/pdp.ts";
import { run } from "./support/run.ts";

let kinde: LocalKinde;
let pdp: RunningPdp;

beforeAll(async () => {
  kinde = await startIssuer();
  // With the flaw: the gateway stands before it, and the doctor must not say that it is not there.
  pdp = await startPdp(
    { jwksUrl: `${kinde.url}/.well-known/jwks`, issuer: kinde.url, clientId: CLIENT_ID, origin: "https://app.test" },
    { jwt: {} },
  );
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
  expect(skipped).toEqual(["pdp-version", "subject", "issuer", "cors"]);
  expect(report.summary).toEqual({ ok: 18, warning: 0, danger: 0, skipped: 4 });
  for (const id of ["signature", "token-cache", "alg-none", "hs256", "expired"]) {
    expect(seen(report, id)).toMatch(/^Refused by the gateway: .* What the PDP behind it does was not seen\.$/);
  }
  expect(seen(report, "subject")).toMatch(/puts the token's subject in the place of the principal/);
  expect(seen(report, "audience")).toMatch(/was refused as such: HTTP 401/);
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
  expect(skipped).toEqual(expect.arrayContaining(["token-accepted", "signature", "token-cache", "policies", "max-resources"]));
  expect(code).toBe(0);
});

async function examine(
  gateway: { clientId?: string; anonymous?: boolean; kinds?: readonly string[] } = {},
): Promise<{ code: number; report: Report }> {
  const server = await startGateway({ pdp: pdp.url, issuer: kinde.url, clientId: CLIENT_ID, ...gateway });
  try {
    const { code, stdout } = await run(["doctor", `--pdp=${server.url}`, `--issuer=${kinde.url}`, "--json"], {
      env: {
        KINDE_TOKEN: await kinde.createToken({ person: PERSON }),
        KINDE_EXPIRED_TOKEN: await kinde.createToken({ person: PERSON, lifetime: -120 }),
        KINDE_FOREIGN_TOKEN: await kinde.createToken({ person: PERSON, clientId: "other" }),
      },
    });
    const report: Report = JSON.parse(stdout);
    return { code, report };
  } finally {
    await server.close();
  }
}

function seen(report: Report, id: string): string | undefined {
  return report.findings.find((one) => one.id === id)?.seen;
}
