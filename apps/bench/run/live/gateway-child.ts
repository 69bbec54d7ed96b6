import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { AUDIENCE, CLIENT_ID } from "@kinde-cerbos/demo/stack/kinde-config.ts";
import { type LivePrograms } from "./programs.ts";

/** What the gateway's process is started with. */
export interface GatewaySettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly audience: string;
  readonly pdp: string;
  readonly spreadMsPerStream: number;
}

/** What it is told: say what you use, tell pages that policies have changed, and say when checks have come since. */
export type GatewayCommand = "usage" | "change-policies" | "arrivals";

/** What it answers. Times are in ms since the epoch. */
export type GatewayReply = { readonly url: string } | Usage | { readonly changedAt: number } | Arrivals;

/** What a process takes, with all garbage collected. */
export interface Usage {
  readonly rssBytes: number;
  /** Since it has begun. */
  readonly cpuMs: number;
}

interface Arrivals {
  readonly arrivals: readonly number[];
}

/** A gateway in a process of its own. */
export class GatewayChild {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  static async start({ kinde, pdp }: LivePrograms, spreadMsPerStream: number): Promise<GatewayChild> {
    const trust = { issuer: kinde.url, clientId: CLIENT_ID, audience: AUDIENCE };
    const settings: GatewaySettings = { ...trust, pdp: pdp.url, spreadMsPerStream };
    const file = fileURLToPath(new URL("gateway-process.ts", import.meta.url));
    const child = fork(file, [JSON.stringify(settings)], { execArgv: ["--expose-gc"] });
    const { url } = await replyOf<{ readonly url: string }>(child);
    return new GatewayChild(child, url);
  }

  usage(): Promise<Usage> {
    return this.#ask("usage");
  }

  /** Tells all pages that policies have changed, and returns when. */
  async changePolicies(): Promise<number> {
    return (await this.#ask<{ readonly changedAt: number }>("change-policies")).changedAt;
  }

  /** When the checks have come since then. */
  async arrivals(): Promise<readonly number[]> {
    return (await this.#ask<Arrivals>("arrivals")).arrivals;
  }

  async close(): Promise<void> {
    const exited = once(this.#process, "exit");
    this.#process.disconnect();
    await exited;
  }

  async #ask<Reply>(command: GatewayCommand): Promise<Reply> {
    const reply = replyOf<Reply>(this.#process);
    this.#process.send(command);
    return reply;
  }
}

async function replyOf<Reply>(child: ChildProcess): Promise<Reply> {
  const [reply]: Reply[] = await Promise.race([once(child, "message"), failed(child)]);
  if (reply === undefined) throw new Error("The gateway's process gave no answer.");
  return reply;
}

async function failed(child: ChildProcess): Promise<never> {
  await once(child, "exit");
  throw new Error("The gateway's process has ended.");
}
