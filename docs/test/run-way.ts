import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Child, describeExit, findCerbos, freePort, startChild } from "@kinde-cerbos/cli/internal";
import { type LocalKinde } from "@kinde-cerbos/local-kinde";
import { Agent, fetch as fetchWith } from "undici";
import { repository } from "../../.ci/public-packages.ts";
import { CERTIFICATE, KEY } from "../../packages/cli/test/support/https.ts";
import { redisProgram, startRedis } from "../../packages/server/test/redis-server.ts";
import { PDP_PORT, SOCKETS, type Way } from "./deployment-ways.ts";
import { findSandbox, type Sandbox } from "./sandbox.ts";

const require = createRequire(import.meta.url);

/** The folder docs/deploy. */
export const deployed = new URL("../deploy/", import.meta.url);

export const CLIENT_ID = "app";
export const AUDIENCE = "https://api.example.com";
export const PERSON = "kp_ann";
export const ROLE = "editor";
export const MACHINE = { clientId: "back-end", clientSecret: "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH" };

const GRPC_PORT = 3593;

/** A running program, and the lines that it has written. */
interface Program {
  readonly child: Child;
  readonly lines: string[];
}

/** The commands of docs/guides/deployment.md that a test runs. */
interface Commands {
  /** Copies the files of docs/deploy and the policies. Its other lines, which install packages, are not run. */
  readonly setUp: string;
  /** Runs the doctor. */
  readonly doctor: string;
}

/** A folder with the files of both programs, which are stopped when it is closed. */
interface Home {
  /** The folder that `setUp` makes. */
  readonly path: string;
  readonly sandbox: Sandbox | undefined;
  /** Replaces the addresses and folders in a variable or argument by those of this test. */
  local(text: string): string;
  readonly pdpPort: number;
  start(name: string, access: "rw" | "ro", command: string, args: readonly string[], env: NodeJS.ProcessEnv): Program;
  close(): Promise<void>;
}

/**
 * Starts the PDP and the server of a way, on other ports, and sends requests to them: checks, health checks, those of the
 * doctor, and a webhook that revokes a token. Throws if something is not as documented.
 *
 * @param port the port to which the local Kinde sends its webhooks
 */
