import { basename } from "node:path";
import type { LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { ProgramError } from "../programs/program-error.ts";

/** Options of {@link startLocalIssuer}. */
export interface LocalIssuerOptions {
  /** The file of the people, an absolute path. */
  readonly file: string;
  /** Reads and checks it: at the start, and after each change. */
  readonly read: () => Promise<LocalKindeConfig>;
  readonly port: number;
  /** The folder of the project. The signing key is kept outside of it, for its owner only. */
  readonly project: string;
  /** Gets what happens, a line at a time. */
  readonly log: (line: string) => void;
  /** Gets what is wrong with a changed file. The issuer goes on with what it has. */
  readonly warn: (message: string) => void;
}

/** A local issuer that watches its file. */
export interface LocalIssuer {
  /** Without a slash at the end. */
  readonly url: string;
  /** What it started with. */
  readonly config: LocalKindeConfig;
  /** Stops it, and no longer looks at the file. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts the local issuer, and has it read its file again after each change. A changed person is in the next token that
 * is issued.
 *
 * @throws ProgramError if the port is taken or the key cannot be read; what `read` throws
 */
export async function startLocalIssuer(options: LocalIssuerOptions): Promise<LocalIssuer> {
  const { file, read, port, project, log, warn } = options;
  // Loaded when they are needed: other commands, and our tests, do without.
  const [{ watchSources }, { keyFileFor, LocalKindeError, startLocalKinde }] = await Promise.all([
    import("../watch-sources.ts"),
    import("@kinde-cerbos/local-kinde"),
  ]);
  /** `undefined` until it has started: it reads the file then. */
  let reload: (() => Promise<void>) | undefined;
  let last: Promise<void> = Promise.resolve();
  const watcher = watchSources([file], () => {
    last = last.then(() => reload?.());
  });
  try {
    // Before the first look at the file, so that no change is missed.
    await watcher.ready;
    const config = await read();
    const keyFile = keyFileFor(project);
    if (keyFile === undefined) log("There is no private folder for the signing key, so each start has a new key.");
    const issuer = await startLocalKinde({ config, port, keyFile, log });
    log(`The issuer runs at ${issuer.url}`);

    reload = async () => {
      try {
        await issuer.reload(await read());
        log(`The issuer has read ${basename(file)} again.`);
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
