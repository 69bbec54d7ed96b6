import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Child, findCerbos, startChild, startPdpProcess } from "@kinde-cerbos/cli/internal";
import { AUDIENCE, CLIENT_ID } from "./kinde-config.ts";
import { type OwnKinde } from "./own-kinde.ts";
import { copyPolicies, type PolicyCopy } from "./policy-copy.ts";
import type { DemoSettings } from "./settings.ts";

/** A program of the demo, and the address that says that it is ready. */
export interface Program {
  readonly launch: () => Child;
  readonly health: string;
  /** Whether the demo goes on, and starts it again, when it ends. */
  readonly restarts: boolean;
}

const local = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Options of the demo's programs, besides their ports. */
export interface DemoOptions {
  /** Called with each line that they write. */
  readonly onLine?: (name: string, line: string) => void;
  /** Default: the local Kinde. */
  readonly ownKinde?: OwnKinde | null;
}

/** The demo's programs, each of which needs the ones before it. */
export function demoPrograms(settings: DemoSettings, { onLine, ownKinde = null }: DemoOptions = {}): Program[] {
  const origin = `http://localhost:${settings.page.port}`;
  const issuer = ownKinde?.domain ?? `http://localhost:${settings.issuer.port}`;
  const clientId = ownKinde?.clientId ?? CLIENT_ID;
  const pdp = ownKinde?.pdp ?? `http://127.0.0.1:${settings.pdp.port}`;
  const directPdp = ownKinde?.pdp ?? `http://127.0.0.1:${settings.directPdp.port}`;
  const log = (name: string) => (onLine === undefined ? {} : { onLine: (line: string) => onLine(name, line) });

  const launchIssuer = (): Child =>
    startChild({
      name: "issuer",
      command: process.execPath,
      args: [local("stack/issuer.ts"), `--port=${settings.issuer.port}`, `--origin=${origin}`],
      ...log("issuer"),
    });

  const globals = { issuer, clientId, ...(ownKinde?.audience && { audience: ownKinde.audience }) };

  /** A PDP of one's own has its own policies, which are not to be changed here. */
  const policies = ownKinde?.pdp ? null : copyPolicies();

  const pdpPrograms = ({ pdp: settingsOfCopy }: PolicyCopy): Program[] => {
    const cerbos = findCerbos({ env: process.env, cwd: local(".") });
    // Not watchForChanges, which takes seconds: the page's server tells the PDPs when a policy has changed.
    const common = {
      ...settingsOfCopy,
      jwksUrl: `${issuer}/.well-known/jwks`,
      ...(ownKinde && { jwksRefreshInterval: "10m" }),
    };

    /** Believes what the gateway and the API say of a user's plan. */
    const launchPdp = (): Child =>
      startPdpProcess(
        { ...common, globals: { ...globals, behindGateway: true } },
        { port: settings.pdp.port, grpcPort: settings.pdpGrpc.port },
        { ...log("PDP"), cerbos },
      );

    /** Believes the token alone. */
    const launchDirectPdp = (): Child =>
      startPdpProcess(
        { ...common, globals, corsOrigins: [origin] },
        { port: settings.directPdp.port },
        { name: "direct PDP", ...log("direct PDP"), cerbos },
      );

    return [
      { launch: launchPdp, health: `${pdp}/_cerbos/health`, restarts: true },
      { launch: launchDirectPdp, health: `${directPdp}/_cerbos/health`, restarts: true },
    ];
  };

  const launchPage = (): Child =>
    startChild({
      name: "page",
      command: process.execPath,
      // 127.0.0.1 also answers for "localhost" where that is ::1 first: browsers try both.
      args: [viteCommand(), "--host=127.0.0.1", `--port=${settings.page.port}`, "--strictPort", "--clearScreen=false"],
      cwd: local("."),
      env: {
        ...process.env,
        ...(policies?.env ?? { POLICIES: undefined, PDP_ADMIN: undefined }),
        VITE_KINDE_DOMAIN: issuer,
        VITE_KINDE_CLIENT_ID: clientId,
        VITE_KINDE_AUDIENCE: ownKinde ? (ownKinde.audience ?? "") : AUDIENCE,
        PDP_URL: pdp,
        DIRECT_PDP_URL: directPdp,
        OWN_KINDE: ownKinde ? "yes" : "",
      },
      ...log("page"),
    });

  return [
    ...(ownKinde
      ? []
      : [{ launch: launchIssuer, health: `${issuer}/.well-known/openid-configuration`, restarts: false }]),
    ...(policies ? pdpPrograms(policies) : []),
    { launch: launchPage, health: `http://127.0.0.1:${settings.page.port}/`, restarts: false },
  ];
}

/** Vite itself, as its command in `.bin` is a shell script that does not pass signals on. */
function viteCommand(): string {
  const manifest = createRequire(import.meta.url).resolve("vite/package.json");
  return join(dirname(manifest), "bin/vite.js");
}
