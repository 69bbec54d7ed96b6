import { createHash } from "node:crypto";
import { AuthzError, type PdpRequest, type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { PermissionsProvider, useCanCallback } from "@kinde-cerbos/react";
import { LocalStorage, MemoryStorage, StorageKeys } from "@kinde-oss/kinde-auth-react/utils";
import { focusManager, onlineManager, QueryClient } from "@tanstack/react-query";
import { Profiler, type ReactNode, StrictMode, useLayoutEffect, useReducer } from "react";
import { flushSync } from "react-dom";
import { createRoot, type Root } from "react-dom/client";
import { vi } from "vitest";
import { answerTo, FakeKinde, FakeKindeProvider, tokenOf, UNAVAILABLE, whoAsks, whoIs } from "./support.tsx";
import { Clock } from "./user-switch-clock.ts";
import { type Asked, PROBES, type Seen, SlowPart } from "./user-switch-probes.tsx";

/** What a course of events begins with. */
export interface Setup {
  /** Who is signed in. */
  readonly who: Who | null;
  readonly strict: boolean;
  /** Whether the PDP takes its time, until it is told otherwise. */
  readonly isLate: boolean;
  /** Where Kinde keeps its token. Other tabs write to the second without a word. */
  readonly storage: "memory" | "localStorage";
  /** In ms. */
  readonly maxAge: number;
  /** Whether the PDP's client is made anew in each render, as `pdp={new HTTP("/pdp")}`. */
  readonly isInline: boolean;
  /** Whether checks are sent while nobody is signed in. */
  readonly anonymous: boolean;
}

/** Who signs in. */
export interface Who {
  readonly sub: string;
  readonly org_code: string;
  readonly permissions: readonly string[];
}

/** How a PDP answers, or does not. */
export const REPLIES = [
  "answers",
  "is down",
  "refuses the token",
  "says nothing",
  "says something else",
  "says maybe",
] as const;
export type Reply = (typeof REPLIES)[number];

interface WaitingRequest {
  readonly body: PdpRequest;
  readonly signal: AbortSignal;
  readonly settle: (reply: Reply) => void;
}

/** More than any course needs. */
const MOST_REQUESTS = 1000;
const START = Date.parse("2030-01-01T00:00:00Z");
/** The provider's default. */
const REFRESH_GRACE_MS = 5000;
/** Turns after which nothing is under way but what waits for a PDP, a hash or the time. */
const SETTLED = 16;

/** An app, its user, Kinde and a PDP, and what is wrong with what was seen of them. */
export class World {
  readonly violations: string[] = [];
  /** How often each thing has happened. */
  readonly happened: Map<string, number>;
  readonly probes = new Set(PROBES.map(({ name }) => name));
  readonly rerenders = new Map<string, () => void>();
  readonly waiting: WaitingRequest[] = [];
  readonly setup: Setup;
  /** What is asked about, by id: which of the probes' `ATTRS`. */
  readonly attrs = new Map<string, number>();
  kinde: FakeKinde;
  queryClient = new QueryClient();
  reply: Reply | "waits" = "answers";
  /** Policies change; decisions of before are then old. */
  policy = 0;
  isSlow = false;
  isAway = false;
  isHashSlow = false;
  requests = 0;
  resetBoundary: () => void = () => undefined;

  /** When the PDP last allowed or denied what to whom. */
  readonly #saidAt = new Map<string, number>();
  /** Whom Kinde has told of, and all who were in its storage since. */
  #toldOf = new Set<string | null>();
  /** Whether Kinde has told of what is in its storage. */
  #isTold = true;
  #hashes: (() => void)[] = [];
  #hasSlept = false;
  #turn = 0;
  /** The last token whose end the page has seen, and in which turn it did. */
  #endSeen: { readonly token: string | null; readonly turn: number } | null = null;
  readonly #refused = new Set<string | undefined>();
  #tokens = 0;
  #pendings = 0;
  /** What the scheduler of React takes for the time. */
  #frame = 0;
  #can: ReturnType<typeof useCanCallback> | null = null;
  readonly #clock = new Clock(START);
  #container = document.createElement("div");
  #root: Root | null = null;
  #otherTab = new LocalStorage();

  constructor(setup: Setup, happened: Map<string, number>) {
    this.setup = setup;
    this.happened = happened;
    vi.spyOn(performance, "now").mockImplementation(() => this.#frame);
    vi.spyOn(crypto.subtle, "digest").mockImplementation((_, data) => this.#hash(data));
    window.addEventListener("storage", this.#tell);
    this.kinde = this.#listen(new FakeKinde(setup.storage === "memory" ? new MemoryStorage() : new LocalStorage()));
    document.body.append(this.#container);
    if (setup.isLate) this.reply = "waits";
    if (setup.who) this.kinde.signIn(this.newToken(setup.who, 3600));
    this.mount();
  }

  end(): void {
    this.unmount();
    this.#container.remove();
    this.queryClient.clear();
    window.removeEventListener("storage", this.#tell);
    focusManager.setFocused(undefined);
    onlineManager.setOnline(true);
    localStorage.clear();
    this.#clock.end();
  }

  note(what: string): void {
    this.happened.set(what, (this.happened.get(what) ?? 0) + 1);
  }

  // What is true at this moment.

  /** Whose token Kinde holds: "nobody" when nobody is signed in, `null` when that is not known. */
  owner(): string | null {
    const { isLoading, isAuthenticated } = this.kinde.value();
    if (isLoading) return null;
    if (!isAuthenticated) return "nobody";
    const token = this.token();
    return token === null || token === BROKEN ? null : whoIs(token);
  }

  /**
   * Whose token is stored though Kinde says that nobody is signed in; `null` if none is. Where it was known before,
   * that
   * is not taken for a sign-out, as Kinde says so of a token that the machine's clock takes for ended, too.
   */
  kept(): string | null {
    const { isLoading, isAuthenticated } = this.kinde.value();
    const token = this.token();
    if (isLoading || isAuthenticated || token === null || token === BROKEN) return null;
    return this.#hasEnded(token) ? null : whoIs(token);
  }

  /**
   * Whose decisions the cache may have though Kinde says that nobody is signed in: of the user whose token is stored,
   * though it may have ended. A broken one does not say whose it is, so the user of before stays, who is but one.
   */
  #leftInStorage(): string | null {
    return this.token() === BROKEN ? (this.remembered()[0] ?? "unknown") : this.#stored();
  }

  /** Whose decisions may be seen. */
  holder(): string | null {
    return this.isExpired() && !this.#isBeingRefreshed() ? null : this.owner();
  }

  /**
   * Whether the token has just ended and is being refreshed. Kinde has no other one here, so that fails within a turn.
   */
  #isBeingRefreshed(): boolean {
    const token = this.token();
    if (token === null || Date.now() >= claimsOf(token).exp * 1000 + REFRESH_GRACE_MS) return false;
    return this.#endSeen?.token !== token || this.#endSeen.turn === this.#turn;
  }

  /** Whose token is stored, whatever Kinde says; `null` where that is not known. */
  #stored(): string | null {
    const token = this.token();
    return token === null || token === BROKEN ? null : whoIs(token);
  }

  token(): string | null {
    const token: unknown = this.kinde.storage.getSessionItem(StorageKeys.accessToken);
    return typeof token === "string" ? token : null;
  }

  /** Whether the PDP has refused the token of now: Kinde has no other one here, so that is the session's end. */
  isRefused(): boolean {
    return this.#refused.has(this.token() ?? undefined);
  }

  isExpired(): boolean {
    const token = this.token();
    return this.kinde.isAuthenticated && token !== null && token !== BROKEN && this.#hasEnded(token);
  }

  #hasEnded(token: string): boolean {
    return claimsOf(token).exp * 1000 <= Date.now();
  }

  /** What the policies of now say. */
  decide(who: string, { action, resource }: Asked): boolean {
    return (
      createHash("sha1")
        .update(JSON.stringify([who, action, resource, this.policy]))
        .digest()
        .readUInt8() %
        2 ===
      0
    );
  }

  // What is seen.

  /** A render, a commit, or the answer to a call. */
  see(where: string, seen: readonly Seen[]): void {
    const token = this.token();
    if (this.isExpired() && this.#endSeen?.token !== token) this.#endSeen = { token, turn: this.#turn };
    const holder = this.holder();
    const kept = this.kept();
    for (const { status, allowed, madeFor, asked } of seen) {
      if (status === "pending") this.#pendings += 1;
      this.note(`${status} in a ${where.split(" ")[0]}`);
      const about = (): string =>
        `${where}: ${status} for ${String(madeFor)}, ${JSON.stringify(asked)} while ${String(holder)}`;
      const isDecided = status === "allowed" || (status === "denied" && !this.#isUnasked(madeFor));
      if (allowed !== (status === "allowed")) this.violations.push(`allowed is ${String(allowed)}: ${about()}`);
      if (isDecided && (holder === null || (madeFor !== undefined && madeFor !== holder && madeFor !== kept))) {
        this.violations.push(`A, another session's: ${about()}`);
      }
      if (isDecided) {
        const whose = madeFor ? [madeFor] : [holder, kept];
        const at = Math.max(...whose.map((who) => this.#saidAt.get(nameOf(status, who ?? "", asked)) ?? 0));
        if (at === 0) this.violations.push(`B, the PDP never said so: ${about()}`);
        else if (Date.now() - at >= this.setup.maxAge) this.violations.push(`B, ${Date.now() - at} ms old: ${about()}`);
      }
    }
  }

  /** Whether what is denied is so because nobody is signed in, as far as Kinde has told. */
  #isUnasked(madeFor: string | null | undefined): boolean {
    return !this.setup.anonymous && !madeFor && this.#toldOf.has("nobody");
  }

  /** The whole page after a commit. A part that has not rendered may be of whom Kinde has last told of. */
  seePage(): void {
    for (const { madeFor, status } of this.shown()) {
      if (madeFor && !this.#toldOf.has(madeFor)) {
        this.violations.push(`A, on the page: ${status} for ${madeFor} while ${[...this.#toldOf].join(" or ")}`);
      }
    }
  }

  /** What is visible on the page. */
  shown(): Seen[] {
    return [...this.#container.querySelectorAll<HTMLElement>("[data-seen]")].flatMap((element) => {
      for (let at: HTMLElement | null = element; at; at = at.parentElement) if (at.style.display === "none") return [];
      return JSON.parse(element.dataset["seen"] ?? "[]");
    });
  }

  /** Whose decisions are in the cache. */
  remembered(): string[] {
    return this.queryClient
      .getQueriesData<{ readonly outputs: readonly { readonly value: string }[] }>({ queryKey: ["kinde-cerbos"] })
      .flatMap(([, decision]) => decision?.outputs[0]?.value ?? []);
  }

  // What happens.

  /** Some turns of the event loop, each of them a millisecond long. */
  async turn(turns: number): Promise<void> {
    for (let made = 0; made < turns; made += 1) {
      // Longer than React waits before it shows what comes after a fallback, which is in real time.
      this.#frame += 400;
      await this.#clock.pass(1);
      this.#turn += 1;
    }
  }

  /** All that follows from what has happened, and what must hold then. */
  async settle(): Promise<void> {
    await this.turn(SETTLED);
    const owner = this.owner();
    if (!this.#isTold || this.#hashes.length > 0 || owner === null || this.isAway) return;
    for (const { madeFor, status } of this.shown()) {
      // What ends while the machine sleeps is noticed at the next render.
      if (madeFor && madeFor !== (this.#hasSlept ? owner : this.holder()) && madeFor !== this.kept())
        this.violations.push(`A, after all: ${status} for ${madeFor} while ${owner}`);
    }
    const left = owner === "nobody" ? this.#leftInStorage() : null;
    const foreign = this.remembered().filter((who) => !isOf(who, owner) && !(left && isOf(who, left)));
    const isEmpty = this.queryClient.getQueryCache().findAll({ queryKey: ["kinde-cerbos"] }).length === 0;
    if (owner === "nobody" && !left && !this.setup.anonymous && !isEmpty) {
      this.violations.push("G, in the cache of nobody");
    }
    if (foreign.length > 0) this.violations.push(`D, in the cache of ${owner}: ${foreign.join(", ")}`);
  }

  /** Lets all come to rest; what was asked and shown until then, or `null` where something is held up. */
  async rest(): Promise<{ readonly requests: number; readonly pendings: number } | null> {
    await this.settle();
    // With a token that has ended, the page was over: the next one begins anew.
    const isKnown =
      this.holder() !== null && !this.isExpired() && !this.isAway && this.#isTold && this.#hashes.length === 0;
    const isAnswered = this.waiting.every(({ signal }) => signal.aborted) && this.reply === "answers";
    if (!isKnown || !isAnswered || !onlineManager.isOnline()) return null;
    if (this.shown().some(({ status }) => status === "pending") || this.#container.textContent) return null;
    return { requests: this.requests, pendings: this.#pendings };
  }

  /** Everything has an answer, of whichever kind. */
  expectAnswers(): void {
    const { textContent } = this.#container;
    if (textContent) this.violations.push(`F, at the end the page says ${textContent}`);
    const shown = this.shown();
    for (const { status, asked } of shown) {
      if (status === "pending") this.violations.push(`F, pending for ever: ${JSON.stringify(asked)}`);
    }
  }

  /** Everything has the answer that the policies of now give. */
  expectTruth(): void {
    this.expectAnswers();
    const holder = this.holder();
    for (const { status, asked } of this.shown()) {
      const isAsked = holder !== "nobody" || this.setup.anonymous;
      const truth = isAsked && this.decide(holder ?? "", asked) ? "allowed" : "denied";
      if (status !== truth)
        this.violations.push(`F, ${status} at the end, not ${truth}: ${JSON.stringify(asked)} for ${String(holder)}`);
    }
  }

  /** Time passes, and things happen when they are due. */
  async pass(ms: number): Promise<void> {
    for (let left = 10; left > 0; left -= 1) {
      await this.#clock.pass(ms / 10);
      await this.turn(1);
    }
  }

  /** A machine sleeps: time passes, and what was due is late. */
  sleep(ms: number): void {
    this.#clock.sleep(ms);
    this.#hasSlept = true;
  }

  /** It sleeps for as long as the token is good. */
  sleepTillExpiry(): void {
    const token = this.token();
    if (token !== null && token !== BROKEN) this.sleep(Math.max(0, claimsOf(token).exp * 1000 - Date.now()));
  }

  newToken(who: Who, lifetime: number): string {
    this.#tokens += 1;
    const iat = Math.floor(Date.now() / 1000);
    return tokenOf({ ...who, iat, exp: iat + lifetime, jti: String(this.#tokens) });
  }

  /** Puts a token into Kinde's storage. Nobody is told before the next turn. */
  store(token: string | null): void {
    this.kinde.store(token);
    this.#toldOf.add(this.owner()).add(this.kept());
  }

  /** Another tab does it. */
  storeElsewhere(token: string | null): void {
    if (this.setup.storage === "memory") {
      this.store(token);
      return;
    }
    if (token === null) this.#otherTab.removeSessionItem(StorageKeys.accessToken);
    else this.#otherTab.setSessionItem(StorageKeys.accessToken, token);
    this.#toldOf.add(this.owner()).add(this.kept());
    this.#isTold = false;
  }

  /** The browser tells of what other tabs have stored. */
  tellOfOtherTabs(): void {
    window.dispatchEvent(new StorageEvent("storage"));
  }

  /** Kinde's context changes, or is only another object. */
  update(state: { isAuthenticated?: boolean; isLoading?: boolean } = {}): void {
    this.kinde.update(state);
  }

  /** The page is loaded anew, as after Kinde's redirects: it begins with the session of before, and loading. */
  reload(keepsCache: boolean): void {
    this.unmount();
    // What is under way ends with the page.
    void this.queryClient.cancelQueries();
    if (!keepsCache) this.queryClient = new QueryClient();
    const { storage, isAuthenticated } = this.kinde;
    this.kinde = this.#listen(new FakeKinde(storage));
    this.kinde.update({ isAuthenticated, isLoading: true });
    this.mount();
  }

  mount(): void {
    this.#root = createRoot(this.#container, {
      onCaughtError: () => undefined,
      onUncaughtError: (error) => this.violations.push(`thrown: ${String(error)}`),
      onRecoverableError: () => this.note("rendering recovered"),
    });
    const app = <Top world={this} />;
    this.#root.render(this.setup.strict ? <StrictMode>{app}</StrictMode> : app);
  }

  unmount(): void {
    flushSync(() => this.#root?.unmount());
    this.#root = null;
  }

  /** Lets one of the requests that wait be answered, in any order. */
  answer(which: number, reply: Reply): void {
    const [request] = this.waiting.splice(which % Math.max(1, this.waiting.length), 1);
    if (!request) return;
    this.note(
      request.signal.aborted
        ? "an answer after the abort"
        : reply === "answers"
          ? "an answer at last"
          : "a failure at last",
    );
    request.settle(reply);
  }

  /** What event handlers call. */
  handOut(can: ReturnType<typeof useCanCallback>): void {
    this.#can = can;
  }

  /** A call in an event handler. */
  click(asked: Asked): void {
    if (this.isAway) return;
    this.#can?.(asked).then(
      // A page that has gone has nobody to tell.
      (allowed) =>
        this.isAway ||
        this.see("call", [{ status: allowed ? "allowed" : "denied", allowed, madeFor: undefined, asked }]),
      (error: unknown) => {
        this.note("a refused call");
        if (!(error instanceof AuthzError)) this.violations.push(`a call got ${String(error)}`);
      },
    );
  }

  slowHash(isSlow: boolean): void {
    this.isHashSlow = isSlow;
    if (!isSlow) for (const resolve of this.#hashes.splice(0)) resolve();
  }

  readonly pdp: PolicyDecisionPoint = {
    checkResources: (body, { signal }) => {
      this.#seeRequest(body);
      if (this.reply !== "waits") return this.#answerTo(body, signal, this.reply);
      return new Promise((resolve) => {
        const settle = (reply: Reply): void => resolve(this.#answerTo(body, signal, reply));
        this.waiting.push({ body, signal, settle });
      });
    },
  };

  #seeRequest(body: PdpRequest): void {
    this.requests += 1;
    // A page that asks without an end would keep the test from its own.
    if (this.requests > MOST_REQUESTS) throw new Error("asked without an end");
    if (this.requests === MOST_REQUESTS) this.violations.push(`F, ${MOST_REQUESTS} requests, and no end`);
    const who = whoAsks(body);
    const token = body.auxData?.jwt.token;
    const about = `E, a request of ${who}`;
    if (whoIs(token) !== who) this.violations.push(`${about} with the token of ${whoIs(token)}`);
    // Of a page that has gone, too.
    if (who !== "nobody" && who !== this.#stored())
      this.violations.push(`${about} while ${String(this.#stored())} is stored`);
    if (who === "nobody" && !this.setup.anonymous) this.violations.push("G, a request of nobody");
    // Kinde rounds to seconds, and its clock counts.
    if (token !== undefined && claimsOf(token).exp * 1000 + 1000 <= Date.now())
      this.violations.push(`${about} with an expired token`);
    if (!this.isAway && !this.#toldOf.has(who))
      this.violations.push(`${about} while ${[...this.#toldOf].join(" or ")}`);
  }

  async #answerTo(body: PdpRequest, signal: AbortSignal, reply: Reply): Promise<unknown> {
    if (reply === "is down") throw UNAVAILABLE;
    if (reply === "refuses the token") {
      this.#refused.add(body.auxData?.jwt.token);
      throw { code: 3, details: "invalid auxData" };
    }
    if (reply === "says nothing") return {};
    const who = whoAsks(body);
    const answer = answerTo(body, (action, resource) => {
      const asked = { action, resource: { kind: resource.kind, id: resource.id, attr: resource.attr } };
      const isAllowed = reply === "answers" && this.decide(who, asked);
      // Nobody may show an answer that comes after nobody wanted it any more, or one to something else.
      const isAnswer = !signal.aborted && reply !== "says something else";
      if (isAnswer) this.#saidAt.set(nameOf(isAllowed ? "allowed" : "denied", who, asked), Date.now());
      return isAllowed ? "EFFECT_ALLOW" : "EFFECT_DENY";
    });
    if (reply === "answers") return answer;
    const text = JSON.stringify(answer).replaceAll(
      "EFFECT_DENY",
      reply === "says maybe" ? "EFFECT_MAYBE" : "EFFECT_ALLOW",
    );
    return JSON.parse(reply === "says maybe" ? text : text.replaceAll('"document"', '"folder"'));
  }

  readonly #tell = (): void => {
    this.#isTold = true;
    this.#toldOf = new Set([this.owner(), this.kept()]);
  };

  /** Before the app does, so that it is known what the app must know. */
  #listen(kinde: FakeKinde): FakeKinde {
    kinde.subscribe(this.#tell);
    kinde.storage.subscribe(this.#tell);
    this.#toldOf.add("nobody");
    return kinde;
  }

  #hash(data: BufferSource): Promise<ArrayBuffer> {
    const bytes = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);
    const hash = new Uint8Array(createHash("sha256").update(bytes).digest()).buffer;
    return this.isHashSlow ? new Promise((resolve) => this.#hashes.push(() => resolve(hash))) : Promise.resolve(hash);
  }

  /** For the parts of the app that are slow: React lets others have a turn after them. */
  spendTime(): void {
    if (this.isSlow) this.#frame += 10;
  }
}

/** Whether both names are of one user. */
function isOf(who: string, user: string): boolean {
  return who.split(" ")[0] === user.split(" ")[0];
}

/** A token that no session can be made of. */
export const BROKEN = "not.a.token";

/** What a test token says. */
export function claimsOf(token: string): Who & { readonly exp: number } {
  return JSON.parse(atob(token.split(".")[1] ?? ""));
}

function nameOf(status: string, who: string, { action, resource }: Asked): string {
  return JSON.stringify([status, who, action, resource.kind, resource.id, resource.attr]);
}

/** Renders again when told to, by its name. */
function useRerender(world: World, name: string): void {
  const [, rerender] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => {
    world.rerenders.set(name, rerender);
  }, [world, name]);
}

function Top({ world }: { readonly world: World }): ReactNode {
  useRerender(world, "top");
  const pdp = world.setup.isInline ? { ...world.pdp } : world.pdp;
  const { maxAge, anonymous } = world.setup;
  // No grace: what ends is over at once, so that it is known here.
  const options = { maxAge, anonymous, refreshGraceMs: 0 };
  if (world.isAway) return <p>Elsewhere</p>;
  return (
    <Profiler id="page" onRender={() => world.seePage()}>
      <FakeKindeProvider kinde={world.kinde}>
        <PermissionsProvider pdp={pdp} queryClient={world.queryClient} {...options}>
          <Page world={world} />
        </PermissionsProvider>
      </FakeKindeProvider>
    </Profiler>
  );
}

function Page({ world }: { readonly world: World }): ReactNode {
  useRerender(world, "page");
  const can = useCanCallback();
  useLayoutEffect(() => world.handOut(can), [world, can]);
  return PROBES.map(({ name, Probe }) => (
    <div key={name}>
      {world.probes.has(name) && <Probe world={world} name={name} />}
      <SlowPart world={world} />
    </div>
  ));
}
