import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { delimiter, dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type Child, findCerbos, freePort, startChild, waitUntilHealthy } from "@kinde-cerbos/cli/internal";
import { type Block } from "./blocks.ts";

/** A server with the gateway, and the log of the guide on traces. */
const SERVER = `
import { createServer } from "node:http";
import { createGateway } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { log } from "./log.ts";

const { PORT, PDP } = process.env;
const gateway = createGateway({ issuer: "http://localhost:9", clientId: "app", anonymous: true, pdp: PDP, log });
const answer = toNodeListener((request) =>
  new URL(request.url).pathname === "/healthz" ? new Response("ok") : gateway(request),
);
createServer(answer).listen(Number(PORT), "127.0.0.1");
`;

/** What the guide names as the collector's address. */
const COLLECTOR = "http://localhost:4318";

/** The longest wait for spans, in ms. They arrive within a second. */
const PATIENCE = 30_000;

/**
 * Runs the files and the command of the guide on traces, with a PDP that has the same variables and a collector on
 * this machine. Sends a check that is part of a trace, and returns a problem unless the log line and the spans of the
 * server and of the PDP are in that trace.
 *
 * @param blocks the code blocks of docs/guides/observability.md
 */
export async function checkTracing(blocks: readonly Block[], folder: string): Promise<string[]> {
  const children: Child[] = [];
  const exported: Buffer[] = [];
  const arrival = Promise.withResolvers<void>();
  const traceId = randomBytes(16);
  // Protobuf writes ids and texts as they are.
  const isExportedBy = (service: string): boolean =>
    exported.some((spans) => spans.includes(traceId) && spans.includes(service));
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    if (request.url === "/v1/traces") exported.push(body);
    if (isExportedBy("cerbos.svc.v1") && isExportedBy("instrumentation-undici")) arrival.resolve();
    response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
  };
  const collector = createServer((request, response) => void receive(request, response));
  try {
    const collectorPort = await freePort();
    await new Promise<void>((resolve) => {
      collector.listen(collectorPort, "127.0.0.1", resolve);
    });
    const command = blocks.find(({ code }) => code.includes("--import ./tracing.ts"))?.code ?? "";
    assert(command.includes(COLLECTOR), "the page has no command that names the collector");
    const [variables = "", start = ""] = command
      .replace(COLLECTOR, `http://127.0.0.1:${collectorPort}`)
      .split(/\n(?=OTEL_SERVICE_NAME)/);

    mkdirSync(folder, { recursive: true });
    symlinkSync(fileURLToPath(new URL("../node_modules", import.meta.url)), join(folder, "node_modules"));
    for (const title of ["tracing.ts", "log.ts"]) {
      const code = blocks.find((block) => block.title === title)?.code;
      assert(code, `the page has no ${title}`);
      writeFileSync(join(folder, title), code);
    }
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(join(folder, "server.ts"), SERVER);
    const [pdpPort, grpcPort, port] = [await freePort(), await freePort(), await freePort()];
    mkdirSync(join(folder, "policies"));
    writeFileSync(
      join(folder, "cerbos.json"),
      JSON.stringify({
        server: { httpListenAddr: `127.0.0.1:${pdpPort}`, grpcListenAddr: `127.0.0.1:${grpcPort}` },
        storage: { driver: "disk", disk: { directory: join(folder, "policies") } },
        telemetry: { disabled: true },
      }),
    );
    const others = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(CERBOS|OTEL)_/.test(name)));
    const lines: string[] = [];
    const run = async (name: string, script: string, url: string, env: NodeJS.ProcessEnv = {}): Promise<void> => {
      const child = startChild({
        name,
        command: "sh",
        args: ["-ec", `${variables}\n${script}`],
        cwd: folder,
        // Spans are sent at once, not after 5 seconds.
        env: { ...others, OTEL_BSP_SCHEDULE_DELAY: "50", ...env },
        group: true,
        onLine: (line) => lines.push(line),
      });
      children.push(child);
      await waitUntilHealthy(child, url);
    };
    const pdp = `http://127.0.0.1:${pdpPort}`;
    const path = [dirname(process.execPath), process.env["PATH"]].join(delimiter);
    await run("PDP", `'${findCerbos().path}' server --config=cerbos.json`, `${pdp}/_cerbos/health`);
    await run("server", start, `http://127.0.0.1:${port}/healthz`, { PORT: `${port}`, PDP: pdp, PATH: path });

    const answer = await fetch(`http://127.0.0.1:${port}/api/check/resources`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        traceparent: `00-${traceId.toString("hex")}-${randomBytes(8).toString("hex")}-01`,
      },
      body: JSON.stringify({
        requestId: "1",
        principal: { id: "ann", roles: ["user"] },
        resources: [{ actions: ["view"], resource: { kind: "document", id: "1" } }],
      }),
    });
    assert.equal(answer.status, 200, await answer.text());
    const late = AbortSignal.timeout(PATIENCE);
    late.addEventListener("abort", () => arrival.resolve());
    await arrival.promise;
    // The server has written it before it sent these spans.
    const line = lines.find((text) => text.includes('"requestId"')) ?? "";
    assert(line.includes(`"traceId":"${traceId.toString("hex")}"`), `the log line has no such trace: ${line}`);
    assert(isExportedBy("instrumentation-http"), "the server exports no span of the request in its trace");
    assert(isExportedBy("instrumentation-undici"), "the server exports no span of its call to the PDP in the trace");
    assert(isExportedBy("cerbos.svc.v1"), "the PDP exports no span in the trace of the request");
    return [];
  } catch (error) {
    return [`docs/guides/observability.md, traces: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    await Promise.all(children.map((child) => child.stop()));
    collector.closeAllConnections();
    collector.close();
  }
}
