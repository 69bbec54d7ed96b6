import { createSession, type PdpEntry, type PdpRequest, type PolicyDecisionPoint } from "@kinde-cerbos/core";
import {
  type CanResult,
  PermissionsProvider,
  type PermissionsProviderProps,
  useCan,
  type UseCanOptions,
} from "@kinde-cerbos/react";
import { KindeContext } from "@kinde-oss/kinde-auth-react";
import { MemoryStorage, setActiveStorage, StorageKeys } from "@kinde-oss/kinde-auth-react/utils";
import { act, render, type RenderResult } from "@testing-library/react";
import { type ComponentProps, type ReactNode, StrictMode, useState, useSyncExternalStore } from "react";
import { vi } from "vitest";

/** The signature of every test token: a text to look for where no token may be. */
export const SIGNATURE = "c2VjcmV0LXNpZ25hdHVyZQ";

/**
 * An unsigned access token, of alice in org_a unless `claims` say otherwise. The SDK reads tokens and never verifies
 * them.
 */
export function tokenOf(claims: object = {}): string {
  const payload = { sub: "alice", org_code: "org_a", roles: [], permissions: [], feature_flags: {}, ...claims };
  return [base64url({ alg: "none" }), base64url(payload), SIGNATURE].join(".");
}

function base64url(value: object): string {
  return btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Who a token is of, as {@link whoAsks} has it. */
export function whoIs(token: unknown): string {
  if (typeof token !== "string" || token === "") return "nobody";
  const claims: { sub: string; org_code: string; permissions?: string[] } = JSON.parse(atob(token.split(".")[1]!));
  return nameOf(claims.sub, claims.org_code, claims.permissions);
}

function nameOf(user: string, org: unknown, permissions: unknown = []): string {
  const rights = Array.isArray(permissions) && permissions.length > 0 ? ` with ${permissions.join(", ")}` : "";
  return `${user} in ${String(org)}${rights}`;
}

/** Who asks the PDP. Every answer of a test PDP carries it as its output. */
export function whoAsks({ principal }: PdpRequest): string {
  if (principal.id === "anonymous") return "nobody";
  return nameOf(principal.id, principal.attr["orgCode"], principal.attr["permissions"]);
}

type Effect = "EFFECT_ALLOW" | "EFFECT_DENY";
export type Decide = (action: string, resource: PdpEntry["resource"], request: PdpRequest) => Effect;

/** A correct answer to a request. */
export function answerTo(request: PdpRequest, decide: Decide = () => "EFFECT_ALLOW"): object {
  return {
    cerbosCallId: "call-1",
    results: request.resources.map(({ resource, actions }) => ({
      resource: { kind: resource.kind, id: resource.id, scope: resource.scope ?? "" },
      actions: Object.fromEntries(actions.map((action) => [action, decide(action, resource, request)])),
      outputs: actions.map((action) => ({ action, source: "who", value: whoAsks(request) })),
    })),
  };
}

/** A PDP in memory that keeps what it was asked. */
export interface FakePdp extends PolicyDecisionPoint {
  readonly requests: { readonly body: PdpRequest; readonly signal: AbortSignal }[];
}

/** A PDP that answers what `respond` returns. Default: it allows everything. */
export function fakePdp(respond: (body: PdpRequest) => unknown = (body) => answerTo(body)): FakePdp {
  const requests: FakePdp["requests"] = [];
  return {
    requests,
    async checkResources(body, { signal }) {
      requests.push({ body, signal });
      return respond(body);
    },
  };
}

/** A PDP that decides by `decide`. */
export function decidingPdp(decide: Decide): FakePdp {
  return fakePdp((body) => answerTo(body, decide));
}

/** A PDP that answers when told to. It does not care whether a request was aborted. */
export function slowPdp(): FakePdp & { answer: () => void } {
  const waiting: (() => void)[] = [];
  const pdp = fakePdp((body) => new Promise((resolve) => waiting.push(() => resolve(answerTo(body)))));
  return { ...pdp, answer: () => waiting.splice(0).forEach((resolve) => resolve()) };
}

/** What `@cerbos/http` throws when the PDP does not answer. */
export const UNAVAILABLE = { code: 14, details: "Request failed" };

type KindeValue = NonNullable<ComponentProps<typeof KindeContext.Provider>["value"]>;
type Storage = Parameters<typeof setActiveStorage>[0];

const unused = (): never => {
  throw new Error("The SDK does not use this of Kinde.");
};
const FUNCTIONS = {
  login: unused,
  register: unused,
  logout: unused,
  getClaims: unused,
  getIdToken: unused,
  getToken: unused,
  getAccessToken: unused,
  getClaim: unused,
  getOrganization: unused,
  getCurrentOrganization: unused,
  getFlag: unused,
  getUserProfile: unused,
  getPermission: unused,
  getPermissions: unused,
  getUserOrganizations: unused,
  getRoles: unused,
  refreshToken: unused,
  generatePortalUrl: unused,
  switchOrg: unused,
};

/** Stands in for KindeProvider: Kinde's own context and storage, with the test at the controls. */
export class FakeKinde {
  readonly storage: Storage;
  #value: KindeValue = { ...FUNCTIONS, isAuthenticated: false, isLoading: false };
  readonly #listeners = new Set<() => void>();

  constructor(storage: Storage = new MemoryStorage()) {
    this.storage = storage;
    setActiveStorage(storage);
  }

  get isAuthenticated(): boolean {
    return this.#value.isAuthenticated;
  }

  /** Puts a token into storage, which tells of it a task later. Kinde's context knows nothing of it yet. */
  store(token: string | null): this {
    if (token === null) void this.storage.removeSessionItem(StorageKeys.accessToken);
    else void this.storage.setSessionItem(StorageKeys.accessToken, token);
    return this;
  }

  /** Changes Kinde's context value, to a new object in any case. */
  update(state: Partial<Pick<KindeValue, "isAuthenticated" | "isLoading" | "login">> = {}): this {
    this.#value = { ...this.#value, ...state };
    for (const listener of this.#listeners) listener();
    return this;
  }

  signIn(token: string = tokenOf()): this {
    return this.store(token).update({ isAuthenticated: true, isLoading: false });
  }

  signOut(): this {
    return this.store(null).update({ isAuthenticated: false });
  }

  /** For {@link FakeKindeProvider}. */
  readonly value = (): KindeValue => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

export function FakeKindeProvider({ kinde, children }: { kinde: FakeKinde; children: ReactNode }): ReactNode {
  const value = useSyncExternalStore(kinde.subscribe, kinde.value, kinde.value);
  return <KindeContext.Provider value={value}>{children}</KindeContext.Provider>;
}

/** What a test's app is made of. */
export interface AppOptions extends Partial<Omit<PermissionsProviderProps, "children">> {
  /** Default: alice, signed in to org_a. */
  readonly kinde?: FakeKinde;
  readonly strict?: boolean;
}

/** Renders `children` inside of the providers. */
export function renderApp(children: ReactNode, options: AppOptions = {}): RenderResult {
  const { kinde = new FakeKinde().signIn(), strict = false, ...props } = options;
  const app = (
    <FakeKindeProvider kinde={kinde}>
      <PermissionsProvider pdp={fakePdp()} {...props}>
        {children}
      </PermissionsProvider>
    </FakeKindeProvider>
  );
  return render(strict ? <StrictMode>{app}</StrictMode> : app);
}

/** Hashes that are being made. Each is made by a thread of its own, which may be late on a busy machine. */
const hashes = new Set<Promise<unknown>>();
// oxlint-disable-next-line typescript/unbound-method -- called with its object below
const { digest } = SubtleCrypto.prototype;
SubtleCrypto.prototype.digest = function watched(...args) {
  const hash = digest.apply(this, args);
  hashes.add(hash);
  void hash.finally(() => hashes.delete(hash)).catch(() => {});
  return hash;
};

/**
 * Waits until nothing is under way: storage's notification, a session's hash, a batch, its answer.
 * React renders when it would in a browser, and not when `act` lets it.
 */
export async function settle(): Promise<void> {
  globalThis.IS_REACT_ACT_ENVIRONMENT = false;
  // More than are needed on an idle machine: on a busy one, React renders in several parts, each in a task of its own.
  for (let turn = 0; turn < 12; turn += 1) {
    // As long as the hashes of sessions take.
    await createSession(null);
    await Promise.allSettled(hashes);
    if (vi.isFakeTimers()) await vi.advanceTimersByTimeAsync(1);
    await new Promise((resolve) => setImmediate(resolve));
    if (!vi.isFakeTimers()) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  globalThis.IS_REACT_ACT_ENVIRONMENT = true;
}

/** Does something and waits until all that follows from it has happened. */
export async function after(action: () => unknown): Promise<void> {
  globalThis.IS_REACT_ACT_ENVIRONMENT = false;
  action();
  await settle();
}

/** Who a result was decided for; `null` where there is no decision. */
export function decidedFor({ decision }: CanResult): string | null {
  const value = decision?.outputs[0]?.value;
  return typeof value === "string" ? value : null;
}

/** A component that asks and keeps what each of its renders got. */
export function Probe({ onRender, ...check }: UseCanOptions & { onRender: (result: CanResult) => void }): ReactNode {
  const result = useCan(check);
  onRender(result);
  return <p>{`${result.status} ${decidedFor(result) ?? ""}`.trim()}</p>;
}

export const document1 = { kind: "document", id: "1" };

/** Renders a hook inside of the providers; the test can change its options. Keeps the result of every render. */
export function renderAsking<Options, Result>(
  useHook: (options: Options) => Result,
  options: Options,
  app: AppOptions = {},
) {
  const results: Result[] = [];
  const setters: ((next: () => Options) => void)[] = [];
  const Harness = (): ReactNode => {
    const [current, setCurrent] = useState(() => options);
    setters.push(setCurrent);
    results.push(useHook(current));
    return null;
  };
  const { unmount } = renderApp(<Harness />, app);
  return {
    results,
    last: (): Result => results.at(-1)!,
    change: (next: Options): void => act(() => setters.at(-1)?.(() => next)),
    unmount,
  };
}

/** The ids and actions of each request, as `"1: view edit"` for each entry. */
export function askedOf({ requests }: FakePdp): string[][] {
  return requests.map(({ body }) =>
    body.resources.map(({ resource, actions }) => `${resource.id}: ${actions.join(" ")}`),
  );
}
