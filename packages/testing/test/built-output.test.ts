// @vitest-environment node
import { resolve } from "node:path";
import { build } from "vite";
import { describe, expect, it } from "vitest";

/** Returns a production bundle of an app with this entry, as text. */
async function bundleOf(code: string): Promise<string> {
  const entry = "\0entry.tsx";
  const output = await build({
    root: resolve("."),
    mode: "production",
    define: { "process.env.NODE_ENV": '"production"', "import.meta.env.DEV": "false" },
    configFile: false,
    logLevel: "error",
    build: { write: false, minify: false, rollupOptions: { input: entry } },
    plugins: [
      { name: "entry", resolveId: (id) => (id === entry ? id : null), load: (id) => (id === entry ? code : null) },
    ],
  });
  const outputs = Array.isArray(output) ? output : [output];
  return outputs
    .flatMap((one) => ("output" in one ? one.output : []))
    .map((chunk) => ("code" in chunk ? chunk.code : ""))
    .join("\n");
}

const APP = `
  import { createElement } from "react";
  import { PermissionsProvider, tokenSource, useCan } from "@kinde-cerbos/react/source";
  const source = tokenSource({ getToken: () => null });
  const Page = () => useCan({ action: "view", resource: { kind: "document", id: "1" } }).status;
  export const app = createElement(PermissionsProvider, { pdp: "/authz", source }, createElement(Page));
  globalThis.app = app;
`;

describe("a production bundle", () => {
  it("of an app does not contain this package", async () => {
    const text = await bundleOf(APP);
    expect(text).toContain("kinde-cerbos");
    expect(text).not.toMatch(/PermissionsTestProvider|test-session|createSessionAtOnce|kp_test/);
  });

  it("of an app that imports it only in development does not contain it", async () => {
    const text = await bundleOf(`${APP} if (import.meta.env.DEV) globalThis.kit = import("@kinde-cerbos/testing");`);
    expect(text).not.toMatch(/PermissionsTestProvider|test-session|kp_test/);
  });

  it("that imports this package does not contain Kinde's SDK, Node modules, the PDP or the issuer", async () => {
    const text = await bundleOf(
      `import { PermissionsTestProvider } from "@kinde-cerbos/testing"; globalThis.it = PermissionsTestProvider;`,
    );
    expect(text).toContain("test-session");
    expect(text).not.toMatch(/node:|kinde-auth|oidc-provider|cerbos server/);
  });
});
