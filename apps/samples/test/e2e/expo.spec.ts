import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { createGateway } from "@kinde-cerbos/server";
import { createKindeToken, startPdp, TEST_CLIENT_ID, TEST_ISSUER, type TestPdp } from "@kinde-cerbos/testing/node";
import { expect, test } from "@playwright/test";
import { build } from "vite";
import type * as entry from "../react-native/entry.tsx";
import { BROWSER, deviceGlobals, GUARDED, MISSING, POLYFILLED } from "../react-native/globals.ts";

type Device = typeof entry;

let bundle: string;
let pdp: TestPdp;

/** Bundles a module as one script. */
async function bundleOf(entry: string, alias: { [name: string]: string }, external: RegExp[]): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"development"' },
    resolve: { alias },
    build: {
      write: false,
      minify: false,
      lib: { entry, formats: ["iife"], name: "device" },
      rolldownOptions: { external },
    },
  });
  const [output] = Array.isArray(built) ? built : [];
  return output?.output[0].code ?? "";
}

const standIn = (name: string): string => fileURLToPath(new URL(`../react-native/${name}`, import.meta.url));

test.beforeAll(async () => {
  const alias = {
    "@kinde/expo": standIn("kinde-expo.tsx"),
    expo: standIn("expo.ts"),
    "expo-crypto": standIn("expo.ts"),
    "react-native": standIn("react-native.tsx"),
  };
  bundle = await bundleOf(standIn("entry.tsx"), alias, []);
  pdp = await startPdp({ policies: "cerbos/policies" });
});

test.afterAll(() => pdp.stop());

/** A device that runs the sample. A real PDP decides behind its gateway. */
async function startDevice(source = bundle): Promise<Device> {
  const { jwks } = await createKindeToken();
  const gateway = createGateway({
    issuer: TEST_ISSUER,
    clientId: TEST_CLIENT_ID,
    pdp: pdp.url,
    fetch: async (url, init) => (url.endsWith("jwks") ? Response.json(jwks) : fetch(url, init)),
  });
  const context = createContext({
    ...deviceGlobals((url, init) => gateway(new Request(url, init))),
    hostDigest: (algorithm: string, data: Uint8Array<ArrayBuffer>) => crypto.subtle.digest(algorithm, data),
  });
  runInContext(
    `globalThis.window = globalThis.self = globalThis; ${MISSING.map((path) => `delete ${path};`).join("")}`,
    context,
  );
  return runInContext(`${source};device`, context);
}

const tokenFor = async (sub: string, lifetime = 3600): Promise<string> => {
  const { token } = await createKindeToken({ claims: { sub, org_code: "org_north", roles: [] }, lifetime });
  return token;
};

test("without a DOM and without Web Crypto, the screen shows what the PDP answers", async () => {
  const device = await startDevice();
  const screen = device.start();
  device.signIn(await tokenFor("kp_ann"));
  await expect.poll(screen).toContain('"disabled":false');
  expect(screen()).toContain("authenticated");
  expect(screen()).not.toContain("Delete");
  const other = await startDevice();
  const otherScreen = other.start();
  other.signIn(await tokenFor("kp_ben"));
  await expect.poll(otherScreen).toContain("Rename");
  expect(otherScreen()).toContain('"disabled":true');
});

test("a token that has ended on arrival is refreshed, and if that fails, nothing is allowed", async () => {
  const device = await startDevice();
  const screen = device.start();
  device.signIn(await tokenFor("kp_ann", -60), await tokenFor("kp_ann"));
  await expect.poll(screen).toContain('"disabled":false');
  const offline = await startDevice();
  const offlineScreen = offline.start();
  offline.signIn(await tokenFor("kp_ann", -60));
  await expect.poll(offlineScreen).toContain("expired");
  expect(offlineScreen()).toContain('"disabled":true');
});

test("an app that comes back from the background refreshes a token that has ended", async () => {
  const device = await startDevice();
  const screen = device.start();
  device.bring("background");
  device.signIn(await tokenFor("kp_ann", -60));
  await expect.poll(screen).toContain("expired");
  device.setRefreshed(await tokenFor("kp_ann"));
  device.bring("active");
  await expect.poll(screen).toContain('"disabled":false');
});

test("what is used of a browser is on a device, has a polyfill, or is not needed there", async () => {
  const source = await bundleOf(fileURLToPath(import.meta.resolve("@kinde-cerbos/react/source")), {}, [
    /^react/,
    /^@tanstack/,
  ]);
  const code = source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|"(?:[^"\\\n]|\\.)*"|`[^`$]*`/gm, "");
  const known = new Set(Object.keys(deviceGlobals(fetch)));
  // Node has most of a browser's globals, under the same names.
  const language = new Set<string>(runInContext("Object.getOwnPropertyNames(globalThis)", createContext()));
  const names = [...Object.getOwnPropertyNames(globalThis), ...BROWSER].filter((name) => !language.has(name));
  const used = names.filter((name) => new RegExp(`(?<![.\\w$])${name}(?![\\w$]|:)`).test(code));
  expect(used.filter((name) => !known.has(name)).toSorted()).toEqual([...GUARDED, ...POLYFILLED.globals].toSorted());
  const methods = MISSING.map((path) => path.split(".").at(-1) ?? "");
  expect(methods.filter((name) => code.includes(`.${name}(`))).toEqual(POLYFILLED.methods);
});
