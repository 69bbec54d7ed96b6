import {
  clearRefreshTimer,
  frameworkSettings,
  getInsecureStorage,
  MemoryStorage,
  setInsecureStorage,
  StorageKeys,
  storageSettings,
} from "@kinde-oss/kinde-auth-react/utils";
import { afterEach, vi } from "vitest";
import { settle, tokenOf } from "./support.tsx";

/** The issuer of test tokens, and the client they are for. */
const KINDE = { iss: "http://kinde.test", azp: "spa", aud: ["https://api.test"], scp: ["openid", "offline"] };

/** A token that tells which Kinde to ask, of alice in org_a unless `claims` say otherwise. */
export function kindeToken(claims: object = {}): string {
  return tokenOf({ ...KINDE, exp: 4e9, ...claims });
}

/** Kinde's endpoints, in the place of the network. */
export class FakeIssuer {
  /** What a refresh gives; `null` is a refusal. */
  forRefresh: string | null = null;
  /** What a code gives; `null` is a refusal. */
  forCode: string | null = null;
  /** Until it resolves, no refresh is answered. */
  beforeRefresh: Promise<void> = Promise.resolve();
  /** Until it resolves, no code is exchanged. */
  beforeCode: Promise<void> = Promise.resolve();
  isReachable = true;
  idToken: string = tokenOf();
  /** Forms that the token endpoint got. */
  readonly refreshes: URLSearchParams[] = [];
  readonly exchanges: URLSearchParams[] = [];

  constructor() {
    // What KindeProvider sets.
    storageSettings.useInsecureForRefreshToken = true;
    Object.assign(frameworkSettings, { framework: "react", frameworkVersion: "19" });
    setInsecureStorage(new MemoryStorage());
    void getInsecureStorage()?.setSessionItem(StorageKeys.refreshToken, "first");
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      if (!this.isReachable) throw new TypeError("Failed to fetch");
      if (init.method !== "POST") return new Response("{}");
      const form = new URLSearchParams(await new Request(url, init).text());
      const isRefresh = form.get("grant_type") === "refresh_token";
      (isRefresh ? this.refreshes : this.exchanges).push(form);
      await (isRefresh ? this.beforeRefresh : this.beforeCode);
      const token = isRefresh ? this.forRefresh : this.forCode;
      if (token === null) return Response.json({ error: "invalid_grant" }, { status: 400 });
      return Response.json({ access_token: token, id_token: this.idToken, refresh_token: "next", expires_in: 3600 });
    });
  }

  /** What Kinde's SDK keeps of a request under way. */
  pending(): unknown[] {
    const storage = getInsecureStorage();
    return [StorageKeys.state, StorageKeys.nonce, StorageKeys.codeVerifier].map((key) => storage?.getSessionItem(key));
  }
}

afterEach(() => {
  clearRefreshTimer();
  vi.unstubAllGlobals();
});

/** The frame that a silent switch waits for, with the test in Kinde's place. */
export class FakeFrame {
  readonly element: HTMLIFrameElement;

  constructor(element: HTMLIFrameElement) {
    this.element = element;
  }

  /** The one that comes after `before`. */
  static async next(before: HTMLIFrameElement | null = null): Promise<FakeFrame> {
    // The challenge of a request is hashed, which takes as long as it takes.
    for (let turn = 0; turn < 50; turn += 1) {
      await settle();
      const frame = document.querySelector("iframe");
      if (frame && frame !== before) return new FakeFrame(frame);
    }
    throw new Error("Kinde was not asked.");
  }

  get asked(): URLSearchParams {
    return new URL(this.element.src).searchParams;
  }

  get isThere(): boolean {
    return this.element.isConnected;
  }

  /** Comes back to the silent page, with what Kinde answers. */
  answer(
    query: { readonly [name: string]: string },
    { scripts = 0, state = this.asked.get("state") ?? "" } = {},
  ): void {
    const search = new URLSearchParams(state === "" ? query : { ...query, state });
    this.load({ href: `${this.asked.get("redirect_uri")}?${search}`, scripts });
  }

  /** Shows a page that this one may not look into. */
  block(): void {
    this.load(null);
  }

  load(page: { readonly href: string; readonly scripts: number } | null): void {
    const location = page
      ? { href: page.href }
      : {
          get href(): string {
            throw new DOMException("Blocked a frame", "SecurityError");
          },
        };
    Object.defineProperty(this.element, "contentWindow", { configurable: true, value: { location } });
    Object.defineProperty(this.element, "contentDocument", {
      configurable: true,
      value: { scripts: { length: page?.scripts } },
    });
    this.element.dispatchEvent(new Event("load"));
  }
}
