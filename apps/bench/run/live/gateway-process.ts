// A gateway with events in a process of its own, so that its memory and its CPU are nothing else's.
import { createServer } from "node:http";
import { createEvents, createGateway } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { listen } from "../listen.ts";
import { type GatewayCommand, type GatewayReply, type GatewaySettings } from "./gateway-child.ts";

const settings: GatewaySettings = JSON.parse(process.argv[2] ?? "");
const { issuer, clientId, audience, pdp, spreadMsPerStream } = settings;
const events = createEvents({ spreadMsPerStream });
const answer = toNodeListener(createGateway({ issuer, clientId, audience, pdp, events, log: () => {} }));
/** When checks have come, in ms since the epoch. */
const arrivals: number[] = [];
const server = createServer((request, response) => {
  if (request.method === "POST") arrivals.push(Date.now());
  answer(request, response);
});

const reply = (content: GatewayReply): void => void process.send?.(content);

const commands: { readonly [Name in GatewayCommand]: () => Promise<void> | void } = {
  usage() {
    globalThis.gc?.();
    globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    reply({ rssBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1000 });
  },
  async "change-policies"() {
    arrivals.splice(0);
    const changedAt = Date.now();
    await events.policiesChanged();
    reply({ changedAt });
  },
  arrivals: () => reply({ arrivals }),
};
process.on("message", (command: GatewayCommand) => void commands[command]());
process.once("disconnect", () => process.exit());
reply({ url: await listen(server) });
