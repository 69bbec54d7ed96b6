import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Report } from "../src/doctor/report.ts";
import { FINDING_IDS, TITLES } from "../src/doctor/titles.ts";
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
    { args: [], says: /A command is missing/ },
    { args: ["cure"], says: /no such command/ },
    { args: [TOKEN], says: /no such command/ },
    { args: ["doctor"], says: /--pdp is missing/ },
    { args: ["doctor", `--pdp=${NOWHERE}`], says: /--issuer is missing/ },
    {
      args: ["doctor", "--pdp=localhost:3592", `--issuer=${NOWHERE}`],
      says: /--pdp takes a URL that begins with https/,
    },
    {
      args: ["doctor", `--pdp=http://user:pass@127.0.0.1:9`, `--issuer=${NOWHERE}`],
      says: /--pdp takes a URL without a user/,
    },
    {
      args: ["doctor", `--pdp=${NOWHERE}`, `--issuer=${NOWHERE}?x=${TOKEN}`],
      says: /--issuer takes a URL without a user, a query/,
    },
    { args: [...DOCTOR, "--origin=https://app.test/"], says: /--origin takes an origin/ },
    { args: [...DOCTOR, TOKEN], says: /There is one argument too many/ },
    { args: [...DOCTOR, `--tokn=${TOKEN}`], says: /Unknown option '--tokn'/ },
    { args: [...DOCTOR, "--issure=x"], says: /Unknown option '--issure'\. Did you mean --issuer\?/ },
    { args: [...DOCTOR, `--${TOKEN}`], says: /Unknown option\.\n/ },
    { args: [...DOCTOR, `-${TOKEN}`], says: /Unknown option\.\n/ },
    { args: ["docter"], says: /no such command\. Did you mean doctor\?/ },
    { args: [...DOCTOR, "--token"], says: /The option '--token' needs a value/ },
    { args: [...DOCTOR, "--token=not-a-jwt"], says: /--token is not a JWT/ },
    { args: [...DOCTOR, "--token="], says: /--token is empty/ },
    { args: DOCTOR, env: { KINDE_TOKEN: "x.y.z" }, says: /KINDE_TOKEN is not a JWT/ },
    { args: [...DOCTOR, "--expired-token=x"], says: /--expired-token is not a JWT/ },
    { args: DOCTOR, env: { KINDE_FOREIGN_TOKEN: `${TOKEN} x` }, says: /KINDE_FOREIGN_TOKEN is not a JWT/ },
    { args: [...DOCTOR, "--token-stdin"], says: /--token-stdin is empty/ },
    { args: [...DOCTOR, "--token-stdin"], stdin: "a".repeat(70_000), says: /more than a token/ },
    { args: [...DOCTOR, "--token-stdin", `--token=${TOKEN}`], says: /Pass only one of/ },
    { args: [...DOCTOR, "--token-stdin", "--login", "--client-id=app"], says: /Pass only one of/ },
    { args: [...DOCTOR, "--login"], says: /--login needs the --client-id/ },
    { args: [...DOCTOR, "--login", "--client-id=app", "--login-port=0"], says: /--login-port takes a number/ },
    { args: [...DOCTOR, "--login-port=80"], says: /--login-port needs --login/ },
    { args: [...DOCTOR, "--max-resources=501"], says: /--max-resources takes a number from 1 to 500/ },
    { args: [...DOCTOR, "--max-actions=many"], says: /--max-actions takes a number from 1 to 500/ },
    {
      args: [...DOCTOR, "--check=document"],
      says: /--check has no action\. --check takes kind:action or kind:action:id/,
    },
    { args: [...DOCTOR, "--check="], says: /The field kind of --check must be 1 to 200 printable characters/ },
    { args: [...DOCTOR, "--check=document:edit:"], says: /The field id of --check must be 1 to 200/ },
    { args: [...DOCTOR, `--check=document:edit:${TOKEN}`], says: /The field id of --check must .*not a token/ },
    { args: [...DOCTOR, "--check=document:\u001B[2J"], says: /The field action of --check must be 1 to 200/ },
    { args: [...DOCTOR, `--check={"kind":"${TOKEN}`], says: /--check is not valid JSON/ },
    { args: [...DOCTOR, '--check={"kind":"document"}'], says: /--check has no action/ },
    {
      args: [...DOCTOR, '--check={"kind":"document","action":"edit","attrs":{}}'],
      says: /--check has an unknown field\. The fields are kind, action, id, attr,/,
    },
    {
      args: [...DOCTOR, '--check={"kind":"document","action":"edit","attr":[]}'],
      says: /The field attr of --check must be an object/,
    },
    {
      args: [...DOCTOR, '--check={"kind":"document","action":"edit","claimed":{"role":"admin"}}'],
      says: /The fields are claimed\.id, claimed\.roles, claimed\.attr/,
    },
    {
      args: [...DOCTOR, '--check={"kind":"document","action":"edit","claimed":{"roles":"admin"}}'],
      says: /claimed\.roles of --check must be a list of role names/,
    },
    { args: [...DOCTOR, "--may-skip=cors"], says: /--may-skip needs --strict/ },
    {
      args: [...DOCTOR, "--strict", `--may-skip=${TOKEN}`],
      says: /--may-skip takes the name of a finding: pdp-reachable, /,
    },
    { args: ["doctor", `--explain=${TOKEN}`], says: /--explain takes the name of a finding: pdp-reachable, / },
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
    expect(stdout).toMatch(/Your token has no claim roles \(roles\)\n/);
  });

  test("the environment, unless it is empty, as an absent secret is in CI", async () => {
    expect((await run(DOCTOR, { env: { KINDE_TOKEN: TOKEN } })).stdout).toMatch(/Your token has no claim roles/);
    expect((await run(DOCTOR, { env: { KINDE_TOKEN: "" } })).stdout).toMatch(/No token was passed/);
  });

  test("an option goes before the environment, and is said to be visible", async () => {
    const { stdout, stderr } = await run([...DOCTOR, `--token=${TOKEN}`], { env: { KINDE_TOKEN: "x" } });
    expect(stdout).toMatch(/Your token has no claim roles/);
    expect(stderr).toMatch(/can be read in the list of processes/);
    expect((await run(DOCTOR, { env: { KINDE_TOKEN: TOKEN } })).stderr).toBe("");
  });
});

