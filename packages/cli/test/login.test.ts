import { type LocalKinde } from "@kinde-cerbos/local-kinde";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LoginError } from "../src/doctor/login-error.ts";
import { login, type LoginOptions } from "../src/doctor/login.ts";
import { type Report } from "../src/doctor/report.ts";
import { freePort } from "../src/internal.ts";
import { AUDIENCE, CLIENT_ID, PERSON, serve, startIssuer } from "./support/issuer.ts";
import { run } from "./support/run.ts";

let port: number;
let kinde: LocalKinde;

beforeAll(async () => {
  port = await freePort();
  kinde = await startIssuer([`http://localhost:${port}/callback`]);
});

afterAll(() => kinde.close());

test("whoever signs in at the printed address gives the doctor a token, which is printed nowhere", async () => {
  await using down = { url: "http://127.0.0.1:9", [Symbol.asyncDispose]: async () => undefined };
  let signedIn: Promise<Response> | undefined;
  let tokenAnswer = "";

  const { stdout, stderr } = await run(doctorArgs(down.url), {
    onStderr: (text) => {
      const [url] = /http:\/\/\S+/.exec(text) ?? [];
      if (url !== undefined) signedIn = signIn(url);
    },
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      if (response.url.endsWith("/oauth2/token")) tokenAnswer = await response.clone().text();
      return response;
    },
  });

  expect(await (await signedIn)?.text()).toBe("You are signed in. You can close this page.\n");
  const report: Report = JSON.parse(stdout);
  expect(report.findings.find(({ id }) => id === "token")).toMatchObject({ state: "ok" });
  const { access_token: token, refresh_token: refreshToken } = JSON.parse(tokenAnswer);
  expect(token).toMatch(/^ey/);
  // No session is left behind.
  expect(refreshToken).toBeUndefined();
  for (const part of token.split(".")) expect(stdout + stderr).not.toContain(part);
});

test("the address asks for a code with PKCE, for the audience, and without a refresh token", async () => {
  const shown = new URL(await addressOf({}));

  expect(shown.origin + shown.pathname).toBe(`${kinde.url}/oauth2/auth`);
  expect(Object.fromEntries(shown.searchParams)).toEqual({
    client_id: CLIENT_ID,
    response_type: "code",
    redirect_uri: `http://localhost:${port}/callback`,
    audience: AUDIENCE,
    scope: "openid profile email",
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: "S256",
  });
});

test("a code that does not come from this sign-in is not taken", async () => {
  const answers: string[] = [];
  const { result } = await start({
    show: async (address) => {
      const state = new URL(address).searchParams.get("state");
      for (const path of [
        "/callback?code=theirs",
        "/callback?code=theirs&state=theirs",
        `/other?code=theirs&state=${state}`,
        `/callback?code=theirs&state=${state}`,
        `/callback?code=theirs&state=${state}&iss=https://elsewhere.test`,
        `/callback?code=theirs&state=${state}&state=theirs`,
        "//",
      ]) {
        answers.push(`${(await fetch(`http://localhost:${port}${path}`)).status}`);
      }
      await signIn(address);
    },
  });

  expect(await result).toMatch(/^ey/);
  expect(answers).toEqual(Array.from({ length: 7 }, () => "404"));
});

test("a sign-in that the issuer refuses says so, by its code and nothing else", async () => {
  const { result } = await start({ show: (address) => comeBack(address, { error: "access_denied" }) });
  await expect(result).rejects.toThrow("refused the sign-in: access_denied.");

  const hostile = await start({ show: (address) => comeBack(address, { error: "\u001B[2J" }) });
  await expect(hostile.result).rejects.toThrow("refused the sign-in.");
});

test("a code that the issuer does not take gives no token", async () => {
  const { result } = await start({ show: (address) => comeBack(address, { code: "forged" }) });

  await expect(result).rejects.toThrow("The issuer returned no token: HTTP 400.");
});

test.each<{ name: string; answer: (given: TokenAnswer) => object }>([
  { name: "without an access token", answer: (given) => ({ ...given, access_token: undefined }) },
  { name: "with an id token of another sign-in", answer: (given) => withIdToken(given, { nonce: "theirs" }) },
  { name: "with an id token for another application", answer: (given) => withIdToken(given, { aud: "other" }) },
  { name: "with an id token of another issuer", answer: (given) => withIdToken(given, { iss: "https://evil.test" }) },
  { name: "without an id token", answer: (given) => ({ ...given, id_token: undefined }) },
])("an answer $name gives no token, and nothing of it is in the message", async ({ answer }) => {
  const { result } = await start({
    show: signIn,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      return response.url.endsWith("/oauth2/token")
        ? Response.json(answer(JSON.parse(await response.text())))
        : response;
    },
  });

  await expect(result).rejects.toThrow(
    /^The issuer returned no token: its answer has none, or has an id token of another sign-in\./,
  );
  await expect(result).rejects.not.toThrow(/ey[\w-]+\./);
});