export async function runWay(way: Way, commands: Commands, kinde: LocalKinde, port: number): Promise<void> {
  if (way.app.replicas > 1 && redisProgram === undefined && process.env["CI"] !== "true") {
    console.log(`docs/deploy, ${way.name}, was not run: there is no redis-server or valkey-server on PATH.`);
    return;
  }
  const home = await openHome(way, commands.setUp);
  try {
    const kindeEnv = { KINDE_ISSUER: kinde.url, KINDE_CLIENT_ID: CLIENT_ID, KINDE_AUDIENCE: AUDIENCE };
    const envOf = (env: Way["app"]["env"], own: object): NodeJS.ProcessEnv => {
      for (const name of Object.keys(own)) assert(name in env, `${name} is missing`);
      const localized = Object.entries(env).map(([name, value]) => [name, home.local(value)]);
      return { ...Object.fromEntries(localized), ...own };
    };
    const token = await kinde.createToken({ person: PERSON });

    const pdpEnv = { ...envOf(way.pdp.env, kindeEnv), CERBOS_CONFIG: join(home.path, "cerbos/config.yaml") };
    const policies = join(home.path, "cerbos/policies");
    await succeeds(home.start("compile", "ro", findCerbos().path, ["compile", "--strict-evaluation", policies], {}));
    const pdp = home.start(
      "PDP",
      "rw",
      findCerbos().path,
      way.pdp.args.map((arg) => home.local(arg)),
      pdpEnv,
    );
    const appEnv = envOf(way.app.env, { ...kindeEnv, KINDE_M2M_CLIENT_ID: MACHINE.clientId });
    assert(appEnv["KINDE_M2M_CLIENT_SECRET_FILE"], "KINDE_M2M_CLIENT_SECRET_FILE is missing");
    const { PDP_SOCKET: socketPath, PDP_URL: url = "http://cerbos" } = appEnv;
    const toPdp = new Agent({ connect: socketPath === undefined ? { ca: CERTIFICATE } : { socketPath } });
    await until("the PDP is healthy", pdp, async () => {
      return (await fetchWith(`${url}/_cerbos/health`, { dispatcher: toPdp })).ok;
    });
    for (const path of way.pdp.paths)
      assert((await fetchWith(`${url}${path}`, { dispatcher: toPdp })).ok, `${path} of the PDP`);
    await toPdp.close();
    for (const [command, ...args] of way.pdp.commands) {
      assert.equal(command, "/cerbos");
      await succeeds(home.start("probe", "ro", findCerbos().path, args, pdpEnv));
    }
    assert.doesNotMatch(pdp.lines.join("\n"), /DEPRECATED CONFIG/, "the configuration has no deprecated setting");
    if (socketPath === undefined) await examine(commands.doctor, url, kinde.url, token);
    else requireNoPort(pdp, socketPath, home.sandbox);

    const ports = [port, ...(await Promise.all(Array.from({ length: way.app.replicas - 1 }, freePort)))];
    const replicas = ports.map((at) => {
      const env = { ...appEnv, PORT: String(at) };
      return home.start("server", "ro", process.execPath, [join(home.path, "app/server.ts")], env);
    });
    const allAnswer = async (sent: string | undefined): Promise<[number, string | undefined][]> =>
      Promise.all(ports.map((at) => probe(`http://127.0.0.1:${at}/authz`, sent)));
    const ofAll = <Answer>(answer: Answer): Answer[] => ports.map(() => answer);
    for (const [index, at] of ports.entries()) {
      for (const path of way.app.paths)
        await until(
          `${path} of the server`,
          replicas[index]!,
          async () => (await fetch(`http://127.0.0.1:${at}${path}`)).ok,
        );
    }
    for (const [command, ...args] of way.app.commands) {
      assert.equal(command, "node");
      const here = args.map((arg) => arg.replace(`:${way.app.env["PORT"]}/`, `:${port}/`));
      await succeeds(home.start("probe", "ro", process.execPath, here, {}));
    }
    assert.deepEqual(await allAnswer(token), ofAll([200, "EFFECT_ALLOW"]));
    assert.deepEqual(await allAnswer(undefined), ofAll([401, undefined]));
    assert.deepEqual(await probe(`http://127.0.0.1:${port}/authz`, token, "secret"), [400, undefined], "allow is set");
    for (const { child } of [pdp, ...replicas]) home.sandbox?.requireNoRights(child.pid!);
    requireJoined(pdp, replicas);

    // A token of an earlier second than the change.
    await sleep(1_000);
    kinde.patch("people", PERSON, { givenName: `Ann of ${way.name}` });
    await until("the token is revoked", replicas[0]!, async () =>
      replicas[0]!.lines.some((line) => line.includes('"outcome":"changed"')),
    );
    await until("all replicas refuse the token", replicas[0]!, async () =>
      (await allAnswer(token)).every(([status]) => status === 401),
    );
    await until("the refusal is logged", replicas[0]!, async () =>
      replicas[0]!.lines.some((line) => line.includes('"reason":"token_revoked"')),
    );
    await sleep(1_000);
    const next = await kinde.createToken({ person: PERSON });
    assert.deepEqual(await allAnswer(next), ofAll([200, "EFFECT_ALLOW"]), "the next token is accepted");

    // A change that Kinde's next token has only after a request with the client secret.
    const stream = await fetch(`http://127.0.0.1:${port}/authz/api/events`, {
      headers: { authorization: `Bearer ${next}` },
      signal: AbortSignal.timeout(20_000),
    });
    await sleep(1_000);
    kinde.patch("roles", ROLE, { permissions: [way.name] });
    const isTold = await reads(stream, '"rights"').catch(() => false);
    const problems = replicas.flatMap(({ lines }) => lines.filter((line) => line.includes('"problem"')));
    assert.deepEqual([isTold, problems], [true, []], "claims are refreshed with the client secret");
    await sleep(1_000);
    const last = await kinde.createToken({ person: PERSON });

    requireMemory(pdp, way.pdp.memoryLimit);
    for (const replica of replicas) requireMemory(replica, way.app.memoryLimit);

    await pdp.child.stop();
    assert.deepEqual(await allAnswer(last), ofAll([503, undefined]), "without a PDP, nothing is allowed");
    for (const at of ports)
      for (const path of way.app.paths)
        assert((await fetch(`http://127.0.0.1:${at}${path}`)).ok, "an outage of the PDP restarts no server");
    for (const { child } of replicas) {
      await child.stop();
      assert.deepEqual(await child.exited, { code: 0, signal: null }, "the server ends by itself on SIGTERM");
    }
  } finally {
    await home.close();
  }
}

