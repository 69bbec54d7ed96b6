// 100,000 checks of users who come and go, change organizations and give up, on a network that drops, delays, garbles
// and repeats. Time is simulated and chance is seeded: SOAK_SEED=<number> runs another course, and a failure names its
// own.
import {
  type Authorizer,
  AuthzError,
  type Check,
  createAuthorizer,
  createSession,
  type Decision,
  renewSession,
} from "@kinde-cerbos/core";
import { expect, it } from "vitest";
import { ALL_FAULTS, isAllowed, listenersAt, settled, type User, World } from "./soak-world.ts";
import { SIGNATURE } from "./support.ts";

const SEED = Number(process.env["SOAK_SEED"] ?? 1);
const CHECKS = 100_000;
/** Longer than any check may take: three attempts of a request that had to wait for others, in ms. */
const LONGEST_MS = 10 * 60_000;

const USERS = ["kp_ada", "kp_bea", "kp_cyd"].flatMap((sub) =>
  ["org_1", "org_2"].map((org_code): User => ({ sub, org_code })),
);

/** One user at one place, from sign-in to sign-out. */
interface Visit {
  readonly user: User;
  readonly authorizer: Authorizer;
  /** Leaves this session's token behind for a newer one, as Kinde would. */
  readonly rotate: () => void;
  /** Checks without an end yet. */
  waiting: number;
  isOver: boolean;
}

it(`${CHECKS} checks with seed ${SEED}`, { timeout: 120_000 }, async () => {
  const world = new World(SEED);
  const outcomes = new Map<string, number>();
  const violations: string[] = [];
  const signals: AbortSignal[] = [];
  const shown: string[] = [];
  let pending = 0;

  const note = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);

  const enter = async (): Promise<Visit> => {
    const user = world.pick(USERS);
    const first = world.tokenFor(user);
    const session = await createSession(first);
    const other = USERS.find((someone) => someone !== user) ?? user;
    const source = world.chance(0.5) ? world.source(user, other, first) : undefined;
    const authorizer: Authorizer = createAuthorizer({
      pdp: world.pdp,
      session,
      ...(source && { source }),
      maxResources: world.pick([10, 50, 50]),
      maxActions: world.pick([2, 50]),
      maxInFlight: world.pick([1, 6]),
      windowMs: world.pick([0, 0, 20]),
      now: world.clock.now,
      setTimer: world.clock.setTimer,
      random: world.random,
      onWarning: (message) => shown.push(message),
      onBatch: ({ error }) => {
        if (error) shown.push(`${error.message} ${String(error.stack)} ${String(error.cause)}`);
      },
    });
    const rotate = (): void => {
      if (source) {
        source.rotate();
        return;
      }
      const renewed = renewSession(authorizer.session, world.tokenFor(user));
      if (renewed) authorizer.renew(renewed);
    };
    return { user, authorizer, rotate, waiting: 0, isOver: false };
  };

  /** Whether this is what the policies say to this user, said in time. */
  const judge = (
    { allowed, callId }: Decision,
    check: SoakCheck,
    visit: Visit,
    signal: AbortSignal | undefined,
  ): void => {
    const { action, resource } = check;
    const said = world.saidIn(callId, action, resource);
    const isRight = isAllowed(visit.user, action, resource);
    const about = `${visit.user.sub} ${visit.user.org_code} ${JSON.stringify(check)}`;
    if (allowed && !(isRight && said.isAllowed)) violations.push(`allowed: ${about}`);
    if (!allowed && isRight && !said.isHarmed) violations.push(`denied without a reason: ${about}`);
    if (visit.isOver) violations.push(`decided after the end of the session: ${about}`);
    if (signal?.aborted) violations.push(`decided after it was given up: ${about}`);
  };

  /** One check, and what becomes of it. */
  const ask = async (visit: Visit, signal: AbortSignal | undefined): Promise<void> => {
    const check = someCheck(world);
    pending += 1;
    visit.waiting += 1;
    try {
      const decision = await visit.authorizer.check(check, signal ? { signal } : {});
      note(decision.allowed ? "allowed" : "denied");
      judge(decision, check, visit, signal);
    } catch (error) {
      if (error instanceof AuthzError) note(error.code);
      else violations.push(`no AuthzError: ${String(error)}`);
    }
    pending -= 1;
    visit.waiting -= 1;
  };

  const leave = async (visit: Visit): Promise<void> => {
    visit.authorizer.dispose();
    visit.isOver = true;
    await settled();
    if (visit.waiting > 0) violations.push(`${visit.waiting} wait after the end of the session`);
  };

  // One after the other: hashing takes its own time, and the course must depend on the seed alone.
  const visits = [await enter(), await enter(), await enter(), await enter()];
  for (let left = CHECKS; left > 0;) {
    const place = world.below(visits.length);
    const visit = visits[place]!;
    const page = new AbortController();
    signals.push(page.signal);
    const size = Math.min(world.pick([1, 5, 60, 200]), left);
    left -= size;
    for (let index = 0; index < size; index += 1) void ask(visit, world.chance(0.6) ? page.signal : undefined);
    await world.pass(world.pick([1, 30, 200, 2000]));
    if (world.chance(0.2)) page.abort(world.pick([undefined, new Error("navigated away")]));
    await settled();
    if (page.signal.aborted && listenersAt(page.signal) > 0) violations.push("listeners are left at an aborted signal");
    const event = world.random();
    if (event < 0.15) visit.rotate();
    else if (event < 0.2) world.revoke(visit.authorizer.session.token);
    else if (event < 0.25) await world.pass(20_000);
    else if (event < 0.35 || visit.isOver) {
      await leave(visit);
      visits[place] = await enter();
    }
  }

  await world.pass(LONGEST_MS);
  expect(pending, "checks without an end").toBe(0);
  for (const visit of visits) await leave(visit);
  expect(world.clock.timers, "timers").toBe(0);
  expect(world.subscriptions, "listeners at sources of tokens").toBe(0);
  expect(
    signals.filter((signal) => listenersAt(signal) > 0),
    "signals with listeners",
  ).toEqual([]);
  expect(violations).toEqual([]);
  expect(shown.filter((text) => text.includes(SIGNATURE))).toEqual([]);

  // Nothing of that is worth anything where nothing happened.
  const happened = [...outcomes].toSorted(([a], [b]) => (a < b ? -1 : 1));
  console.log(`Soak with seed ${SEED}: ${happened.map(([name, count]) => `${name} ${count}`).join(", ")}.`);
  expect(happened.map(([name]) => name)).toEqual(EVERY_OUTCOME);
  expect(happened.reduce((sum, [, count]) => sum + count, 0)).toBe(CHECKS);
  expect([...world.faults.keys()].toSorted()).toEqual(ALL_FAULTS.toSorted());
});

type SoakCheck = Check & { readonly resource: { readonly id: string; readonly attr: { readonly state: number } } };

const EVERY_OUTCOME = [
  "aborted",
  "allowed",
  "check_refused",
  "denied",
  "invalid_check",
  "malformed_response",
  "pdp_unavailable",
  "request_refused",
  "session_ended",
  "session_expired",
  "timeout",
  "token_refused",
];

/** A check of one of few resources, so that many are asked twice, some ids with two attr. */
function someCheck(world: World): SoakCheck {
  const kind = world.chance(0.002) ? "bad" : "document";
  const id = world.chance(0.005) ? "" : String(world.below(80));
  const state = world.chance(0.05) ? 1 + world.below(3) : 0;
  return { action: world.pick(["view", "edit", "share", "delete"]), resource: { kind, id, attr: { state } } };
}
