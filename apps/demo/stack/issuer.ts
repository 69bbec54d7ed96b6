/** The demo's issuer, as a program of its own: `node stack/issuer.ts --port=4005 --origin=http://localhost:5173`. */
import { watchFile } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { keyFileFor, LocalKindeError, startLocalKinde } from "@kinde-cerbos/local-kinde";
import { KINDE_JSON, kindeConfig } from "./kinde-config.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "4005" },
    origin: { type: "string", default: "http://localhost:5173" },
  },
});

try {
  const issuer = await startLocalKinde({
    config: await kindeConfig(values.origin),
    port: Number(values.port),
    // Kept, so that a PDP and a page that outlive a restart go on believing its tokens. Not here: Vite serves this
    // folder.
    keyFile: keyFileFor(fileURLToPath(new URL("..", import.meta.url))),
    log: console.log,
  });
  console.log(`The issuer runs at ${issuer.url}`);

  // A changed person is in the next token that is issued. A file that does not hold up leaves the config as it was.
  watchFile(KINDE_JSON, { interval: 500 }, () => {
    kindeConfig(values.origin)
      .then((config) => issuer.reload(config))
      .then(() => console.log("The issuer has read kinde.json again."), explain);
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void issuer.close().finally(() => process.exit(0)));
  }
} catch (error) {
  explain(error);
  process.exitCode = 1;
}

/** A wrong file is explained by its message: a stack would bury it. */
function explain(error: unknown): void {
  console.error(error instanceof LocalKindeError ? error.message : error);
}
