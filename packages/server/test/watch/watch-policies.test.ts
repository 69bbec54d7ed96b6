// What counts as a change of a PDP's policies, on a real one, and when it is reported.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuthzError } from "@kinde-cerbos/core";
import { type PolicyWatcher, watchPolicies, type WatchPoliciesOptions } from "@kinde-cerbos/server/policy-watcher";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Pdp, startPdp } from "../../../cli/src/internal.ts";
import { createWatchedPdp } from "../../src/watch/watched-pdp.ts";
import { createKey } from "../keys.ts";
import { serve, type Served } from "../serve.ts";

/** Against a machine that is busy, and no measure. */
const PATIENT = { timeout: 30_000, interval: 10 };

const policy = (kind: string, role: string, condition = ""): string => `apiVersion: api.cerbos.dev/v1
resourcePolicy:
  resource: ${kind}
  version: default
  rules:
    - actions: ["edit"]
      effect: EFFECT_ALLOW
      roles: ["${role}"]
${condition}`;
const UNKNOWN_CONDITION = `      condition: { match: { expr: "request.nothing((" } }\n`;

/** The user and password that Cerbos documents. */
const ADMIN = { username: "cerbos", password: "cerbosAdmin" };
const PDP_ADMIN = {
  username: ADMIN.username,
  passwordHash: "$2y$10$GD9Qsd16UXhVDt7edPPU3OgjW4BsYh/qsa8m/fqBIpFWzzy9Jc2/u",
};
const AUTHORIZATION = `Basic ${Buffer.from(`${ADMIN.username}:${ADMIN.password}`).toString("base64")}`;

let issuer: Served;
let folder: string;
let pdps: Pdp[];
const watchers: PolicyWatcher[] = [];
const save = (file: string, text: string): void => writeFileSync(join(folder, file), text);

beforeAll(async () => {
  const { jwk } = await createKey("key-1");
  issuer = await serve((_, response) => response.end(JSON.stringify({ keys: [jwk] })));
  folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-policies-"));
  save("document.yaml", policy("document", "user"));
  save("note.yaml", policy("note", "user"));
  const settings = { policies: folder, jwksUrl: `${issuer.url}/jwks`, admin: PDP_ADMIN };
  const start = () => startPdp({ ...settings, globals: { issuer: issuer.url, clientId: "app" } });
  pdps = await Promise.all([start(), start()]);
});
afterAll(async () => {
  await Promise.all((pdps ?? []).map((pdp) => pdp.stop()));
  await issuer?.[Symbol.asyncDispose]();
  if (folder) rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  save("document.yaml", policy("document", "user"));
  save("note.yaml", policy("note", "user"));
  // Until they are compiled: after the answer to a reload, a PDP goes on.
  await Promise.all(pdps.map(({ url }) => createWatchedPdp(url, fetch, AUTHORIZATION).reload()));
});
afterEach(async () => {
  await Promise.all(watchers.splice(0).map((watcher) => watcher.close()));
});

/** Lets a PDP load its policies again, as anybody may. */
async function reload({ url }: Pdp): Promise<number> {
  return (await fetch(`${url}/admin/store/reload?wait=true`, { headers: { authorization: AUTHORIZATION } })).status;
}

/** Whether the PDP lets a user edit a document. */
async function isAllowed({ url }: Pdp): Promise<boolean> {
  const body = JSON.stringify({
    principal: { id: "alice", roles: ["user"] },
    resources: [{ actions: ["edit"], resource: { kind: "document", id: "1" } }],
  });
  return (await (await fetch(`${url}/api/check/resources`, { method: "POST", body })).text()).includes("EFFECT_ALLOW");
}

/** Waits until a watcher has looked so often. */
async function looked(times: number): Promise<void> {
  const seen = vi.spyOn(globalThis, "fetch");
  const looks = () =>
    seen.mock.calls.filter(([url]) => typeof url === "string" && url.endsWith("/_cerbos/metrics")).length;
  await vi.waitFor(() => expect(looks()).toBeGreaterThan(times * pdps.length), PATIENT);
  seen.mockRestore();
}

/** Watches, and notes what each PDP decides at the moment of each event. */
async function watching(options: Partial<WatchPoliciesOptions> = {}) {
  const watched = { decided: [] as boolean[][], logged: [] as string[], refused: 0 };
  const policiesChanged = async (): Promise<void> => {
    if (watched.refused-- > 0) throw new Error("the bus is down");
    watched.decided.push(await Promise.all(pdps.map(isAllowed)));
  };
  const watcher = watchPolicies({
    events: { policiesChanged },
    pdp: pdps.map(({ url }) => url),
    intervalMs: 500,
    log: (text) => void watched.logged.push(text),
    ...options,
  });
  watchers.push(watcher);
  await watcher.ready;
  return Object.assign(watched, {
    watcher,
    decides: (...decided: readonly boolean[][]) => vi.waitFor(() => expect(watched.decided).toEqual(decided), PATIENT),
    /** Waits until the log has a line about each PDP, or so many. */
    says: (text: string, lines = pdps.length) => {
      const line = expect.stringContaining(text);
      return vi.waitFor(() => expect(watched.logged).toEqual(Array(lines).fill(line)), PATIENT);
    },
  });
}