async function openHome(way: Way, setUp: string): Promise<Home> {
  const redis = way.app.replicas > 1 ? await startRedis() : undefined;
  // Directly in the temporary folder, because the path of a socket has at most 104 characters on macOS.
  const folder = mkdtempSync(join(tmpdir(), "deploy-"));
  const path = join(folder, "deploy");
  const children: Child[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop()));
    await redis?.stop();
    rmSync(folder, { recursive: true });
  };
  try {
    chmodSync(folder, 0o755);
    const copies = setUp.split("\n").filter((line) => /^(?:cp|mkdir) /.test(line));
    assert(copies.length > 0, "the page has no commands that copy the files");
    const shell = spawnSync("sh", ["-ec", copies.join("\n").replaceAll("../deploy", path)], { cwd: repository });
    assert.equal(shell.status, 0, String(shell.stderr));
    replaceIn(join(path, "app/server.ts"), "0.0.0.0", "127.0.0.1");
    symlinkSync(fileURLToPath(new URL("../node_modules", import.meta.url)), join(folder, "node_modules"));
    replaceIn(join(path, "cerbos/config.yaml"), "/pdp/policies", join(path, "cerbos/policies"));
    const sockets = join(path, "run");
    replaceIn(join(path, "cerbos/config.yaml"), SOCKETS, sockets);

    // The folder has the mode of a Kubernetes volume, so only the mode of a socket decides who may connect.
    mkdirSync(sockets);
    chmodSync(sockets, 0o777);
    const programs = [findCerbos().path, process.execPath, fileURLToPath(import.meta.resolve("undici"))];
    const sandbox = findSandbox(programs);
    const secrets = join(path, "secrets");
    mkdirSync(secrets);
    for (const [name, secret] of Object.entries({
      kinde_m2m_client_secret: MACHINE.clientSecret,
      "kinde-m2m-client-secret": MACHINE.clientSecret,
      "redis-url": `redis://127.0.0.1:${redis?.port}\n`,
      "ca.crt": CERTIFICATE,
      "tls.crt": CERTIFICATE,
      "tls.key": KEY,
    })) {
      writeFileSync(join(secrets, name), secret, { mode: 0o440 });
      if (sandbox) chownSync(join(secrets, name), 0, sandbox.user);
    }
    const [pdpPort, grpc] = [await freePort(), await freePort()];
    return {
      path,
      sandbox,
      pdpPort,
      local: (text) =>
        text
          .replaceAll(SOCKETS, sockets)
          .replaceAll(/\/run\/(?:secrets\/app|secrets|tls)\b/g, secrets)
          .replace(`0.0.0.0:${PDP_PORT}`, `127.0.0.1:${pdpPort}`)
          .replace(`127.0.0.1:${GRPC_PORT}`, `127.0.0.1:${grpc}`)
          .replace(`//cerbos:${PDP_PORT}`, `//localhost:${pdpPort}`),
      start(name, access, command, args, env) {
        const lines: string[] = [];
        const [first, others] = sandbox?.start(sockets, access, command, args) ?? [command, [...args]];
        const child = startChild({
          name,
          command: first,
          args: others,
          cwd: path,
          env,
          onLine: (line) => lines.push(line),
        });
        children.push(child);
        return { child, lines };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function replaceIn(file: string, from: string, to: string): void {
  const text = readFileSync(file, "utf8");
  assert(text.includes(from), `${file} has no ${from}`);
  writeFileSync(file, text.replaceAll(from, to));
}

/** Waits until `is` returns true. Throws after 30 s, or if the program ends. An error of `is` is the same as false. */
async function until(what: string, { child, lines }: Program, is: () => Promise<boolean>): Promise<void> {
  let hasEnded = false;
  const noteExit = async (): Promise<void> => {
    await child.exited;
    hasEnded = true;
  };
  void noteExit();
  const deadline = Date.now() + 30_000;
  while (!(await is().catch(() => false))) {
    if (hasEnded) throw new Error(describeExit(child, await child.exited));
    assert(Date.now() < deadline, `not within 30 s: ${what}\n${lines.slice(-20).join("\n")}`);
    await sleep(20);
  }
}

/** Whether an event stream contains a text. Returns once it was read, or at the stream's end. */
async function reads({ body }: Response, text: string): Promise<boolean> {
  let read = "";
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    read += chunk;
    if (read.includes(text)) return true;
  }
  return false;
}

/** Throws unless the program ends with 0. */
async function succeeds({ child }: Program): Promise<void> {
  const exit = await child.exited;
  assert.deepEqual(exit, { code: 0, signal: null }, describeExit(child, exit));
}

/** Throws if a PDP on a socket also has a port, or another user can connect to the socket. */
function requireNoPort({ child }: Program, socketPath: string, sandbox: Sandbox | undefined): void {
  if (process.platform !== "linux") return;
  const folder = `/proc/${child.pid}/fd`;
  const own = new Set(readdirSync(folder).map((fd) => readlinkSync(join(folder, fd))));
  const listening = ["tcp", "tcp6"].flatMap((family) =>
    readFileSync(`/proc/${child.pid}/net/${family}`, "utf8")
      .split("\n")
      .map((row) => row.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === "0A" && own.has(`socket:[${inode}]`)),
  );
  assert.deepEqual(listening, [], "the PDP listens on no port");
  assert.equal(statSync(socketPath).mode & 0o777, 0o600, "the socket is for its own user alone");
  if (!sandbox) return;
  const script = `require("net").connect(${JSON.stringify(socketPath)}).on("error", ({ code }) => console.log(code)).on("connect", () => process.exit(1))`;
  const run = spawnSync(...sandbox.asAnother(process.execPath, ["-e", script]));
  assert.equal(String(run.stdout).trim(), "EACCES", "another user may not connect to the socket");
}

/**
 * Throws unless each call id of the gateway's log is also in the PDP's log and in the audit, and only the audit has the
 * user and the organization.
 */
function requireJoined(pdp: Program, replicas: readonly Program[]): void {
  const linesOf = (source: string) =>
    replicas.flatMap(({ lines }) =>
      lines.flatMap((line) => (line.includes(`"source":"${source}"`) ? [JSON.parse(line)] : [])),
    );
  const allowed = linesOf("gateway").filter(({ status }) => status === 200);
  assert.equal(allowed.length, replicas.length);
  for (const { callIds, requestId } of allowed) {
    const [callId] = callIds;
    const access = pdp.lines.filter(
      (line) => line.includes('"log.kind":"access"') && line.includes(`"callId":"${callId}"`),
    );
    assert.equal(access.length, 1, "the PDP's log has the call");
    const entry = linesOf("audit").find((one) => one.callId === callId);
    assert.partialDeepStrictEqual(entry, {
      requestId,
      subject: PERSON,
      organization: "org_acme",
      kind: "kinde_doctor",
      action: "probe",
      effect: "EFFECT_ALLOW",
    });
  }
  const others = replicas.flatMap(({ lines }) => lines.filter((line) => !line.includes('"source":"audit"')));
  assert.doesNotMatch(
    [...pdp.lines, ...others].join("\n"),
    /eyJ|org_acme|kp_ann|@example/,
    "no token, claim or attribute",
  );
  assert.doesNotMatch(JSON.stringify(linesOf("audit")), /eyJ|@example/, "no token or attribute");
}

/** Throws if a program has used more than three quarters of its memory limit, as docs/guides/hardening.md says. */
function requireMemory({ child }: Program, limit: number): void {
  if (process.platform !== "linux") return;
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
  assert(Number(kibibytes) * 2 ** 10 < limit * 0.75, `the ${child.name} used ${kibibytes} KiB of ${limit} bytes`);
}

/** Runs the doctor by the command of the page. Throws if it finds a danger, or skips a finding that it should not. */
async function examine(command: string, pdp: string, issuer: string, token: string): Promise<void> {
  const doctor = command.slice(command.indexOf("kinde-cerbos doctor"));
  assert(doctor.includes("YOUR_ORG_CODE"), "the page has no command of the doctor for an organization");
  const bin = join(dirname(require.resolve("@kinde-cerbos/cli/package.json")), "dist/bin.js");
  const folder = mkdtempSync(join(tmpdir(), "doctor-"));
  try {
    const ca = join(folder, "ca.crt");
    writeFileSync(ca, CERTIFICATE);
    const script = doctor
      .replace("kinde-cerbos", '"$NODE" "$BIN"')
      .replace("YOUR_ORG_CODE", "org_acme")
      .concat(" --json");
    const env = {
      NODE: process.execPath,
      BIN: bin,
      PDP: pdp,
      KINDE_ISSUER: issuer,
      KINDE_CLIENT_ID: CLIENT_ID,
      KINDE_AUDIENCE: AUDIENCE,
      KINDE_TOKEN: token,
      NODE_EXTRA_CA_CERTS: ca,
    };
    // Not by spawnSync: the issuer is in this process. It rejects if the doctor ends with another code than 0.
    const { stdout } = await promisify(execFile)("/bin/sh", ["-ec", script], { env });
    const { findings }: { findings: { id: string; state: string }[] } = JSON.parse(stdout);
    const states = new Map(findings.map(({ id, state }) => [id, state]));
    for (const id of [
      "token-accepted",
      "token-cache",
      "policies",
      "subject",
      "check",
      "schema",
      "strict-evaluation",
      "max-resources",
      "max-actions",
    ]) {
      assert.equal(states.get(id), "ok", `${id}: ${stdout}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The status of the answer to a check of the doctor's action `probe`, and the decision. */
async function probe(url: string, token?: string, kind = "kinde_doctor"): Promise<[number, string | undefined]> {
  const response = await fetch(`${url}/api/check/resources`, {
    method: "POST",
    body: JSON.stringify({
      resources: [{ actions: ["probe"], resource: { kind, id: "1" } }],
      ...(token !== undefined && { auxData: { jwt: { token } } }),
    }),
  });
  const { results }: { results?: { actions: { probe: string } }[] } = JSON.parse(await response.text());
  return [response.status, results?.[0]?.actions.probe];
}
