import {
  getInsecureStorage,
  MemoryStorage,
  setActiveStorage,
  setInsecureStorage,
  StorageKeys,
  storageSettings,
} from "@kinde-oss/kinde-auth-react/utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { dropTokens } from "../../../src/sources/kinde-react/former-user.ts";
import { refreshKinde } from "../../../src/sources/kinde-react/refresh-kinde.ts";
import { currentToken } from "../../../src/sources/kinde-react/stored-token.ts";
import { tokenOf } from "../../support.tsx";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const KINDE = { iss: "http://kinde.test", azp: "spa" };
const tokenFor = (seconds: number, claims: object = {}): string =>
  tokenOf({ ...KINDE, exp: NOW / 1000 + seconds, ...claims });

const old = tokenFor(3600, { jti: "old" });
const fresh = tokenFor(7200, { jti: "fresh" });

let storage: MemoryStorage;
/** What Kinde's token endpoint answers. */
let answer: () => Response | Promise<Response>;
const asked: { readonly body: URLSearchParams; readonly credentials: unknown }[] = [];

const tokens = (token: string): Response =>
  Response.json({ access_token: token, id_token: tokenOf(), refresh_token: "next", expires_in: 3600 });

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date", "setTimeout", "clearTimeout"] });
  storage = new MemoryStorage();
  setActiveStorage(storage);
  setInsecureStorage(new MemoryStorage());
  storageSettings.useInsecureForRefreshToken = false;
  void storage.setItems({ [StorageKeys.accessToken]: old, [StorageKeys.refreshToken]: "first" });
  answer = () => tokens(fresh);
  asked.length = 0;
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    asked.push({ body: new URLSearchParams(await new Request(url, init).text()), credentials: init.credentials });
    return answer();
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  document.cookie = "_kbrte=; max-age=0";
});

describe("refreshKinde", () => {
  it("gets a newer token, once for all who ask meanwhile", async () => {
    expect(await Promise.all([refreshKinde(), refreshKinde(), refreshKinde()])).toEqual([fresh, fresh, fresh]);
    expect(asked.map(({ body }) => body.get("refresh_token"))).toEqual(["first"]);
    expect(await currentToken()).toBe(fresh);
  });

  it("does not wait for one that hangs, where somebody else has signed in since", async () => {
    answer = () => new Promise(() => {});
    void refreshKinde();
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    const other = tokenFor(3600, { sub: "bob" });
    await storage.setItems({ [StorageKeys.accessToken]: other, [StorageKeys.refreshToken]: "bob's" });
    answer = () => tokens(tokenFor(7200, { sub: "bob" }));
    expect(await refreshKinde()).toBe(tokenFor(7200, { sub: "bob" }));
    expect(asked.map(({ body }) => body.get("refresh_token"))).toEqual(["first", "bob's"]);
  });

  it("asks again after that", async () => {
    await refreshKinde();
    answer = () => tokens(tokenFor(9000));
    expect(await refreshKinde()).toBe(tokenFor(9000));
    expect(asked.map(({ body }) => body.get("refresh_token"))).toEqual(["first", "next"]);
  });

  it.each([
    ["Kinde refuses", () => new Response("", { status: 400 })],
    ["there is no network", () => Promise.reject(new TypeError("Failed to fetch"))],
  ])("is null where %s", async (_, respond) => {
    answer = respond;
    expect(await refreshKinde()).toBeNull();
    expect(asked).toHaveLength(1);
  });

  it("gives the token that there was where Kinde returns that: it has not ended", async () => {
    answer = () => tokens(old);
    expect(await refreshKinde()).toBe(old);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ["nobody is signed in", null],
    ["the token does not tell which Kinde to ask", tokenOf()],
  ])("is null, without asking, where %s", async (_, token) => {
    await (token === null ? dropTokens() : storage.setSessionItem(StorageKeys.accessToken, token));
    expect(await refreshKinde()).toBeNull();
    expect(asked).toEqual([]);
  });

  it("waits for the refresh token while Kinde's SDK stores it in another tab: it is removed first", async () => {
    storageSettings.useInsecureForRefreshToken = true;
    const refreshed = refreshKinde();
    await vi.advanceTimersByTimeAsync(499);
    expect(asked).toEqual([]);
    await getInsecureStorage()?.setSessionItem(StorageKeys.refreshToken, "another tab's");
    window.dispatchEvent(new StorageEvent("storage"));
    expect(await refreshed).toBe(fresh);
    expect(asked.map(({ body }) => body.get("refresh_token"))).toEqual(["another tab's"]);
  });

  it("is null, without asking, if no tab stores a refresh token", async () => {
    storageSettings.useInsecureForRefreshToken = true;
    const refreshed = refreshKinde();
    await vi.advanceTimersByTimeAsync(500);
    expect(await refreshed).toBeNull();
    expect(asked).toEqual([]);
  });

  it("uses the cookie where Kinde's SDK would", async () => {
    document.cookie = "_kbrte=1";
    await refreshKinde();
    expect(asked[0]?.body.has("refresh_token")).toBe(false);
    expect(asked[0]?.credentials).toBe("include");
  });

  it("gives up an answer that does not come, so that the next one is not kept waiting", async () => {
    answer = () => new Promise(() => {});
    const refreshed = refreshKinde();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await refreshed).toBeNull();
    answer = () => tokens(fresh);
    expect(await refreshKinde()).toBe(fresh);
  });
});