describe("--strict", () => {
  const OF_PDP = ["cors", "max-resources", "max-actions", "schema", "strict-evaluation"];

  test("ends with 1 if something was skipped, and names what", async () => {
    const keys = { keys: [] };
    const answers = (url: string): Response =>
      url.endsWith("/jwks") ? Response.json(keys) : Response.json({ code: 3 }, { status: 400 });
    const fetchThem: typeof fetch = async (input) => answers(new Request(input).url);

    const lax = await run([...DOCTOR, "--json"], { fetch: fetchThem });
    const report: Report = JSON.parse(lax.stdout);
    const skipped = report.findings.filter(({ state }) => state === "skipped").map(({ id }) => id);
    expect(skipped).toEqual(expect.arrayContaining(["token", "check", "cors"]));
    expect(lax.stderr).toBe("");

    const strict = await run([...DOCTOR, "--strict", "--json"], { fetch: fetchThem });
    expect(strict.code).toBe(1);
    expect(strict.stderr).toBe(
      `Skipped, which --strict does not allow: ${skipped.join(", ")}. To allow them, use --may-skip.\n`,
    );
    expect(JSON.parse(strict.stdout)).toEqual(report);

    const [first = "", ...others] = skipped;
    const allButOne = await run([...DOCTOR, "--strict", ...others.map((id) => `--may-skip=${id}`)], {
      fetch: fetchThem,
    });
    expect(allButOne.stderr).toBe(`Skipped, which --strict does not allow: ${first}. To allow them, use --may-skip.\n`);
  });

  test("names each finding once, however many checks were skipped", async () => {
    const { stderr } = await run([...DOCTOR, "--strict", "--check=a:b", "--check=c:d"]);
    expect(stderr.match(/\bcheck\b/g)).toHaveLength(1);
    for (const id of OF_PDP) expect(stderr).toContain(id);
  });
});

