// A Redis of the tests' own, or a Valkey, which speaks the same.
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describeExit, freePort, startChild } from "../../cli/src/internal.ts";

/** A running server, that can be harmed. */
export interface RedisServer {
  readonly port: number;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<void>;
}

const NAMES = ["redis-server", "valkey-server"];

/** The server's program: the first on PATH. `undefined` if there is none. */
export const redisProgram: string | undefined = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** Starts it on a port, or any free one, with nothing in it. */
export async function startRedis(port?: number): Promise<RedisServer> {
  if (redisProgram === undefined)
    throw new Error(`There is no ${NAMES.join(" or ")} on PATH. Install one: apt-get install redis-server.`);
  const at = port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-redis-"));
  const ready = Promise.withResolvers<void>();
  const child = startChild({
    name: "redis",
    command: redisProgram,
    args: ["--port", String(at), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder],
    onLine: (line) => {
      if (line.includes("eady to accept connections")) ready.resolve();
    },
  });
  let isRunning = true;
  const watchExit = async (): Promise<void> => {
    const exit = await child.exited;
    isRunning = false;
    ready.reject(new Error(describeExit(child, exit)));
  };
  void watchExit();
  await ready.promise;
  const signal = (name: NodeJS.Signals): void => {
    if (isRunning && child.pid !== undefined) process.kill(child.pid, name);
  };
  return {
    port: at,
    signal,
    async stop() {
      // One that hangs takes no other signal.
      signal("SIGCONT");
      await child.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