// A look would find the change too, but later.
const inFolder = () => watching({ folder, admin: ADMIN, intervalMs: 3_600_000 });

describe("a folder", () => {
  test("a saved file is reported once all PDPs decide by it", async () => {
    const watched = await inFolder();
    save("document.yaml", policy("document", "admin"));
    await watched.decides([false, false]);
    save("document.yaml", policy("document", "user"));
    await watched.decides([false, false], [true, true]);
    expect(watched.logged).toEqual([]);
  });

  test("and once, though each look would find it too", async () => {
    const watched = await watching({ folder, admin: ADMIN });
    save("document.yaml", policy("document", "admin"));
    await watched.decides([false, false]);
    await looked(2);
    expect(watched.decided).toHaveLength(1);
  });

  test("a file that is added in a folder of it, and one that is deleted", async () => {
    const watched = await inFolder();
    mkdirSync(join(folder, "more"), { recursive: true });
    save("more/other.yaml", policy("other", "user"));
    await vi.waitFor(() => expect(watched.decided.length).toBeGreaterThan(0), PATIENT);
    watched.decided.length = 0;
    rmSync(join(folder, "document.yaml"));
    await watched.decides([false, false]);
    rmSync(join(folder, "more"), { recursive: true });
  });

  test.each<[what: string, text: string, why: string]>([
    ["is no YAML", "foo: [bar\n", "HTTP 500"],
    ["is no policy", "a: 1\n", "HTTP 500"],
    [
      "needs what is not there",
      policy("document", "user").replace("version: default", "version: default\n  importDerivedRoles: [none]"),
      "previous policies",
    ],
    ["has a condition that does not compile", policy("document", "admin", UNKNOWN_CONDITION), "does not compile"],
  ])("a file that %s is no change, and its repair is one", async (_, text, why) => {
    const watched = await inFolder();
    save("document.yaml", text);
    await watched.says(why);
    expect(watched.decided).toEqual([]);
    save("document.yaml", policy("document", "admin"));
    await watched.decides([false, false]);
    expect(watched.logged.join()).not.toContain(ADMIN.password);
  });

  test("a PDP that refuses the password is said", async () => {
    const watched = await watching({ folder, admin: { ...ADMIN, password: "wrong-password" } });
    save("document.yaml", policy("document", "admin"));
    await watched.says("HTTP 401");
    expect(watched.logged.join()).not.toContain("wrong-password");
    expect(watched.decided).toEqual([]);
  });
});

describe("the reports of PDPs", () => {
  test("a PDP that has loaded other policies, by whomever it was told", async () => {
    const watched = await watching();
    save("document.yaml", policy("document", "admin"));
    await reload(pdps[0]!);
    await watched.decides([false, true]);
    await reload(pdps[1]!);
    await watched.decides([false, true], [false, false]);
    expect(watched.logged).toEqual([]);
  });

  test("what does not compile is no change", async () => {
    const [pdp] = pdps;
    // All of them: a policy beside it that compiles would count as loaded.
    const watched = await watching({ pdp: pdp!.url });
    save("document.yaml", policy("document", "admin", UNKNOWN_CONDITION));
    save("note.yaml", policy("note", "user", UNKNOWN_CONDITION));
    expect(await reload(pdp!)).toBe(200);
    await looked(2);
    expect(watched.decided).toEqual([]);
    save("note.yaml", policy("note", "user"));
    save("document.yaml", policy("document", "admin"));
    await reload(pdp!);
    await watched.decides([false, true]);
  });

  test("a PDP that ends is said once, and one that was started again may have other policies", async () => {
    const watched = await watching();
    await pdps[1]!.stop();
    await watched.says("cannot be seen", 1);
    save("document.yaml", policy("document", "admin"));
    await pdps[1]!.restart();
    await watched.decides([true, false]);
    expect(watched.logged).toHaveLength(1);
  });

  test("a change that cannot be reported is reported at the next look", async () => {
    const watched = await watching();
    watched.refused = 1;
    save("document.yaml", policy("document", "admin"));
    await Promise.all(pdps.map(reload));
    await watched.says("will be tried again", 1);
    await vi.waitFor(() => expect(watched.decided.length).toBeGreaterThan(0), PATIENT);
    expect(watched.logged.join()).not.toContain("the bus is down");
  });
});

