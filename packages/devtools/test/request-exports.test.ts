// @vitest-environment node
// Tests the exports of a request: curl sends it to a real PDP, and `cerbos compile` runs its test.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { claimsFromToken, type PdpRequest } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { createKindeToken, runPolicyTests, startPdp, type TestPdp } from "@kinde-cerbos/testing/node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { curlCommand } from "../src/batches/curl.ts";
import { playgroundFiles, policyTest, type TextFile } from "../src/batches/policy-test-files.ts";
import { type Attempt } from "../src/record/attempt.ts";
import { attemptOf } from "./attempt-of.ts";
import { effectsIn } from "./effects-in.ts";

const POLICIES = fileURLToPath(new URL("e2e/policies", import.meta.url));

/** A policy on data that a test must contain: the token's claims, the time, and unchanged texts. */
const VAULT = `
apiVersion: api.cerbos.dev/v1
resourcePolicy:
  resource: vault
  version: default
  rules:
    - { actions: [open], effect: EFFECT_ALLOW, roles: [user], condition: { match: { expr: 'request.aux_data.jwt.org_code == "org_test"' } } }
    - { actions: [list], effect: EFFECT_ALLOW, roles: [user], condition: { match: { expr: 'timestamp(R.attr.until) > now()' } } }
    - { actions: [same], effect: EFFECT_ALLOW, roles: [user], condition: { match: { expr: 'R.attr.text == P.attr.text && R.attr.text.map(t, size(t)) == R.attr.sizes && R.attr.special == "\\u0085\\u2028\\u2029\\uFEFF\\u007F"' } } }
`;

/** Texts with characters that a shell, JSON or YAML could misread. */
const AWKWARD = [
  `it's "quoted" \\ and \\n`,
  "$TOKEN $(exit 1) `exit 1` ${HOME} $'x'",
  "two\nlines\r\n\tand a tab",
  "EOF",
  "yes",
  "1.0",
  "# no comment: { a: [b] } & *c",
  "\u0085 \u2028 \u2029 \uFEFF \u007F \u0000 \u{1F600}",
  "",
];

/** Characters that YAML treats as line ends or does not allow. */
const SPECIAL = "\u0085\u2028\u2029\uFEFF\u007F";

let folder: string;
let pdp: TestPdp;
let attempt: Attempt & { what: "check" };
let token: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kinde-cerbos-"));
  await cp(POLICIES, folder, { recursive: true });
  await writeFile(join(folder, "vault.yaml"), VAULT);
  pdp = await startPdp({ policies: folder });
  token = (await createKindeToken()).token;
  const principal = {
    id: "kp_ann",
    roles: ["user"],
    attr: { text: AWKWARD, "it's: a # name": null, no: [{ a: [] }, [1]] },
  };
  const vaults = AWKWARD.map((text, at) => ({
    resource: {
      kind: "vault",
      id: at === 0 ? "it's $HOME" : "same",
      attr: {
        text: AWKWARD,
        sizes: AWKWARD.map((one) => Array.from(one).length),
        special: SPECIAL,
        [text || "name"]: text,
      },
    },
    actions: ["open", "same"],
  }));
  const resources = [
    ...vaults,
    {
      resource: { kind: "vault", id: "past", attr: { until: new Date(Date.now() - 60_000).toISOString() } },
      actions: ["list"],
    },
    {
      resource: { kind: "vault", id: "soon", attr: { until: new Date(Date.now() + 600_000).toISOString() } },
      actions: ["list"],
    },
    {
      resource: { kind: "document", id: "mine", attr: { ownerId: "kp_ann", status: "draft" } },
      actions: ["edit", "view"],
    },
    { resource: { kind: "document", id: "broken", attr: { status: "nonsense" } }, actions: ["edit", "view"] },
  ];
  const startedAt = Date.now();
  const request: PdpRequest = { principal, resources, auxData: { jwt: { token } }, includeMetadata: true };
  const answer = await createFetchPdp(pdp.url).checkResources(request, { signal: AbortSignal.timeout(10_000) });
  attempt = attemptOf(resources, { startedAt, endedAt: Date.now(), answer }, { principal });
}, 60_000);

afterAll(async () => {
  await pdp?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Compiles the policies and these files with Cerbos, and runs their tests. */
async function compile(name: string, files: readonly TextFile[]): Promise<void> {
  const policies = join(folder, name);
  for (const { name: path, text } of files) {
    await mkdir(dirname(join(policies, path)), { recursive: true });
    await writeFile(join(policies, path), text);
  }
  try {
    runPolicyTests(folder);
  } finally {
    await rm(policies, { recursive: true });
  }
}

it("curl gets the same effects, with any characters in texts", async () => {
  const command = curlCommand(attempt, pdp.url, "http://localhost/");
  expect(command).not.toContain(token);
  const { stdout } = await promisify(execFile)("sh", ["-c", command], { env: { ...process.env, TOKEN: token } });
  const answer: unknown = JSON.parse(stdout);
  expect(effectsIn(answer)).toEqual(effectsIn(attempt.answer));
  expect(JSON.stringify(effectsIn(answer))).toMatch(/EFFECT_ALLOW.*EFFECT_DENY/);
  expect(effectsIn(answer)).toContainEqual(["same", { open: "EFFECT_ALLOW", same: "EFFECT_ALLOW" }]);
  // Without the token, the request is refused.
  const { stdout: without } = await promisify(execFile)("sh", ["-c", command], { env: { ...process.env, TOKEN: "" } });
  expect(without).toContain("token");
});

it("curl queries a plan", async () => {
  const plan: Attempt = {
    ...attempt,
    what: "plan",
    request: {
      principal: attempt.request.principal,
      resource: { kind: "document", attr: {} },
      actions: ["edit"],
      hasToken: true,
      keySetId: "it's",
    },
  };
  const command = curlCommand(plan, undefined, "http://localhost/").replaceAll(`, "keySetId": "it's"`, "");
  const { stdout } = await promisify(execFile)("sh", ["-c", command], {
    env: { ...process.env, TOKEN: token, PDP_URL: pdp.url },
  });
  expect(JSON.parse(stdout)).toMatchObject({ filter: { kind: "KIND_CONDITIONAL" } });
});

it("cerbos compile gets the same effects from the test case", async () => {
  const file = policyTest(attempt, claimsFromToken(token));
  expect(file?.text).not.toContain(token);
  expect(file?.text).toContain('  "document mine":\n');
  await expect(compile("one", [file!])).resolves.toBeUndefined();
});

it("cerbos compile fails if an effect is another one", async () => {
  const file = policyTest(attempt, claimsFromToken(token));
  const wrong = file!.text.replace(/"EFFECT_DENY"/, '"EFFECT_ALLOW"');
  await expect(compile("wrong", [{ name: file!.name, text: wrong }])).rejects.toThrow(/expected/i);
});

it("cerbos compile decides as of the time of the request", async () => {
  const hourBefore = { ...attempt, startedAt: attempt.startedAt - 3_600_000 };
  const file = policyTest(hourBefore, claimsFromToken(token));
  // A time that has passed now had not passed then.
  await expect(compile("before", [file!])).rejects.toThrow(/vault past/);
});

it("cerbos compile gets the same effects from the files for the playground", async () => {
  await expect(compile("playground", playgroundFiles(attempt, claimsFromToken(token)))).resolves.toBeUndefined();
});
