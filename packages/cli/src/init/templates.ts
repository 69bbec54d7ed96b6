import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { policyDirectory, schemaDirectory } from "@kinde-cerbos/policies";
import { templateFolder } from "../template-folder.ts";

/** The values to fill templates with. */
export interface TemplateValues {
  /** The folder of the policies, relative to the app, with slashes. */
  readonly policies: string;
  /** The port of the app's page. */
  readonly port: number;
  readonly issuerPort: number;
  readonly pdpPort: number;
}

/** A file to add to an app. */
export interface TemplateFile {
  /** Relative to the app, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** Returns all files, including the policies for Kinde tokens, sorted by path. */
export function templateFiles(values: TemplateValues): readonly TemplateFile[] {
  const { policies } = values;
  const own = filesIn(templateFolder, "").map(({ path, text }) => ({
    path: path.replace(/^cerbos\/policies\//, `${policies}/`),
    text: fill(text, values),
  }));
  const pack = [
    ...filesIn(policyDirectory, `${policies}/kinde/`),
    ...filesIn(schemaDirectory, `${policies}/_schemas/kinde/`),
  ];
  return [...own, ...pack].toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

function filesIn(directory: URL, prefix: string): TemplateFile[] {
  const folder = fileURLToPath(directory);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({
      path: prefix + relative(folder, file).replaceAll(sep, "/"),
      text: readFileSync(file, "utf8"),
    }));
}

/** Fills a template. Templates are working files with the default values, which are replaced. */
function fill(text: string, { policies, port, issuerPort, pdpPort }: TemplateValues): string {
  return text
    .replaceAll("http://localhost:5173", `http://localhost:${port}`)
    .replaceAll("http://localhost:4005", `http://localhost:${issuerPort}`)
    .replaceAll("127.0.0.1:3592", `127.0.0.1:${pdpPort}`)
    .replaceAll("./cerbos/policies", `./${policies}`);
}