describe("beside Kinde's own refresh", () => {
  it("waits for that one where it is due", async () => {
    storage.setSessionItem(StorageKeys.accessToken, tokenFor(10));
    const refreshed = refreshKinde();
    await vi.advanceTimersByTimeAsync(200);
    storage.setSessionItem(StorageKeys.accessToken, fresh);
    await vi.advanceTimersByTimeAsync(1);
    expect(await refreshed).toBe(fresh);
    expect(asked).toEqual([]);
  });

  it("refreshes itself where that one does not come", async () => {
    storage.setSessionItem(StorageKeys.accessToken, tokenFor(10));
    const refreshed = refreshKinde();
    await vi.advanceTimersByTimeAsync(999);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await refreshed).toBe(fresh);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ["there is time", 11],
    ["that one has happened, or failed", 9],
    ["the token has ended", 0],
  ])("does not wait where %s", async (_, seconds) => {
    storage.setSessionItem(StorageKeys.accessToken, tokenFor(seconds));
    expect(await refreshKinde()).toBe(fresh);
  });

  it("takes what that one got where its own fails", async () => {
    answer = () => {
      storage.setSessionItem(StorageKeys.accessToken, fresh);
      return new Response("", { status: 400 });
    };
    expect(await refreshKinde()).toBe(fresh);
  });
});

describe("beside other tabs", () => {
  it("waits for its turn, and does not ask where a newer token has come meanwhile", async () => {
    const turns: (() => void)[] = [];
    const locks = {
      request: async (_name: string, task: () => Promise<unknown>) => {
        await new Promise<void>((resolve) => turns.push(resolve));
        return task();
      },
    };
    vi.stubGlobal("navigator", { locks });
    const refreshed = refreshKinde();
    await vi.waitFor(() => expect(turns).toHaveLength(1));
    expect(asked).toEqual([]);
    storage.setSessionItem(StorageKeys.accessToken, fresh);
    turns[0]?.();
    expect(await refreshed).toBe(fresh);
    expect(asked).toEqual([]);
  });
});

describe("dropTokens", () => {
  it("leaves nobody signed in, and asks Kinde nothing, then or later", async () => {
    storageSettings.useInsecureForRefreshToken = true;
    await getInsecureStorage()?.setSessionItem(StorageKeys.refreshToken, "first");
    // This sets Kinde's own timer.
    await refreshKinde();
    asked.length = 0;
    await dropTokens();
    await vi.advanceTimersByTimeAsync(3600_000);
    expect(await currentToken()).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
