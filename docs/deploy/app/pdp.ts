import { readFileSync } from "node:fs";
import { type Send } from "@kinde-cerbos/server";
import { Agent, fetch as fetchWith } from "undici";

const { PDP_SOCKET, PDP_URL, PDP_CA_FILE, PDP_CERT_FILE, PDP_KEY_FILE } = process.env;
if (!PDP_SOCKET && !PDP_URL) throw new Error("Set PDP_SOCKET or PDP_URL.");

/** The addresses of the PDPs. On a socket, the name of the host has no meaning. */
export const pdp: string[] = PDP_URL && !PDP_SOCKET ? PDP_URL.split(",") : ["http://cerbos"];

const dispatcher = new Agent({
  connect: PDP_SOCKET
    ? { socketPath: PDP_SOCKET }
    : {
        ...(PDP_CA_FILE && { ca: readFileSync(PDP_CA_FILE) }),
        // A client certificate, for a proxy or a service mesh that requires one. Cerbos does not.
        ...(PDP_CERT_FILE && PDP_KEY_FILE && { cert: readFileSync(PDP_CERT_FILE), key: readFileSync(PDP_KEY_FILE) }),
      },
});

/** Requests to a PDP use its socket or its certificates. Those to Kinde are sent as usual. */
export const send: Send = (url, init) =>
  pdp.some((address) => url.startsWith(`${address}/`)) ? fetchWith(url, { ...init, dispatcher }) : fetch(url, init);