describe("--explain", () => {
  test.each(FINDING_IDS)("%s prints its section, and needs nothing else", async (id) => {
    const { code, stdout, stderr } = await run(["doctor", `--explain=${id}`]);

    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(new RegExp(`^### ${id}\\n\\n\\S`));
    // One section, without the links that lead nowhere from a terminal.
    expect(stdout.match(/^##+ /gm)).toHaveLength(1);
    expect(stdout).not.toMatch(/\]\(/);
  });

  test("takes other headings of the page, with what is below them", async () => {
    expect((await run(["doctor", "--explain=signing-in"])).stdout).toMatch(/^### Signing in\n/);
    const { stdout } = await run(["doctor", "--explain=giving-it-a-token"]);
    expect(stdout.match(/^#+ .*$/gm)).toEqual([
      "## Giving it a token",
      "### Signing in",
      "### Tokens that must be refused",
    ]);
  });

  test("says where a link leads", async () => {
    const { stdout } = await run(["doctor", "--explain=token-accepted"]);
    expect(stdout).toContain("none was named (docs/guides/pdp.md of kinde-cerbos): use");
    expect((await run(["doctor", "--explain=expired"])).stdout).toContain(
      "a token that has expired (--explain tokens-that-must-be-refused)",
    );
  });

  test("is what remedies and the report point to", async () => {
    const { stdout } = await run([...DOCTOR, "--json"]);
    const report: Report = JSON.parse(stdout);
    for (const { explain } of report.findings) {
      const [, ...args] = explain.split(" ");
      expect((await run(args)).code).toBe(0);
    }
  });
});

describe("Help and version", () => {
  test("are on standard output", async () => {
    expect((await run(["--help"])).stdout).toMatch(/^Usage: kinde-cerbos <command>/);
    expect((await run(["doctor", "--help"])).stdout).toMatch(/^Usage: kinde-cerbos doctor --pdp URL/);
    expect((await run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await run(["help", "doctor"])).stdout).toBe((await run(["doctor", "--help"])).stdout);
  });

  test("of each command has an example with options that it has, and the exit codes", async () => {
    const { stdout } = await run(["--help"]);
    const names = [...stdout.matchAll(/^ {2}(\w+) \[/gm)]
      .map(([, name = ""]) => name)
      .filter((name) => name !== "help");
    expect(names).toContain("doctor");
    expect(stdout).toContain("Exit codes: 0");
    for (const name of names) {
      const help = await run([name, "--help"]);
      expect([help.code, help.stderr]).toEqual([0, ""]);
      const [options = "", example = ""] = help.stdout.split("\nExample:\n");
      expect(example).toContain(`kinde-cerbos ${name} `);
      for (const [used] of example.matchAll(/--[a-z-]+/g)) expect(options).toMatch(new RegExp(`^  .*${used}\\b`, "m"));
      expect(help.stdout).toContain("Exit codes: 0");
    }
  });
});

describe("The report for people", () => {
  const ESCAPE = "\u001B[";

  test("has each state, the name, the remedy, the totals and where to read more", async () => {
    const { code, stdout } = await run(DOCTOR);

    expect(stdout).toMatch(/^unknown {2}http:\/\/127\.0\.0\.1:9\nissuer {3}http:\/\/127\.0\.0\.1:9\n\n/);
    expect(stdout).toContain(
      "danger   No PDP answers (pdp-reachable)\n         Nothing at --pdp answers like a PDP: no " +
        "connection: bad port",
    );
    expect(stdout).toMatch(/\n {9}→ Check that the PDP is running.*\n/);
    expect(stdout).toMatch(/\n\n2 danger, 0 warning, 0 ok, 22 skipped \(not proven\)\n.*--explain NAME.*\n$/);
    expect(code).toBe(1);
  });

  test("gives the reason once for what was not tried for one reason", async () => {
    const { stdout } = await run(DOCTOR);

    expect(stdout).toContain(
      "skipped  Unknown: whether your token is accepted (token-accepted)\nskipped  Unknown: whether a " +
        "token with a wrong signature is refused (signature)\n",
    );
    expect(stdout.match(/The PDP did not answer/g)).toHaveLength(3);
    expect(stdout.match(/^skipped /gm)).toHaveLength(22);
  });

  test("is in color only on a terminal, and not if it is turned off", async () => {
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

const page = readFileSync(new URL("../../../docs/guides/doctor.md", import.meta.url), "utf8");

describe("docs/guides/doctor.md", () => {
  test("has a section for each finding, in the order of the report", () => {
    expect([...page.matchAll(/^### ([a-z0-9-]+)$/gm)].map(([, id]) => id)).toEqual(FINDING_IDS);
  });

  test("shows the shape of --json as it is", async () => {
    const [, sample = ""] = /```json\n(.*?)```/s.exec(page) ?? [];
    const shown: Report = JSON.parse(sample);
    const printed: Report = JSON.parse((await run([...DOCTOR, "--json"])).stdout);

    expect(shapeOf(shown)).toEqual(shapeOf(printed));
    const [example] = shown.findings;
    expect(example).toMatchObject({ title: TITLES[example!.id][example!.state] });
  });

  test("names each variable, and each option that needs an explanation", async () => {
    const { stdout } = await run(["doctor", "--help"]);
    const names =
      stdout.match(/KINDE_\w+|--[\w-]*token[\w-]*|--login[\w-]*|--json|--check|--strict|--may-skip|--explain/g) ?? [];
    expect(names.filter((name) => !page.includes(name))).toEqual([]);
  });
});

/** The names of a report, down to those of a finding that has all of them. */
function shapeOf({ findings, ...report }: Report): object {
  const fullest = findings.find(({ remedy }) => remedy !== undefined);
  return [report, report.target, report.summary, fullest].map((part) => Object.keys(part ?? {}));
}

test("the package that is published explains what it finds", () => {
  const folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-packed-"));
  try {
    const root = fileURLToPath(new URL("..", import.meta.url));
    const packed = spawnSync("pnpm", ["pack", `--pack-destination=${folder}`], { cwd: root, encoding: "utf8" });
    expect([packed.status, packed.stderr]).toEqual([0, expect.any(String)]);
    const [tarball = ""] = globSync("*.tgz", { cwd: folder });
    expect(spawnSync("tar", ["-xzf", tarball], { cwd: folder }).status).toBe(0);
    // What it depends on is linked from here, in place of an install.
    symlinkSync(join(root, "node_modules"), join(folder, "package/node_modules"));

    const bin = join(folder, "package/dist/bin.js");
    const { stdout, status } = spawnSync(process.execPath, [bin, "doctor", "--explain=token-cache"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(stdout).toMatch(/^### token-cache\n\nWhether your token is refused/);
    expect(status).toBe(0);
    expect(readFileSync(join(folder, "package/dist/doctor.md"), "utf8")).toBe(page);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the command that is built runs, explains, and its exit code is the doctor's", () => {
  const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
  const built = (args: readonly string[]) => spawnSync(process.execPath, [bin, ...args], { encoding: "utf8" });

  const { status, stdout } = built([...DOCTOR, "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    version: 2,
    target: { kind: "unknown" },
    summary: { danger: 2, skipped: 22 },
  });
  expect(status).toBe(1);
  expect(built(["doctor"]).status).toBe(2);
  expect(built(["doctor", "--help"]).status).toBe(0);
  expect(built(["doctor", "--explain=cors"]).stdout).toMatch(/^### cors\n/);
});
