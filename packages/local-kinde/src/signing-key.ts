import { randomUUID } from "node:crypto";
import { type FileHandle, link, mkdir, open, unlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import {
  calculateJwkThumbprint,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK_RSA_Private,
} from "jose";
import { LocalKindeError } from "./errors.ts";

/** The key that signs the tokens: RS256, as at Kinde. */
export interface SigningKey {
  kid: string;
  /** The private key, for oidc-provider. */
  jwk: JWK_RSA_Private & { kid: string };
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}

/**
 * Returns the signing key in `keyFile`, and creates the file if it is missing; without a file, a new key for this
 * process. Only the owner can read and write the file (mode 0600); a more open mode is corrected.
 *
 * Use a file with a PDP: it uses the old JWKS until its `refreshInterval` has passed, and refuses tokens of a new key
 * until then.
 *
 * @throws LocalKindeError `key_invalid`
 */
export async function loadSigningKey(keyFile?: string): Promise<SigningKey> {
  if (keyFile === undefined) return fromJwk(await newJwk());
  return (await readKey(keyFile)) ?? createKey(keyFile);
}

/** Creates the key file. If two processes do this at once, both use the first one's, and no one reads half a file. */
async function createKey(keyFile: string): Promise<SigningKey> {
  const jwk = await newJwk();
  const draft = `${keyFile}.${randomUUID()}`;
  await mkdir(dirname(keyFile), { recursive: true, mode: 0o700 });
  await writeFile(draft, `${JSON.stringify(jwk, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  try {
    await link(draft, keyFile);
    return await fromJwk(jwk);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    const winner = await readKey(keyFile);
    if (winner === undefined) throw error;
    return winner;
  } finally {
    await unlink(draft);
  }
}

async function readKey(keyFile: string): Promise<SigningKey | undefined> {
  let text: string;
  try {
    await using file = await open(keyFile);
    await restrictToOwner(file, keyFile);
    text = await file.readFile("utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
  try {
    const jwk: unknown = JSON.parse(text);
    if (!isRsaPrivate(jwk)) throw new TypeError("no private RSA key in JWK format");
    return await fromJwk(jwk);
  } catch (cause) {
    const message = `${keyFile} has no private RSA key in JWK format. Delete it: the next start creates a new key.`;
    throw new LocalKindeError("key_invalid", message, { cause });
  }
}

/** Sets mode 0600. Copying or version control may have given the file another one. Windows has no such modes. */
async function restrictToOwner(file: FileHandle, keyFile: string): Promise<void> {
  const { mode } = await file.stat();
  if (process.platform === "win32" || (mode & 0o077) === 0) return;
  await file.chmod(0o600).catch((cause: unknown) => {
    const message =
      `Other users can read or write ${keyFile}, and its permissions cannot be changed. Delete the file: the next ` +
      "start creates a new key.";
    throw new LocalKindeError("key_invalid", message, { cause });
  });
}

async function newJwk(): Promise<JWK_RSA_Private> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk: unknown = await exportJWK(privateKey);
  if (!isRsaPrivate(jwk)) throw new TypeError("RS256 keys are RSA keys");
  return jwk;
}

async function fromJwk(input: JWK_RSA_Private): Promise<SigningKey> {
  const { n, e, d, p, q, dp, dq, qi } = input;
  const publicJwk = { kty: "RSA" as const, n, e };
  const kid = await calculateJwkThumbprint(publicJwk);
  const jwk = { ...publicJwk, d, p, q, dp, dq, qi, kid, alg: "RS256", use: "sig" };
  return {
    kid,
    jwk,
    privateKey: await imported(jwk),
    publicKey: await imported({ ...publicJwk, alg: "RS256" }),
  };
}

async function imported(jwk: Parameters<typeof importJWK>[0]): Promise<CryptoKey> {
  const key = await importJWK(jwk, "RS256");
  if (key instanceof Uint8Array) throw new TypeError("RSA keys are not bytes");
  return key;
}

function isRsaPrivate(value: unknown): value is JWK_RSA_Private {
  if (typeof value !== "object" || value === null || !("kty" in value) || value.kty !== "RSA") return false;
  const members = new Map<string, unknown>(Object.entries(value));
  return ["n", "e", "d", "p", "q", "dp", "dq", "qi"].every((name) => typeof members.get(name) === "string");
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
