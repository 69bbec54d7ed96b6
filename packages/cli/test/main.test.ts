import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { TITLES } from "../src/doctor/finding.ts";
import { DOCTOR_HELP } from "../src/doctor/options.ts";
import { type Report } from "../src/doctor/report.ts";
import { run } from "./support/run.ts";

/** Port 9 of the loopback address: nothing listens there. */
const NOWHERE = "http://127.0.0.1:9";

const DOCTOR = ["doctor", `--pdp=${NOWHERE}`, `--issuer=${NOWHERE}`];

/** A JWT that nobody has signed. */
const TOKEN = [{ alg: "RS256" }, { sub: "kp_ann" }, "signature"]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .join(".");

describe("Wrong usage", () => {
  test.each<{ args: string[]; env?: { [name: string]: string }; stdin?: string; says: RegExp }>([
    { args: [], says: /a command is missing/ },
    { args: ["cure"], says: /no such command/ },
    { args: [TOKEN], says: /no such command/ },
    { args: ["doctor"], says: /--pdp is missing/ },
    { args: ["doctor", `--pdp=${NOWHERE}`], says: /--issuer is missing/ },
    { args: ["doctor", "--pdp=localhost:3592", `--issuer=${NOWHERE}`], says: /--pdp takes a URL that begins with https/ },
    { args: ["doctor", `--pdp=http://user:pass@127.0.0.1:9`, `--issuer=${NOWHERE}`], says: /--pdp takes a URL without a user/ },
    { args: ["doctor", `--pdp=${NOWHERE}`, `--issuer=${NOWHERE}?x=${TOKEN}`], says: /--issuer takes a URL without a user, a query/ },
    { args: [...DOCTOR, "--origin=https://app.test/"], says: /--origin takes an origin/ },
    { args: [...DOCTOR, TOKEN], says: /an argument without an option/ },
    { args: [...DOCTOR, `--tokn=${TOKEN}`], says: /Unknown option '--tokn'/ },
    { args: [...DOCTOR, "--token"], says: /argument missing/ },
    { args: [...DOCTOR, "--token=not-a-jwt"], says: /--token holds no JWT/ },
    { args: [...DOCTOR, "--token="], says: /--token holds no token/ },
    { args: DOCTOR, env: { KINDE_TOKEN: "x.y.z" }, says: /KINDE_TOKEN holds no JWT/ },
    { args: [...DOCTOR, "--expired-token=x"], says: /--expired-token holds no JWT/ },
    { args: DOCTOR, env: { KINDE_FOREIGN_TOKEN: `${TOKEN} x` }, says: /--foreign-token holds no JWT/ },
    { args: [...DOCTOR, "--token-stdin"], says: /--token-stdin holds no token/ },
    { args: [...DOCTOR, "--token-stdin"], stdin: "a".repeat(70_000), says: /more than a token/ },
    { args: [...DOCTOR, "--token-stdin", `--token=${TOKEN}`], says: /give one of/ },
    { args: [...DOCTOR, "--token-stdin", "--login", "--client-id=app"], says: /give one of/ },
    { args: [...DOCTOR, "--login"], says: /--login needs the --client-id/ },
    { args: [...DOCTOR, "--login", "--client-id=app", "--login-port=0"], says: /--login-port takes a number/ },
    { args: [...DOCTOR, "--login-port=80"], says: /--login-port goes with --login/ },
    { args: [...DOCTOR, "--max-resources=501"], says: /--max-resources takes a number from 1 to 500/ },
    { args: [...DOCTOR, "--max-actions=many"], says: /--max-actions takes a number from 1 to 500/ },
  ])("$args ends with 2 and says why, and what was typed is not repeated", async ({ args, env, stdin, says }) => {
    const { code, stdout, stderr } = await run(args, { ...(env && { env }), ...(stdin !== undefined && { stdin }) });

    expect(stderr).toMatch(says);
    for (const part of TOKEN.split(".")) expect(stderr).not.toContain(part);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});

describe("Where the token comes from", () => {
  test("standard input, with a newline at its end", async () => {
    const { stdout } = await run([...DOCTOR, "--token-stdin"], { stdin: `${TOKEN}\n` });
    expect(stdout).toMatch(/The token has roles\n.*no claim roles/);
  });

  test("the environment, unless it is empty, as an absent secret is in CI", async () => {
    expect((await run(DOCTOR, { env: { KINDE_TOKEN: TOKEN } })).stdout).toMatch(/no claim roles/);
    expect((await run(DOCTOR, { env: { KINDE_TOKEN: "" } })).stdout).toMatch(/No token was given/);
  });

  test("an option goes before the environment, and is said to be visible", async () => {
    const { stdout, stderr } = await run([...DOCTOR, `--token=${TOKEN}`], { env: { KINDE_TOKEN: "x" } });
    expect(stdout).toMatch(/no claim roles/);
    expect(stderr).toMatch(/can be read in the list of processes/);
    expect((await run(DOCTOR, { env: { KINDE_TOKEN: TOKEN } })).stderr).toBe("");
  });
});

describe("Help and version", () => {
  test("are on standard output", async () => {
    expect((await run(["--help"])).stdout).toMatch(/^Usage: kinde-cerbos <command>/);
    expect((await run(["doctor", "--help"])).stdout).toMatch(/^Usage: kinde-cerbos doctor --pdp URL/);
    expect((await run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("The report for people", () => {
  const ESCAPE = "\u001B[";

  test("has each state, the remedy, the link and the totals", async () => {
    const { code, stdout } = await run(DOCTOR);

    expect(stdout).toMatch(/^unknown {2}http:\/\/127\.0\.0\.1:9\nissuer {3}http:\/\/127\.0\.0\.1:9\n\n/);
    expect(stdout).toContain("danger   The PDP answers\n         It does not answer as a PDP: no connection: bad port");
    expect(stdout).toMatch(/\n {9}→ Is it running.*\n {9}docs\/doctor\.md#pdp-reachable\n/);
    expect(stdout).toMatch(/\n\n2 danger, 0 warning, 0 ok, 20 skipped \(not proven\)\n$/);
    expect(code).toBe(1);
  });

  test("gives the reason once for what was not tried for one reason", async () => {
    const { stdout } = await run(DOCTOR);

    expect(stdout).toContain("skipped  A genuine token is accepted\nskipped  A token with another signature is refused\n");
    expect(stdout.match(/The PDP did not answer/g)).toHaveLength(3);
    expect(stdout.match(/^skipped /gm)).toHaveLength(20);
  });

  test("is in colour on a terminal only, and not for who has said no", async () => {
    expect((await run(DOCTOR, { isTTY: true })).stdout).toContain(ESCAPE);
    expect((await run(DOCTOR)).stdout).not.toContain(ESCAPE);
    expect((await run(DOCTOR, { isTTY: true, env: { NO_COLOR: "1" } })).stdout).not.toContain(ESCAPE);
    expect((await run(DOCTOR, { isTTY: true, env: { NO_COLOR: "" } })).stdout).toContain(ESCAPE);
    expect((await run(DOCTOR, { isTTY: true, env: { TERM: "dumb" } })).stdout).not.toContain(ESCAPE);
  });
});

describe("A server that is not what it should be", () => {
  test("writes nothing on the terminal of who examines it", async () => {
    const hostile = {
      message: `${TOKEN}\u001B[2J`,
      version: "1.0\u001B[2J",
      keys: [{ kty: "RSA", kid: "\u001B[2J", n: "AQAB", e: "AQAB" }],
      results: [{ actions: { probe: "\u001B[2J" }, meta: { actions: { probe: { matchedPolicy: "\u001B[2J" } } } }],
    };
    for (const status of [200, 400, 401, 500]) {
      const { stdout, stderr } = await run(DOCTOR, {
        env: { KINDE_TOKEN: TOKEN },
        fetch: async () => Response.json({ code: 3, ...hostile }, { status }),
      });
      expect(stdout + stderr).not.toContain("\u001B");
      for (const part of TOKEN.split(".")) expect(stdout + stderr).not.toContain(part);
    }
  });

  test("does not get the token by a redirect", async () => {
    const asked: string[] = [];
    await run(DOCTOR, {
      env: { KINDE_TOKEN: TOKEN },
      fetch: async (url, init) => {
        asked.push(`${new Request(url).url} ${init?.redirect}`);
        return new Response(null, { status: 307, headers: { location: "https://elsewhere.test/" } });
      },
    });
    expect(asked.filter((one) => !one.endsWith("manual"))).toEqual([`${NOWHERE}/.well-known/jwks follow`]);
  });

  test("an error of the doctor itself ends with 3, and a token in its message is taken out", async () => {
    const { code, stdout, stderr } = await run([...DOCTOR, "--token-stdin"], {
      stdin: {
        [Symbol.asyncIterator]: () => {
          throw new Error(`Something with ${TOKEN} in it`);
        },
      },
    });
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toContain("Something with [token] in it");
  });
});

describe("docs/doctor.md", () => {
  const page = readFileSync(new URL("../../../docs/doctor.md", import.meta.url), "utf8");

  test("has a section for each finding, in the order of the report", () => {
    expect([...page.matchAll(/^### ([a-z0-9-]+)$/gm)].map(([, id]) => id)).toEqual(Object.keys(TITLES));
  });

  test("shows the shape of --json as it is", async () => {
    const [, sample = ""] = /```json\n(.*?)```/s.exec(page) ?? [];
    const shown: Report = JSON.parse(sample);
    const printed: Report = JSON.parse((await run([...DOCTOR, "--json"])).stdout);

    expect(shapeOf(shown)).toEqual(shapeOf(printed));
    const [example] = shown.findings;
    expect(example).toMatchObject({ title: TITLES[example!.id] });
  });

  test("names each variable, and each option that takes a token", () => {
    const names = DOCTOR_HELP.match(/KINDE_\w+|--[\w-]*token[\w-]*|--login[\w-]*|--json/g) ?? [];
    expect(names.filter((name) => !page.includes(name))).toEqual([]);
  });
});

/** The names of a report, down to those of a finding that has all of them. */
function shapeOf({ findings, ...report }: Report): object {
  const fullest = findings.find(({ remedy }) => remedy !== undefined);
  return [report, report.target, report.summary, fullest].map((part) => Object.keys(part ?? {}));
}

test("the command that is built runs, and its exit code is the doctor's", () => {
  const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
  const built = (args: readonly string[]) => spawnSync(process.execPath, [bin, ...args], { encoding: "utf8" });

  const { status, stdout } = built([...DOCTOR, "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ version: 1, target: { kind: "unknown" }, summary: { danger: 2, skipped: 20 } });
  expect(status).toBe(1);
  expect(built(["doctor"]).status).toBe(2);
  expect(built(["doctor", "--help"]).status).toBe(0);
});
