import { gzipSync } from "node:zlib";
import type { Fault } from "./fault-server.ts";

/** A row of the PDP's answer, as it is in the REST API. */
export interface RestRow {
  resource: { id: string; kind: string };
  actions: { [action: string]: unknown };
  [field: string]: unknown;
}

/** The PDP's own answer, with other rows in it. */
export function rows(change: (rows: RestRow[]) => unknown): Fault {
  return async ({ ask, response }) => {
    const { status, body } = await ask();
    const answer: { results: RestRow[] } = JSON.parse(body);
    const results = change(answer.results);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ ...answer, results }));
  };
}

/** The PDP's own answer, with the row of one resource changed. */
export function rowOf(id: string, change: (row: RestRow) => unknown): Fault {
  return rows((all) => all.map((row) => (row.resource.id === id ? change(row) : row)));
}

/** An answer that has nothing to do with the PDP's. */
function says(status: number, body: string | Uint8Array, headers: Record<string, string> = {}): Fault {
  return ({ response }) =>
    void response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
}

const page = "<!doctype html><title>502 Bad Gateway</title><h1>EFFECT_ALLOW</h1>";
const html = { "content-type": "text/html" };

/** The client gets no whole answer, and is not kept waiting. */
export const broken: { readonly [name: string]: Fault } = {
  "hangs up at once": ({ response }) => void response.destroy(),
  "hangs up in the head": ({ response }) => {
    response.socket?.end("HTTP/1.1 200 OK\r\ncontent-ty");
    response.destroy();
  },
  "hangs up in the body": async ({ ask, response }) => {
    const { body } = await ask();
    response.writeHead(200, { "content-length": Buffer.byteLength(body) });
    response.write(body.slice(0, body.length / 2), () => response.destroy());
  },
  "half a body that claims to be whole": async ({ ask, response }) => {
    const { body } = await ask();
    response.end(body.slice(0, body.length / 2));
  },
  "a whole body and a word more": async ({ ask, response }) => {
    const { body } = await ask();
    response.end(`${body}EFFECT_ALLOW`);
  },
  "status 502 and HTML": says(502, page, html),
  "status 200 and HTML": says(200, page, html),
  "status 500 and nothing": says(500, ""),
  "status 503 and JSON": says(503, '{"code":14,"message":"no healthy upstream"}'),
  "status 200 and nothing": says(200, ""),
  "bytes that are not what their encoding says": says(200, "EFFECT_ALLOW", { "content-encoding": "gzip" }),
  "half of a compressed body": says(200, gzipSync(page).subarray(0, 20), { "content-encoding": "gzip" }),
};

/** JSON, but no answer. */
export const wrongJson: { readonly [name: string]: Fault } = {
  null: says(200, "null"),
  "an array": says(200, "[]"),
  "a string": says(200, '"EFFECT_ALLOW"'),
  true: says(200, "true"),
  "an object without results": says(200, '{"allowed":true,"effect":"EFFECT_ALLOW"}'),
  "null for the results": rows(() => null),
  "a string for the results": rows(() => "EFFECT_ALLOW"),
  "an object for the results": rows((all) => Object.fromEntries(all.entries())),
  "no rows": rows(() => []),
  "nulls for rows": rows((all) => all.map(() => null)),
  "strings for rows": rows((all) => all.map(() => "EFFECT_ALLOW")),
  "rows without a resource": rows((all) => all.map(({ actions }) => ({ actions }))),
  "rows without actions": rows((all) => all.map(({ resource }) => ({ resource }))),
  "effects in an array": rows((all) => all.map((row) => ({ ...row, actions: ["EFFECT_ALLOW"] }))),
};

/** The client waits, and has to give up by itself. */
export const silent: { readonly [name: string]: Fault } = {
  "never answers": ({ over }) => over,
  "answers when the client has given up": async ({ ask, response, over }) => {
    const { body } = await ask();
    await over;
    response.end(body);
  },
  "stops after the head": ({ response, over }) => {
    response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    return over;
  },
  "stops in the body": async ({ ask, response, over }) => {
    const { body } = await ask();
    response.write(body.slice(0, body.length / 2));
    return over;
  },
  "a body without an end": async ({ response, over }) => {
    response.write('{"results":[');
    const drip = setInterval(() => response.write("     "), 5);
    await over;
    clearInterval(drip);
  },
  "status 502 and a body without an end": ({ response, over }) => {
    response.writeHead(502, html).write(page);
    return over;
  },
};

/** The PDP's own answer after so many megabytes that nobody asked for. */
export function padded(megabytes: number): Fault {
  return async ({ ask, response }) => {
    const { body } = await ask();
    const megabyte = "x".repeat(2 ** 20);
    response.writeHead(200, { "content-type": "application/json" }).write('{"padding":"');
    for (let sent = 0; sent < megabytes && !response.destroyed; sent += 1) {
      if (!response.write(megabyte)) {
        // It may hang up instead of reading on.
        await new Promise<void>((resolve) => {
          const goOn = (): void => {
            response.off("drain", goOn).off("close", goOn);
            resolve();
          };
          response.on("drain", goOn).on("close", goOn);
        });
      }
    }
    response.end(`",${body.slice(1)}`);
  };
}
