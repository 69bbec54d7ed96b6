// What DevTools and error reporters see of React's memory: the real React, react-query and KindeProvider; only the
// network is not.
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import {
  PermissionsProvider,
  useCan,
  useOrganizations,
  usePermissionsSession,
  useSwitchOrg,
} from "@kinde-cerbos/react";
import { KindeProvider, useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { MemoryStorage, refreshToken } from "@kinde-oss/kinde-auth-react/utils";
import { QueryClient, QueryClientContext, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { type ComponentProps, createContext, type ReactNode, StrictMode, useContext, useMemo, useState } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeIssuer, kindeToken } from "./fake-issuer.ts";
import { findByOwnProperties, findFiber, type Path, rootFiberOf } from "./own-properties.ts";
import { answerTo, document1, settle, SIGNATURE, tokenOf } from "./support.tsx";

const CLIENT = { domain: "http://kinde.test", clientId: "spa" };
const PDP = "http://pdp.test";

let issuer: FakeIssuer;
/** What the PDP answers. */
let answer: (body: string) => Response;

beforeEach(() => {
  issuer = new FakeIssuer();
  issuer.forRefresh = kindeToken();
  issuer.idToken = tokenOf({ org_codes: ["org_a", "org_b"] });
  localStorage.setItem("refreshToken0", "first");
  answer = (body) => Response.json(answerTo(JSON.parse(body)));
  const kinde = fetch;
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) =>
    url.startsWith(PDP) ? answer(typeof init.body === "string" ? init.body : "") : kinde(url, init),
  );
  // Kinde tells of a refused refresh on the console, and jsdom of a page that is left.
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  jsdom.virtualConsole.removeAllListeners("jsdomError");
});

afterEach(() => {
  for (const log of [console.error, console.warn]) {
    if (String(vi.mocked(log).mock.calls).includes(SIGNATURE)) throw new Error("A token is on the console.");
    vi.mocked(log).mockReset();
  }
});

const logouts: (() => Promise<void>)[] = [];
function Page(): ReactNode {
  logouts.push(useKindeAuth().logout);
  const organizations = useOrganizations();
  const { isSwitching, error } = useSwitchOrg();
  const { status, orgCode } = usePermissionsSession();
  const can = useCan({ action: "view", resource: document1 });
  return <p>{[status, orgCode, can.status, organizations.length, isSwitching, error?.code].join(" ")}</p>;
}

interface App {
  /** Where the token is in what React keeps of our provider, of what is below it, and in the cache. */
  readonly inOurs: () => Path[];
  /** The same of the whole tree: KindeProvider is at its top. */
  readonly inAll: () => Path[];
}

function renderApp(
  props: Partial<ComponentProps<typeof KindeProvider>> = {},
  isStrict = false,
  children: ReactNode = <Page />,
): App {
  const queryClient = new QueryClient();
  const app = (
    <KindeProvider {...CLIENT} redirectUri="http://localhost:3000" useInsecureForRefreshToken {...props}>
      <QueryClientProvider client={queryClient}>
        <PermissionsProvider pdp={createFetchPdp(PDP)}>{children}</PermissionsProvider>
      </QueryClientProvider>
    </KindeProvider>
  );
  const { container } = render(isStrict ? <StrictMode>{app}</StrictMode> : app);
  const cache = (): object => ({
    queries: queryClient.getQueryCache().getAll(),
    mutations: queryClient.getMutationCache().getAll(),
  });
  return {
    inOurs: () => {
      const kinde = findFiber(rootFiberOf(container), KindeProvider);
      // Kinde's own component is not entered, from wherever it is found: its state leads to its store, which has the
      // tokens. From ours nothing may lead to that store either.
      const below = { now: kinde?.child, before: kinde?.alternate?.child, ...cache() };
      return findByOwnProperties(below, SIGNATURE, [kinde, kinde?.alternate]);
    },
    inAll: () => findByOwnProperties({ root: rootFiberOf(container), ...cache() }, SIGNATURE),
  };
}

async function refreshTo(token: string | null): Promise<void> {
  issuer.forRefresh = token;
  await refreshToken(CLIENT);
  await settle();
}

