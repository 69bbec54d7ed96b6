import { request } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { startLocalKinde } from "../src/index.ts";
import { Browser, claimsOf } from "./support/browser.ts";
import { testConfig } from "./support/config.ts";

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
  });
}

async function freePort(): Promise<number> {
  await using kinde = await startLocalKinde({ config: testConfig() });
  return kinde.port;
}

function statusFor(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path: "/.well-known/jwks", headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once("error", reject)
      .end();
  });
}

describe("startLocalKinde", () => {
  it("has an issuer without a slash at its end, on a free port", async () => {
    await using kinde = await startLocalKinde({ config: testConfig() });
    expect(kinde.url).toBe(`http://localhost:${kinde.port}`);
    expect(claimsOf(await kinde.createToken({ person: "kp_ann" })).iss).toBe(kinde.url);
  });

  it("listens on 127.0.0.1 only", async () => {
    await using kinde = await startLocalKinde({ config: testConfig() });
    expect(await connects("127.0.0.1", kinde.port)).toBe(true);
    const others = Object.values(networkInterfaces()).flatMap((list) =>
      (list ?? []).filter(({ internal, family }) => !internal && family === "IPv4"),
    );
    for (const { address } of others) expect(await connects(address, kinde.port)).toBe(false);
    expect(await connects("127.0.0.2", kinde.port)).toBe(false);
  });

  it("answers to no name but its own", async () => {
    await using kinde = await startLocalKinde({ config: testConfig() });
    expect(await statusFor(kinde.port, `localhost:${kinde.port}`)).toBe(200);
    expect(await statusFor(kinde.port, `127.0.0.1:${kinde.port}`)).toBe(200);
    expect(await statusFor(kinde.port, "evil.test")).toBe(421);
    expect(await statusFor(kinde.port, "localhost.evil.test")).toBe(421);
    expect(await statusFor(kinde.port, "evil.test:localhost")).toBe(421);
  });

  it("says so when the port is taken", async () => {
    await using kinde = await startLocalKinde({ config: testConfig() });
    await expect(startLocalKinde({ config: testConfig(), port: kinde.port })).rejects.toMatchObject({
      code: "port_taken",
      message: expect.stringContaining(String(kinde.port)),
    });
  });

  it("listens to nothing when the config is wrong", async () => {
    const port = await freePort();
    await expect(startLocalKinde({ config: "/no/such/file.json", port })).rejects.toMatchObject({
      code: "config_unreadable",
    });
    expect(await connects("127.0.0.1", port)).toBe(false);
  });
});

describe("close", () => {
  it("ends open connections at once and frees the port", async () => {
    const kinde = await startLocalKinde({ config: testConfig() });
    const socket = connect({ host: "127.0.0.1", port: kinde.port });
    // A request whose body never comes: the answer to Expect shows that it is being read.
    socket.write("POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n");
    await new Promise((resolve) => socket.once("data", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await kinde.close();
    await closed;
    await using next = await startLocalKinde({ config: testConfig(), port: kinde.port });
    expect(next.port).toBe(kinde.port);
  });

  it("may be called twice", async () => {
    const kinde = await startLocalKinde({ config: testConfig() });
    await kinde.close();
    await expect(kinde.close()).resolves.toBeUndefined();
  });
});

describe("createToken", () => {
  it("makes the token that a sign-in makes", async () => {
    await using kinde = await startLocalKinde({ config: testConfig({ claims: { include: ["roles"] } }) });
    const { access_token: real } = await new Browser(kinde).signIn({
      person: "kp_ann",
      params: { org_code: "org_birch", audience: "https://api.test https://other.test" },
    });
    const made = claimsOf(await kinde.createToken({ person: "kp_ann", organization: "org_birch" }));
    const same = { iat: 0, exp: 0, jti: "" };
    expect({ ...made, ...same }).toEqual({ ...claimsOf(real), ...same });
  });

  it("replaces, adds and takes away claims, and lives as long as asked", async () => {
    await using kinde = await startLocalKinde({ config: testConfig() });
    const claims = claimsOf(
      await kinde.createToken({
        person: "kp_bob",
        claims: { aud: ["x"], extra: 1, scp: undefined },
        lifetime: -5,
      }),
    );
    expect(claims).toMatchObject({ aud: ["x"], extra: 1, sub: "kp_bob" });
    expect(claims).not.toHaveProperty("scp");
    expect(Number(claims.exp) - Number(claims.iat)).toBe(-5);
  });

  it.each([
    { person: "kp_nobody" },
    { person: "kp_bob", organization: "org_acme" },
    { person: "kp_bob", clientId: "none" },
  ])("refuses %j", async (options) => {
    await using kinde = await startLocalKinde({ config: testConfig() });
    await expect(kinde.createToken(options)).rejects.toMatchObject({ code: "unknown_subject" });
  });
});

describe("reload", () => {
  it("keeps the config it has when the new one is wrong", async () => {
    await using kinde = await startLocalKinde({ config: testConfig() });
    const config = testConfig();
    config.people[0]!.memberships[0]!.roles = ["admn"];
    await expect(kinde.reload(config)).rejects.toMatchObject({
      problems: [{ path: "people[0].memberships[0].roles[0]", message: 'no role "admn"; did you mean "admin"?' }],
    });
    expect(kinde.config.people[0]!.memberships[0]!.roles).toEqual(["admin", "viewer"]);
  });

  it("brings new applications, and keeps sessions", async () => {
    await using kinde = await startLocalKinde({ config: testConfig() });
    const browser = new Browser(kinde);
    await browser.signIn({ person: "kp_ann" });
    await kinde.reload(testConfig({ redirectUris: ["http://localhost:5173", "http://localhost:5173/new"] }));
    const tokens = await browser.signIn({
      params: { prompt: "none", redirect_uri: "http://localhost:5173/new" },
    });
    expect(claimsOf(tokens.access_token).sub).toBe("kp_ann");
  });
});
