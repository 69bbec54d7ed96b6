/**
 * The demo: a local Kinde, then two Cerbos PDPs, then the page; started in this order, each when the one before it
 * answers, and ended together. A Kinde or a PDP of your own takes the place of those here.
 */
import { fileURLToPath } from "node:url";
import { createSupervisor, refuseTakenPorts, onStopSignal } from "@kinde-cerbos/cli/internal";
import { readOwnKinde } from "./own-kinde.ts";
import { demoPrograms } from "./programs.ts";
import { readSettings } from "./settings.ts";

const supervisor = createSupervisor();

onStopSignal({
  first: () => void supervisor.stop().then(() => process.exit(0)),
  again: () => {
    supervisor.kill();
    process.exit(130);
  },
});

try {
  const settings = readSettings(process.env);
  const ownKinde = readOwnKinde(process.env, fileURLToPath(new URL("../.env.local", import.meta.url)));
  const { page, issuer, ...pdps } = settings;
  await refuseTakenPorts([
    page,
    ...(ownKinde ? [] : [issuer]),
    // One of them may be where a PDP of one's own listens.
    ...(ownKinde?.pdp ? [] : Object.values(pdps)),
  ]);
  let isUp = false;
  const onLine = (name: string, line: string): void => {
    if (process.env["DEMO_VERBOSE"] || (isUp && isNews(name, line))) console.log(`${name} | ${line}`);
  };
  for (const { launch, health, restarts } of demoPrograms(settings, { onLine, ownKinde })) {
    await supervisor.start(launch, health, restarts ? { onRestart, onBack } : {});
  }
  isUp = true;
  const signIn = ownKinde ? `You sign in at ${ownKinde.domain}.` : "Sign in as anyone. There is no password.";
  console.log(`\nThe playground runs at http://localhost:${settings.page.port}\n${signIn}\nCtrl-C stops it.\n`);
  await supervisor.failure;
} catch (error) {
  // A signal during the start is no error: what it interrupted is.
  if (!supervisor.stopping()) {
    console.error(error instanceof Error ? error.message : error);
    await supervisor.stop();
    process.exit(1);
  }
}

function onRestart(reason: string): void {
  console.log(`${reason}\nIt is started again.`);
}

function onBack(name: string): void {
  console.log(`The ${name} answers again.`);
}

/** Whether a line says that kinde.json or a policy was read after a change, or why not. */
function isNews(name: string, line: string): boolean {
  if (name === "page") return line.includes("policies/");
  return name === "issuer" || (name.endsWith("PDP") && /"log\.level":"(warn|error)"/.test(line));
}