describe("promise 12: nothing leaks into React", () => {
  it.each([false, true])(
    "no own property leads to a token, at no stage of a session (StrictMode: %s)",
    async (isStrict) => {
      const { inOurs } = renderApp({}, isStrict);
      expect(inOurs()).toEqual([]);
      expect(await screen.findByText(/^authenticated org_a allowed 2/)).toBeDefined();
      expect(inOurs()).toEqual([]);

      await refreshTo(kindeToken({ jti: "2" }));
      expect(inOurs()).toEqual([]);

      await refreshTo(kindeToken({ org_code: "org_b" }));
      expect(screen.getByText(/^authenticated org_b allowed/)).toBeDefined();
      expect(inOurs()).toEqual([]);

      answer = (body) => Response.json({ code: 3, message: `invalid auxData ${body}` }, { status: 400 });
      await refreshTo(kindeToken({ org_code: "org_c" }));
      expect(screen.getByText(/^expired org_c error/)).toBeDefined();
      expect(inOurs()).toEqual([]);

      await refreshTo(kindeToken({ sub: 7 }));
      expect(screen.getByText(/^error/)).toBeDefined();
      expect(inOurs()).toEqual([]);

      await refreshTo(kindeToken());
      await logouts.at(-1)?.();
      expect(await screen.findByText(/^signed_out/)).toBeDefined();
      expect(inOurs()).toEqual([]);
    },
  );

  it("with a store of the app's own, which React has as a property of KindeProvider", async () => {
    const { inOurs, inAll } = renderApp({ store: new MemoryStorage() });
    expect(await screen.findByText(/^authenticated org_a allowed 2/)).toBeDefined();
    expect(inOurs()).toEqual([]);
    expect(inAll()).toEqual([
      expect.stringMatching(/\.store\.memCache\.accessToken0$/),
      expect.stringMatching(/idToken0$/),
    ]);
  });

  it("but Kinde's SDK has it in its own store, and React leads to that by KindeProvider", async () => {
    const { inAll } = renderApp();
    expect(await screen.findByText(/^authenticated org_a allowed 2/)).toBeDefined();
    const inStore = expect.stringMatching(/^root\.child\..*\.memCache\.(accessToken0|idToken0)$/);
    expect(inAll()).toEqual([inStore, inStore]);
  });
});

/** Components of an app that keep a token. */
interface Keeps {
  readonly value: unknown;
}
const Context = createContext<unknown>(null);
function KeepsState({ value }: Keeps): ReactNode {
  const [{ kind }] = useState(() => ({ value, kind: typeof value }));
  return kind;
}
function KeepsDependency({ value }: Keeps): ReactNode {
  return useMemo(() => typeof value, [value]);
}
function KeepsContext(): ReactNode {
  return typeof useContext(Context);
}
function KeepsInCache({ value }: Keeps): ReactNode {
  useContext(QueryClientContext)?.setQueryData(["app"], { value });
  return null;
}

describe("the search", () => {
  const shapes: { readonly [place: string]: () => unknown } = {
    "a text": () => SIGNATURE,
    "part of a text": () => `Bearer ${SIGNATURE}.`,
    "a name": () => ({ [SIGNATURE]: 1 }),
    "not enumerable": () => Object.defineProperty({}, "token", { value: SIGNATURE, enumerable: false }),
    "a getter": () => Object.defineProperty({}, "token", { get: () => SIGNATURE }),
    "named by a symbol": () => ({ [Symbol("token")]: SIGNATURE }),
    "a symbol": () => Symbol(SIGNATURE),
    "the key of a map": () => new Map([[SIGNATURE, 1]]),
    "the entry of a map": () => new Map([[1, [SIGNATURE]]]),
    "in a set": () => new Set([{ SIGNATURE }]),
    "the cause of an error": () => new Error("message", { cause: new Error(SIGNATURE) }),
    "of a function": () => Object.assign(() => undefined, { token: SIGNATURE }),
  };
  const places: { readonly [place: string]: (value: unknown) => ReactNode } = {
    "a state": (value) => <KeepsState value={value} />,
    "a dependency": (value) => <KeepsDependency value={value} />,
    "a context": (value) => (
      <Context.Provider value={value}>
        <KeepsContext />
      </Context.Provider>
    ),
    "the cache": (value) => <KeepsInCache value={value} />,
  };

  it.each(Object.keys(shapes).flatMap((what) => Object.keys(places).map((place) => [what, place] as const)))(
    "finds it: %s, in %s",
    async (what, place) => {
      const { inOurs } = renderApp({}, false, places[place]?.(shapes[what]?.()));
      // KindeProvider renders its children when it knows who is signed in.
      await settle();
      expect(inOurs()).not.toEqual([]);
    },
  );

  it("does not find it in a closure, a private field, a promise or a weak map", () => {
    class Holder {
      readonly #token = SIGNATURE;
      get token(): string {
        return this.#token;
      }
    }
    const key = {};
    const token = SIGNATURE;
    const hidden = [() => token, new Holder(), Promise.resolve(token), new WeakMap([[key, token]]), key];
    expect(findByOwnProperties({ hidden }, SIGNATURE)).toEqual([]);
  });
});
