import { Failure } from "../error-text.ts";
import { type Send } from "../option.ts";
import { putNewest } from "../put-newest.ts";
import { settled } from "../settled.ts";
import { type PdpReport, readReport } from "./pdp-report.ts";

/** A PDP, and what is known of its policies. */
export interface WatchedPdp {
  /** Whether it has other policies than at the last look; not at the first one. */
  look(): Promise<boolean>;
  /** Lets it load its policies again, and resolves once it decides by them: whether it does. */
  reload(): Promise<boolean>;
}

/** PDPs behind one address at most, if it is a load balancer's. */
const MAX_PROCESSES = 64;
const RELOAD_TIMEOUT_MS = 30_000;
/** After a reload, the policies are compiled when two reports so far apart are equal, in ms. */
const SETTLE_MS = 50;
/** If nothing is compiled within this, in ms, there is nothing to compile: no policy is left. */
const COMPILE_MS = 2000;

/** @param authorization the header for its admin API; `undefined`: it is never reloaded */
export function createWatchedPdp(pdp: string, send: Send, authorization: string | undefined): WatchedPdp {
  /** The policies that each process behind the address has loaded, as its report says. */
  const known = new Map<string, string>();

  /** Whether the process has loaded policies since it was seen last. */
  const note = ({ process, loaded }: PdpReport): boolean => {
    const hasChanged = known.size > 0 && known.get(process) !== loaded;
    putNewest(known, process, loaded, MAX_PROCESSES);
    return hasChanged;
  };

  return {
    look: async () => note(await readReport(pdp, send)),
    async reload() {
      const before = await readReport(pdp, send);
      await requestReload(pdp, send, authorization);
      const after = await compiled(before, () => readReport(pdp, send));
      note(after);
      if (after.failed !== before.failed) {
        throw new Failure("A policy does not compile, so the PDP keeps the previous policies. Its log says why.");
      }
      return true;
    },
  };
}

/** Before Cerbos 0.56, the answer to a reload comes before the policies are compiled. So this waits until they are. */
async function compiled(before: PdpReport, read: () => Promise<PdpReport>): Promise<PdpReport> {
  const until = performance.now() + COMPILE_MS;
  for (let last = await read(); ;) {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const next = await read();
    if (isSame(last, next) && (!isSame(before, next) || performance.now() > until)) return next;
    last = next;
  }
}

function isSame(one: PdpReport, other: PdpReport): boolean {
  return one.loaded === other.loaded && one.failed === other.failed;
}

/** @throws Failure if the PDP refuses, also because a file is no policy */
async function requestReload(pdp: string, send: Send, authorization: string | undefined): Promise<void> {
  const over = new AbortController();
  const request = async (): Promise<number> => {
    const headers = { ...(authorization !== undefined && { authorization }) };
    const init = { headers, redirect: "manual", signal: over.signal } as const;
    const { status, body } = await send(`${pdp}/admin/store/reload?wait=true`, init);
    await body?.cancel();
    return status;
  };
  const status = await settled(request(), RELOAD_TIMEOUT_MS).finally(() => over.abort());
  if (status === 200) return;
  if (status === undefined) throw new Failure(`The PDP did not reload its policies within ${RELOAD_TIMEOUT_MS} ms.`);
  const why =
    status === 500
      ? "A policy file is not valid, so the PDP keeps the previous policies. Its log says why."
      : "Is server.adminAPI enabled in its configuration, and is admin its user name and password?";
  throw new Failure(`The PDP did not reload its policies: HTTP ${status}. ${why}`);
}
