// Streams over HTTP/1.0, 1.1 and 2, and through a real nginx, as it is by default.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { afterAll, describe, expect, test, vi } from "vitest";
import { CERTIFICATE, KEY } from "../../../cli/test/support/https.ts";
import { goodToken } from "../in-memory.ts";
import { type NginxSettings, nginxProgram, startNginx } from "../nginx.ts";
import { serve } from "../serve.ts";
import { liveWorld, type LiveWorld } from "./page.ts";
import { type OpenWire, overHttp10, overHttp11, overHttp2, serveHttp2 } from "./wire.ts";

/** Whether a slot is free: there is one alone. */
async function isFree(world: LiveWorld): Promise<boolean> {
  await using page = await world.open();
  return page.response.status === 200;
}

/** What of a stream works: that hello and an event arrive while it is open, and that its end frees its slot. */
async function tryStream(world: LiveWorld, url: string, open: OpenWire): Promise<string[]> {
  const token = await goodToken();
  const works: string[] = [];
  for (let round = 0; round < 2; round += 1) {
    const wire = await open(url, token);
    await wire.until("event: hello\n");
    expect(await isFree(world)).toBe(false);
    await world.events.policiesChanged({ kinds: [`kind-${round}`] });
    await wire.until(`"kind-${round}"`);
    expect(await isFree(world)).toBe(false);
    wire.leave();
    await vi.waitFor(async () => expect(await isFree(world)).toBe(true), { timeout: 20_000 });
    works.push("hello, event, leaving");
  }
  const last = await open(url, token);
  await last.until("event: hello\n");
  world.events.close();
  await last.ended;
  return [...works, "closing"];
}

const ALL = ["hello, event, leaving", "hello, event, leaving", "closing"];

describe("directly", () => {
  test.each<[string, OpenWire]>([
    ["1.0", overHttp10],
    ["1.1", overHttp11],
  ])("over HTTP/%s", async (_, open) => {
    using world = liveWorld({ maxStreams: 1 });
    await using served = await serve(toNodeListener(world.gateway));
    expect(await tryStream(world, served.url, open)).toEqual(ALL);
  });

  test("over HTTP/2", async () => {
    using world = liveWorld({ maxStreams: 1 });
    await using served = await serveHttp2(toNodeListener(world.gateway));
    expect(await tryStream(world, served.url, overHttp2)).toEqual(ALL);
  });
});

// With CI=true these fail where there is no nginx, so that they cannot be missing unseen.
const isSkipped = nginxProgram === undefined && process.env["CI"] !== "true";
if (isSkipped) console.log("The tests of events behind nginx are skipped: there is no nginx on this machine.");

describe.skipIf(isSkipped)("behind nginx", () => {
  const folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-certificate-"));
  writeFileSync(join(folder, "key"), KEY);
  writeFileSync(join(folder, "certificate"), CERTIFICATE);
  afterAll(() => rmSync(folder, { recursive: true }));
  const server = `ssl_certificate ${folder}/certificate;\nssl_certificate_key ${folder}/key;`;

  test.each<[string, OpenWire, Omit<NginxSettings, "upstream">]>([
    ["as it is by default", overHttp11, {}],
    ["that speaks HTTP/1.0 to the gateway", overHttp11, { location: "proxy_http_version 1.0;" }],
    ["that speaks HTTP/1.1 to the gateway", overHttp11, { location: "proxy_http_version 1.1;" }],
    [
      "that keeps its connections to the gateway",
      overHttp11,
      { location: 'proxy_http_version 1.1; proxy_set_header connection "";' },
    ],
    ["that compresses", overHttp11, { location: "gzip on; gzip_types *; gzip_min_length 0;" }],
    ["that speaks HTTP/2 to the page", overHttp2, { listen: "ssl http2", server }],
  ])("%s", async (_, open, settings) => {
    using world = liveWorld({ maxStreams: 1 });
    await using served = await serve(toNodeListener(world.gateway));
    const nginx = await startNginx({ upstream: served.url, ...settings });
    try {
      expect(await tryStream(world, nginx.url, open)).toEqual(ALL);
    } finally {
      await nginx.stop();
    }
  });
});
