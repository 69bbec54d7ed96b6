import { chmodSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type App, app } from "./app.ts";
import { type Run, run, type RunOptions } from "./run.ts";

/** The files of an app of `npm create vite` that `init` reads. */
export const VITE_APP = {
  "package.json": `{
  "name": "app",
  "private": true,
  "version": "0.0.0",
  "type": "module",
  "scripts": {
    "dev": "vite",
    "build": "tsc -b && vite build"
  },
  "dependencies": {
    "react": "^19.3.1",
    "react-dom": "^19.3.1"
  },
  "devDependencies": {
    "@types/react": "^19.3.0",
    "typescript": "~7.0.2",
    "vite": "^8.3.4"
  }
}
`,
  "tsconfig.json": "{}\n",
  "index.html": '<div id="root"></div>\n<script type="module" src="/src/main.tsx"></script>\n',
  "vite.config.ts": `import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// https://vite.dev/config/
export default defineConfig({
  plugins: [react()],
})
`,
  "src/main.tsx": `import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './index.css'
import App from './App.tsx'

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
`,
};

/** An app's folder, in which `kinde-cerbos init` runs. */
export interface ViteApp extends App {
  /** Runs `init` with a Cerbos that accepts any policies, and without package managers. */
  readonly init: (args?: readonly string[], options?: RunOptions) => Promise<Run>;
  /** Runs {@link ViteApp.init} with `--yes --no-install`. Throws if it fails. */
  readonly setUp: (args?: readonly string[], options?: RunOptions) => Promise<string>;
  /** Returns the text of each file, by its path. */
  readonly files: () => Record<string, string>;
  /** Creates a program in the folder that is the PATH of {@link ViteApp.init}. */
  readonly program: (name: string, script: string) => void;
}

/** Creates the folder, with changes to {@link VITE_APP}: `undefined` omits a file. It is deleted after the test. */
export function viteApp(changes: Readonly<Record<string, string | undefined>> = {}): ViteApp {
  const files = Object.entries({ ...VITE_APP, ...changes }).flatMap(([path, text]) =>
    text === undefined ? [] : [[`app/${path}`, text] as const],
  );
  const outer = app(Object.fromEntries(files));
  const folder = join(outer.folder, "app");
  const init: ViteApp["init"] = (args = [], options = {}) =>
    run(["init", ...args], { cwd: folder, env: { PATH: outer.folder }, ...options });
  const program: ViteApp["program"] = (name, script) => {
    outer.write(name, `#!/bin/sh\n${script}\n`);
    chmodSync(join(outer.folder, name), 0o755);
  };
  program("cerbos", "echo 0.55.0");
  return {
    ...outer,
    folder,
    init,
    read: (path) => outer.read(`app/${path}`),
    write: (path, text) => outer.write(`app/${path}`, text),
    async setUp(args = [], options = {}) {
      const { code, stdout, stderr } = await init(["--yes", "--no-install", ...args], options);
      if (code !== 0) throw new Error(stderr);
      return stdout;
    },
    files: () =>
      Object.fromEntries(
        readdirSync(folder, { recursive: true, encoding: "utf8" })
          .toSorted()
          .filter((path) => statSync(join(folder, path)).isFile())
          .map((path) => [path, readFileSync(join(folder, path), "utf8")]),
      ),
    program,
  };
}
