import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, type Pdp, startPdp } from "@kinde-cerbos/cli/internal";
import { type LocalKinde, startLocalKinde } from "@kinde-cerbos/local-kinde";
import { build, type Plugin, preview } from "vite";
import { type DocumentStore, openDocuments } from "../../server/document-store.ts";
import { CLIENT_ID, kindeConfig } from "../../stack/kinde-config.ts";
import { copyPolicies } from "../../stack/policy-copy.ts";
import { Streams, watchStreams } from "./streams.ts";

const demo = fileURLToPath(new URL("../..", import.meta.url));

/** The built demo with a real issuer and a real PDP, all on free ports. */
export interface Stack {
  /** Where the page is. */
  readonly url: string;
  readonly kinde: LocalKinde;
  /** Behind the gateway and the API. */
  readonly pdp: Pdp;
  /** For the page itself. */
  readonly directPdp: Pdp;
  /** The API's own database. */
  readonly documents: DocumentStore;
  /** Where the page has been built to. */
  readonly outDir: string;
  /**
   * What is served as the silent page of switches: the demo's own, nothing so that the app is, or one that no frame may
   * show.
   */
  silentPage: "blank" | "app" | "unframeable";
  /** Headers that the server of the page adds to each answer. */
  headers: Readonly<Record<string, string>>;
  /** The gateway's streams of events. */
  readonly streams: Streams;
  close(): Promise<void>;
}

/** Builds the demo, with the refresh token kept where it says, and starts all that it needs. */
export async function startStack(refreshToken: "localStorage" | "cookie" = "localStorage"): Promise<Stack> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const kinde = await startLocalKinde({ config: await kindeConfig(url) });
  const policies = copyPolicies();
  const settings = { ...policies.pdp, jwksUrl: `${kinde.url}/.well-known/jwks` };
  const globals = { issuer: kinde.url, clientId: CLIENT_ID };
  const [pdp, directPdp] = await Promise.all([
    startPdp({ ...settings, globals: { ...globals, behindGateway: true } }),
    startPdp({ ...settings, globals }),
  ]);
  const folder = await mkdtemp(join(tmpdir(), "kinde-cerbos-demo-"));
  const database = join(folder, "documents.sqlite");
  const outDir = join(folder, "page");
  // What vite.config.ts and the page read: the page is built for this issuer, as an app is for its Kinde domain.
  Object.assign(process.env, {
    VITE_KINDE_DOMAIN: kinde.url,
    VITE_KINDE_CLIENT_ID: CLIENT_ID,
    VITE_KINDE_REFRESH_TOKEN: refreshToken,
    PDP_URL: pdp.url,
    DIRECT_PDP_URL: directPdp.url,
    DOCUMENTS_DATABASE: database,
    ...policies.env,
  });
  const streams = new Streams();
  await build({ root: demo, logLevel: "warn", build: { outDir, emptyOutDir: true } });
  const page = await preview({
    root: demo,
    logLevel: "silent",
    build: { outDir },
    preview: { port, host: "127.0.0.1" },
    plugins: [addHeaders(() => stack.headers), serveSilentPage(() => stack.silentPage), watchStreams(streams)],
  });
  const stack: Stack = {
    url,
    streams,
    kinde,
    pdp,
    directPdp,
    documents: openDocuments(database),
    outDir,
    silentPage: "blank",
    headers: {},
    async close() {
      await page.close();
      await Promise.all([pdp.stop(), directPdp.stop()]);
      await kinde.close();
      stack.documents.close();
      policies.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return stack;
}

function addHeaders(headers: () => Stack["headers"]): Plugin {
  return {
    name: "add-headers",
    configurePreviewServer(server) {
      server.middlewares.use((_, response, next) => {
        response.setHeaders(new Map(Object.entries(headers())));
        next();
      });
    },
  };
}

/** An app's page: it has a script, and in a frame the page around would see that it has run. */
const APP = `<!doctype html><div id="root"></div><script>parent.memory = "the app has run";</script>`;

/** Servers as apps have them: one that answers what it does not know with the app, and one that forbids frames. */
function serveSilentPage(as: () => Stack["silentPage"]): Plugin {
  return {
    name: "silent-page",
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        if (request.url?.startsWith("/silent.html")) {
          if (as() === "unframeable") response.setHeader("x-frame-options", "DENY");
          if (as() === "app") return response.setHeader("content-type", "text/html").end(APP);
        }
        return next();
      });
    },
  };
}
