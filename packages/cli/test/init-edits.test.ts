import { describe, expect, test } from "vitest";
import { editMainFile } from "../src/init/main-file.ts";
import { editViteConfig } from "../src/init/vite-config.ts";
import { VITE_APP } from "./support/vite-app.ts";

const IMPORTS = 'import react from "@vitejs/plugin-react";\n';

/** The list of plugins after the edit and all behind it, without white space. */
function pluginsOf(config: string): string | undefined {
  return /plugins:(\[.*)$/s.exec((editViteConfig(config) ?? "").replaceAll(/\s+/g, ""))?.[1];
}

const GATEWAY =
  "kindeCerbos((env)=>({issuer:env.VITE_KINDE_DOMAIN,clientId:env.VITE_KINDE_CLIENT_ID,pdp:env.PDP_URL,}))";

describe("The configuration of Vite", () => {
  test("gets the gateway, in its own style, and nothing else changes", () => {
    expect(editViteConfig(VITE_APP["vite.config.ts"])).toBe(`import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { kindeCerbos } from '@kinde-cerbos/server/vite'

// https://vite.dev/config/
export default defineConfig({
  plugins: [
    react(),
    kindeCerbos((env) => ({
      issuer: env.VITE_KINDE_DOMAIN,
      clientId: env.VITE_KINDE_CLIENT_ID,
      pdp: env.PDP_URL,
    })),
  ],
})
`);
  });

  test("keeps quotes, semicolons, tabs and the line ends of Windows", () => {
    const config = `${IMPORTS}\nexport default {\n\tplugins: [react()],\n};\n`.replaceAll("\n", "\r\n");
    const edited = editViteConfig(config) ?? "";
    expect(edited).toContain('import { kindeCerbos } from "@kinde-cerbos/server/vite";\r\n');
    expect(edited).toContain("\r\n\t\tkindeCerbos((env) => ({\r\n\t\t\tissuer: env.VITE_KINDE_DOMAIN,\r\n");
    expect(edited.replaceAll("\r\n", "")).not.toContain("\n");
  });

  test.each([
    ["a plain object", "export default { plugins: [react()] };"],
    ["defineConfig", "export default defineConfig({ base: '/x', plugins: [react()], server: { port: 1 } });"],
    ["a function", "export default defineConfig(({ mode }) => ({ plugins: [react()] }));"],
    [
      "a function with a body",
      "export default defineConfig(async () => { const a = 1; return { plugins: [react()] }; });",
    ],
    ["satisfies", "export default { plugins: [react()] } satisfies UserConfig;"],
    ["a variable", "const config: UserConfig = { plugins: [react()] };\nexport default config;"],
    ["a trailing comma", "export default { plugins: [\n  react(),\n] };"],
    ["a plugin with plugins", "export default { plugins: [react()], worker: { plugins: () => [react()] } };"],
  ])("is understood as %s", (_, config) => {
    expect(pluginsOf(IMPORTS + config)?.startsWith(`[react(),${GATEWAY},]`)).toBe(true);
  });

  test("keeps several plugins in their order", () => {
    const config = `${IMPORTS}export default { plugins: [react({ babel: { plugins: [['x']] } }), process.env.A && b()] };`;
    expect(pluginsOf(config)).toBe(`[react({babel:{plugins:[['x']]}}),process.env.A&&b(),${GATEWAY},]};`);
  });

  test.each([
    ["no plugins", "export default {};"],
    ["an empty list", "export default { plugins: [] };"],
    ["plugins from elsewhere", "export default { plugins };"],
    ["a list that is put together", "export default { plugins: [react()].concat(others) };"],
    ["a hole", "export default { plugins: [, react()] };"],
    ["a comment between plugins", "export default { plugins: [\n  // why\n  react(),\n] };"],
    ["a comment behind the last", "export default { plugins: [react() /* why */] };"],
    ["two places that return", "export default () => { if (a) return { plugins: [react()] }; return {}; };"],
    ["a merged configuration", "export default merge(a, { plugins: [react()] });"],
    ["two lists", "export default { plugins: [react()], plugins: [] };"],
    ["a variable of a variable", "const a = { plugins: [react()] }; const b = a; export default b;"],
    ["a variable that is not there", "export default config;"],
    ["no default export", "export const config = { plugins: [react()] };"],
    ["a broken file", "export default { plugins: [react()"],
    ["a class", "export default class { plugins = [react()] }"],
  ])("is left alone with %s", (_, config) => {
    expect(editViteConfig(IMPORTS + config)).toBeUndefined();
  });

  test("is left alone without an import, whose style would be followed", () => {
    expect(editViteConfig("export default { plugins: [require('x')()] };")).toBeUndefined();
  });

  test("gets it if only a comment names it", () => {
    const config = `${IMPORTS}// import "@kinde-cerbos/server/vite"\nexport default { plugins: [react()] };`;
    expect(pluginsOf(config)).toBe(`[react(),${GATEWAY},]};`);
  });

  test("that has the gateway stays as it is", () => {
    const edited = editViteConfig(VITE_APP["vite.config.ts"]) ?? "";
    expect(editViteConfig(edited)).toBe(edited);
  });
});

describe("The file that renders the app", () => {
  test("gets the providers around it, in its own style", () => {
    expect(editMainFile(VITE_APP["src/main.tsx"])).toBe(`import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './index.css'
import App from './App.tsx'
import { PermissionsExample } from './permissions-example'
import { KindeCerbosProviders } from './kinde-cerbos-providers'

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <KindeCerbosProviders>
      <PermissionsExample />
      <App />
    </KindeCerbosProviders>
  </StrictMode>,
)
`);
  });

  test.each([
    [
      "in a line with others",
      "createRoot(root).render(<App />);",
      "render(<KindeCerbosProviders>\n  <PermissionsExample />\n  <App />\n</KindeCerbosProviders>);",
    ],
    [
      "with properties and children",
      "render(\n  <App\n    a={1}\n  >\n    text\n  </App>,\n);",
      "  <KindeCerbosProviders>\n    <PermissionsExample />\n    <App\n      a={1}\n    >\n      text\n    </App>\n  </KindeCerbosProviders>,\n",
    ],
  ])("takes an app %s", (_, text, expected) => {
    expect(editMainFile(`import App from "./app";\n${text}`)).toContain(expected);
  });

  test.each([
    ["another component", "render(<RouterProvider router={router} />);"],
    ["two of them", "render(a ? <App /> : <App b />);"],
    ["one in a comment", "// <App />\nrender(root());"],
    ["one in a text", 'render("<App />");'],
    ["a broken file", "render(<App"],
  ])("is left alone with %s", (_, text) => {
    expect(editMainFile(`import App from "./app";\n${text}`)).toBeUndefined();
  });

  test("is not taken for done by another <Providers>, whose name is free", () => {
    const own = VITE_APP["src/main.tsx"]
      .replace("<App />", '<Providers theme="x"><App /></Providers>')
      .replace("import App", "import { Providers } from './providers'\nimport App");
    const edited = editMainFile(own) ?? "";
    expect(edited).toContain('<Providers theme="x"><KindeCerbosProviders>');
    expect(edited.match(/import \{ Providers \}/g)).toHaveLength(1);
    expect(editMainFile(own.replaceAll("Providers", "KindeCerbosProviders").replace("./k", "./own/k"))).toBeUndefined();
  });

  test("keeps texts of several lines as they are", () => {
    for (const text of ["{`a\n  b`}", '"a\n  b"']) {
      const edited = editMainFile(`import App from "./app";\nrender(\n  <App\n    a=${text}\n  />,\n);`);
      expect(edited).toContain(`a=${text}\n`);
    }
  });

  test("that has the providers stays as it is", () => {
    const edited = editMainFile(VITE_APP["src/main.tsx"]) ?? "";
    expect(editMainFile(edited)).toBe(edited);
  });
});