/** A PDP behind an address, which gives these reports one after the other, and then the last one. */
function answering(...reports: readonly (string | number)[]) {
  const policiesChanged = vi.fn<() => Promise<void>>(async () => {});
  const log = vi.fn<(text: string) => void>();
  let looks = 0;
  const watcher = watchPolicies({
    events: { policiesChanged },
    pdp: "http://pdp.test",
    intervalMs: 500,
    log,
    fetch: async () => {
      const report = reports[Math.min(looks++, reports.length - 1)] ?? "";
      return typeof report === "number" ? new Response(null, { status: report }) : new Response(report);
    },
  });
  watchers.push(watcher);
  /** After the look at the last report. */
  const end = async (): Promise<void> => {
    await watcher.ready;
    while (looks < reports.length) await vi.advanceTimersByTimeAsync(500);
  };
  return { policiesChanged, log, watcher, end };
}

const report = (process: number, success: number, more = ""): string => `# HELP x y
process_start_time_seconds ${process}
cerbos_dev_compiler_compile_duration_milliseconds_sum{status="success"} ${Math.random()}
cerbos_dev_compiler_compile_duration_milliseconds_count{status="success"} ${success}
cerbos_dev_store_last_successful_refresh{driver="git"} ${Math.random()}
${more}`;

describe("reports that are made up", () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
  afterEach(() => vi.useRealTimers());

  test.each<[what: string, reports: (string | number)[], changes: number]>([
    ["nothing new", [report(1, 2), report(1, 2), report(1, 2)], 0],
    ["compiled", [report(1, 2), report(1, 3), report(1, 3), report(1, 4)], 2],
    [
      "did not compile",
      [report(1, 2), report(1, 2, 'cerbos_dev_compiler_compile_duration_milliseconds_count{status="failure"} 1')],
      0,
    ],
    ["deleted", [report(1, 2), report(1, 2, 'cerbos_dev_index_crud_count_total{kind="delete"} 1')], 1],
    ["another bundle", [report(1, 2), report(1, 2, "cerbos_dev_store_bundle_updates_count_total 1")], 1],
    ["started again", [report(1, 2), report(9, 2)], 1],
    ["out of reach between", [report(1, 2), 503, report(1, 2), 503, report(1, 3)], 1],
    [
      "two behind a load balancer",
      [report(1, 2), report(5, 2), report(1, 2), report(5, 2), report(5, 3), report(1, 2), report(1, 3)],
      3,
    ],
  ])("%s", async (_, reports, changes) => {
    const { policiesChanged, end, watcher } = answering(...reports);
    await end();
    await watcher.close();
    expect(policiesChanged).toHaveBeenCalledTimes(changes);
  });

  test.each<[answer: string | number, why: string]>([
    [404, "HTTP 404. Is server.metricsEnabled off?"],
    ["<html>", "no metrics of a PDP"],
    [`cerbos_dev_${"x".repeat(4_200_000)}`, "longer than"],
  ])("one that cannot be used is said once", async (answer, why) => {
    const { log, end, policiesChanged } = answering(answer, answer, answer);
    await end();
    expect(log.mock.calls).toEqual([[expect.stringContaining(why)]]);
    expect(policiesChanged).not.toHaveBeenCalled();
  });

  test("a log that throws ends nothing", async () => {
    const { log, end, policiesChanged } = answering(report(1, 2), 503, report(1, 3));
    log.mockImplementation(() => {
      throw new Error("the log is full");
    });
    await end();
    await vi.waitFor(() => expect(policiesChanged).toHaveBeenCalledOnce(), PATIENT);
  });

  test("after its end nothing is asked and nothing reported", async () => {
    const { policiesChanged, watcher } = answering(report(1, 2), report(1, 3));
    await watcher.ready;
    await watcher.close();
    await vi.advanceTimersByTimeAsync(5000);
    expect(policiesChanged).not.toHaveBeenCalled();
  });
});

test.each<object>([
  { events: {} },
  { pdp: [] },
  { pdp: "pdp" },
  { intervalMs: 10 },
  { admin: ADMIN },
  { admin: ADMIN, folder: "" },
  { folder: "policies", admin: { username: "a:b", password: "c" } },
  { folder: "policies", admin: ADMIN, pdp: "http://pdp.example.com" },
  { log: true },
  { interval: 1000 },
])("an option that does not hold is named: %o", (options) => {
  const events = { policiesChanged: async () => {} };
  const create = () => watchPolicies({ events, pdp: "http://127.0.0.1:3592", ...options });
  expect(create).toThrow(AuthzError);
  expect(create).toThrow(Object.keys(options).at(-1));
});
