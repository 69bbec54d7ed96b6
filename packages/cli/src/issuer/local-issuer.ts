import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { ProgramError } from "../programs/program-error.ts";

/** The parts of tokens that people keep after a change: see `reload` of the local Kinde. */
function cachedClaims({ roles, organizations, featureFlags }: LocalKindeConfig) {
  // These two are in no token.
  const inTokens = organizations.map(({ plans: _plans, entitlements: _entitlements, ...rest }) => rest);
  return { roles, organizations: inTokens, featureFlags };
}

const KEPT_CLAIMS =
  "As in Kinde, a change of a role, an organization or a feature flag does not reach people who have had a token, " +
  "unless their own entry changes too. Start this command again to give them new claims.";

/** Options of {@link startLocalIssuer}. */
export interface LocalIssuerOptions {
  /** The absolute path of the config. */
  readonly file: string;
  /** Reads and checks the config. Called at the start and after each change. */
  readonly read: () => Promise<LocalKindeConfig>;
  readonly port: number;
  /** The folder of the project. The signing key is stored outside of it, readable by its owner only. */
  readonly project: string;
  /** Called with each line of progress. */
  readonly log: (line: string) => void;
  /** Called with the problems of a changed config. The issuer then keeps the last valid one. */
  readonly warn: (message: string) => void;
}

/** A local Kinde that watches its config. */
export interface LocalIssuer {
  /** Without a slash at the end. */
  readonly url: string;
  /** The config it started with. */
  readonly config: LocalKindeConfig;
  /** Stops it, and the watcher. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts the local Kinde, and reads its config again after each change. The next token that is issued to a changed
 * person has the new claims.
 *
 * @throws ProgramError if the port is taken or the key cannot be read; what `read` throws
 */
export async function startLocalIssuer(options: LocalIssuerOptions): Promise<LocalIssuer> {
  const { file, read, port, project, log, warn } = options;
  // Loaded when they are needed: other commands and our tests do not need them.
  const [{ watchSources }, { keyFileFor, LocalKindeError, startLocalKinde }] = await Promise.all([
    import("../watch-sources.ts"),
    import("@kinde-cerbos/local-kinde"),
  ]);
  /** `undefined` until the issuer has started. */
  let reload: (() => Promise<void>) | undefined;
  let last: Promise<void> = Promise.resolve();
  const watcher = watchSources([file], () => {
    last = last.then(() => reload?.());
  });
  try {
    // Before the config is read for the first time, so that no change is missed.
    await watcher.ready;
    const config = await read();
    const keyFile = keyFileFor(project);
    if (keyFile === undefined) log("There is no private folder for the signing key, so each start creates a new key.");
    const issuer = await startLocalKinde({ config, port, keyFile, log });
    log(`The local Kinde runs at ${issuer.url}`);

    reload = async () => {
      try {
        const before = cachedClaims(issuer.config);
        await issuer.reload(await read());
        log(`The local Kinde uses the changed ${basename(file)}.`);
        if (!isDeepStrictEqual(before, cachedClaims(issuer.config))) log(KEPT_CLAIMS);
      } catch (error) {
        warn(error instanceof Error ? error.message : String(error));
      }
    };
    return {
      url: issuer.url,
      config,
      async [Symbol.asyncDispose]() {
        await watcher.close();
        await last;
        await issuer.close();
      },
    };
  } catch (error) {
    await watcher.close();
    throw error instanceof LocalKindeError ? new ProgramError(error.message, { cause: error }) : error;
  }
}