test("no request of a sign-in waits for ever", async () => {
  const limits: unknown[] = [];
  const { result } = await start({
    show: signIn,
    fetch: (url, init) => {
      limits.push(init?.signal);
      return fetch(url, init);
    },
  });

  await result;
  // The metadata, the keys, and the token for the code.
  expect(limits).toEqual([expect.any(AbortSignal), expect.any(AbortSignal), expect.any(AbortSignal)]);
});

test("a code goes to Kinde's own address below the issuer, whatever the metadata says, and is not sent on", async () => {
  const sent: string[] = [];
  const { result } = await start({
    show: signIn,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      if (init?.method === "POST") sent.push(`${new Request(url).url} ${init.redirect}`);
      if (!response.url.endsWith("/openid-configuration")) return response;
      const genuine: object = JSON.parse(await response.text());
      return Response.json({ ...genuine, token_endpoint: "https://elsewhere.test/oauth2/token" });
    },
  });

  expect(await result).toMatch(/^ey/);
  expect(sent).toEqual([`${kinde.url}/oauth2/token manual`]);
});

test("nobody who signs in ends it, and the port is free again", async () => {
  await expect((await start({ timeout: 1 })).result).rejects.toThrow(
    /Nobody signed in within 0.001 s.*allowed callback URL/,
  );
  await expect((await start({ timeout: 1 })).result).rejects.toThrow(/Nobody signed in/);
});

test.each(["http://kinde.test", "http://192.0.2.1:4005", "http://localhost.kinde.test"])(
  "nobody is sent to %s, which is on another machine and not https, and nothing is requested there",
  async (issuer) => {
    const requested: string[] = [];
    const shown: string[] = [];
    const { result } = await start({
      issuer,
      timeout: 1,
      show: async (address) => shown.push(address),
      fetch: async (url) => {
        const { href, pathname } = new URL(new Request(url).url);
        requested.push(href);
        return Response.json(pathname.endsWith("/jwks") ? { keys: [] } : metadata(issuer));
      },
    });

    await expect(result).rejects.toThrow(
      `${issuer} is not https, so the doctor does not send you there to sign in. Use https:// in --issuer`,
    );
    expect([requested, shown]).toEqual([[], []]);
  },
);

describe("An issuer that is not a Kinde domain", () => {
  test.each<{ name: string; answer: (path: string, url: string) => unknown; says: RegExp }>([
    {
      name: "without OpenID metadata",
      answer: () => null,
      says: /openid-configuration: HTTP 404\. Is --issuer your Kinde domain/,
    },
    { name: "with something else there", answer: () => ({ hello: "world" }), says: /has no OpenID metadata\./ },
    { name: "that names another", answer: () => metadata("https://elsewhere.test"), says: /names another issuer\./ },
    {
      name: "with another address for signing in",
      answer: (_, url) => metadata(url, { authorization_endpoint: `${url}/authorize` }),
      says: /names a sign-in address other than Kinde's, which is \/oauth2\/auth\./,
    },
    {
      name: "without keys",
      answer: (path, url) => (path.endsWith("/jwks") ? null : metadata(url)),
      says: /\/\.well-known\/jwks: HTTP 404\./,
    },
  ])("$name: nobody is sent there", async ({ answer, says }) => {
    let url = "";
    const issuer = await serve((path) => answer(path, url));
    url = issuer.url;
    try {
      const shown: string[] = [];
      const { result } = await start({ issuer: url, show: async (address) => shown.push(address) });

      await expect(result).rejects.toThrow(says);
      expect(shown).toEqual([]);
    } finally {
      await issuer.close();
    }
  });

  test("which is down: nobody is sent there, and the doctor reports it", async () => {
    const gone = await serve(() => null);
    await gone.close();
    const { code, stdout, stderr } = await run([
      "doctor",
      "--pdp=http://127.0.0.1:9",
      `--issuer=${gone.url}`,
      "--client-id=app",
      "--login",
      "--json",
    ]);

    const report: Report = JSON.parse(stdout);
    expect(report.findings.find(({ id }) => id === "token")).toMatchObject({
      state: "danger",
      title: "The sign-in failed",
      seen: expect.stringMatching(/openid-configuration: no connection: ECONNREFUSED\. Is --issuer your Kinde domain/),
    });
    expect([code, stderr]).toEqual([1, ""]);
  });

  test("with a slash at the end of its name, which makes no other issuer of it", async () => {
    let url = "";
    const issuer = await serve((path) =>
      path.endsWith("/jwks") ? { keys: [] } : metadata(url, { issuer: `${url}/` }),
    );
    url = issuer.url;
    try {
      const { result } = await start({ issuer: url, timeout: 1 });
      await expect(result).rejects.toThrow(/Nobody signed in/);
    } finally {
      await issuer.close();
    }
  });
});

test("a port that is taken is named, with what to do; in the doctor it is a danger", async () => {
  await using taken = await serve(() => null).then((server) => ({
    ...server,
    [Symbol.asyncDispose]: () => server.close(),
  }));
  const { port: takenPort } = new URL(taken.url);

  await expect((await start({ port: Number(takenPort) })).result).rejects.toThrow(
    `on port ${takenPort}: EADDRINUSE. Choose another with --login-port`,
  );

  const { code, stdout } = await run([...doctorArgs("http://127.0.0.1:9"), `--login-port=${takenPort}`]);
  const report: Report = JSON.parse(stdout);
  expect(report.findings.find(({ id }) => id === "token")).toMatchObject({ state: "danger" });
  expect(code).toBe(1);
});

interface TokenAnswer {
  readonly id_token: string;
}

/** The answer with other claims in its id token. Its signature is not what the sign-in goes by: the connection is. */
function withIdToken(given: TokenAnswer, claims: object): object {
  const [header = "", , signature = ""] = given.id_token.split(".");
  const changed = JSON.stringify({ ...decodeJwt(given.id_token), ...claims });
  return { ...given, id_token: [header, Buffer.from(changed).toString("base64url"), signature].join(".") };
}

/** The OpenID metadata of a Kinde domain. */
function metadata(url: string, change: object = {}): object {
  return { issuer: url, authorization_endpoint: `${url}/oauth2/auth`, ...change };
}

function doctorArgs(pdp: string): string[] {
  return [
    "doctor",
    `--pdp=${pdp}`,
    `--issuer=${kinde.url}`,
    `--client-id=${CLIENT_ID}`,
    "--login",
    `--login-port=${port}`,
    "--json",
  ];
}

/** Begins to sign in, and does `show` with the address. */
async function start(
  options: Partial<Omit<LoginOptions, "show">> & { show?: (address: string) => Promise<unknown> },
): Promise<{ result: Promise<string> }> {
  const { show = async () => undefined, ...rest } = options;
  const shown: Promise<unknown>[] = [];
  const result = login({
    issuer: kinde.url,
    clientId: CLIENT_ID,
    audience: AUDIENCE,
    port,
    fetch,
    ...rest,
    show: (address) => shown.push(show(address)),
  });
  const settle = async (): Promise<string> => {
    try {
      return await result;
    } finally {
      await Promise.all(shown);
    }
  };
  return { result: settle() };
}

async function addressOf(options: Partial<LoginOptions>): Promise<string> {
  let found = "";
  const { result } = await start({
    ...options,
    timeout: 100,
    show: async (address) => {
      found = address;
    },
  });
  await expect(result).rejects.toBeInstanceOf(LoginError);
  return found;
}

/** Comes back to the doctor with this, as from the issuer. */
function comeBack(address: string, params: { readonly [name: string]: string }): Promise<Response> {
  const state = new URL(address).searchParams.get("state") ?? "";
  const query = new URLSearchParams({ state, iss: kinde.url, ...params }).toString();
  return fetch(`http://localhost:${port}/callback?${query}`);
}

/** What a person does in a browser: chooses who to be, and is sent back. */
async function signIn(address: string): Promise<Response> {
  const cookies = new Map<string, string>();
  let url = new URL(address);
  let init: RequestInit = {};
  for (let steps = 0; steps < 10; steps += 1) {
    const atIssuer = url.origin === kinde.url;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      headers: { ...(atIssuer && { cookie, origin: kinde.url }) },
    });
    init = {};
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location !== null) url = new URL(location, url);
    else if (atIssuer) init = { method: "POST", body: new URLSearchParams({ person: PERSON }) };
    else return response;
  }
  throw new Error("The sign-in goes round in circles.");
}
