/**
 * Writes the reference of every export into `docs/reference/api`, from the doc comments of the packages. Ends with 1 if
 * an export or a member of one has no comment, or if a link in a comment leads nowhere.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Application, Converter, RendererEvent } from "typedoc";
import type { PluginOptions } from "typedoc-plugin-markdown";
import { repository } from "../../.ci/public-packages.ts";
import { REPOSITORY_URL } from "../../apps/demo/src/repository.ts";
import { moveDefaults } from "./defaults.ts";
import { readEntryPoints } from "./entry-points.ts";
import { groupReact } from "./groups.ts";
import { framePages } from "./page-frame.ts";
import { type Exporters, exportersIn, movePages, nameModules } from "./pages.ts";
import { sidebarOf } from "./sidebar.ts";
import { documentPicked, undocumentedIn } from "./undocumented.ts";

const out = join(repository, "docs/reference/api");
const entryPoints = readEntryPoints();

const pages: PluginOptions = {
  classPropertiesFormat: "table",
  customAnchorsFormat: "curlyBrace",
  entryFileName: "index.md",
  hideBreadcrumbs: true,
  hidePageHeader: true,
  indexFormat: "table",
  interfacePropertiesFormat: "table",
  pageTitleTemplates: {
    index: "API reference",
    member: ({ name }) => name,
    module: ({ rawName }) => `@kinde-cerbos/${rawName}`,
  },
  parametersFormat: "table",
  propertyMembersFormat: "table",
  tableColumnSettings: { hideInherited: true, hideModifiers: true, hideOverrides: true, hideSources: true },
  typeAliasPropertiesFormat: "table",
  typeDeclarationFormat: "table",
  useCodeBlocks: true,
  useCustomAnchors: true,
};

/** A type that is part of an exported one gets a page, too. */
const parts = { placeInternalsInOwningModule: true };

const app = await Application.bootstrapWithPlugins({
  ...pages,
  ...parts,
  basePath: repository,
  disableGit: true,
  entryPoints: entryPoints.map(({ source }) => source),
  excludeExternals: true,
  excludeInternal: true,
  excludePrivate: true,
  groupOrder: ["Hooks", "Components", "Functions", "Classes", "Variables", "*", "References"],
  logLevel: "Warn",
  name: "kinde-cerbos",
  outputs: [{ name: "markdown", path: out }],
  plugin: ["typedoc-plugin-markdown", "typedoc-plugin-missing-exports"],
  readme: "none",
  sort: ["source-order"],
  // Each package is type-checked on its own; together, the globals of one (Next.js) do not fit another.
  skipErrorChecking: true,
  sourceLinkTemplate: `${REPOSITORY_URL}/blob/main/packages/{path}#L{line}`,
  tsconfig: join(repository, "docs/api/tsconfig.packages.json"),
  validation: { notExported: false, invalidLink: true, notDocumented: false },
});

let exporters: Exporters = new Map();
app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
  const { project } = context;
  nameModules(project, entryPoints);
  exporters = exportersIn(context);
  movePages(project, exporters);
  documentPicked(project);
  moveDefaults(project);
  groupReact(project);
});

const project = await app.convert();
if (project !== undefined) {
  app.validate(project);
  // TypeDoc looks for types that are not exported in the package of the project alone.
  app.options.setValue("validation", { notExported: true, invalidLink: false });
  for (const name of new Set(entryPoints.map(({ specifier }) => specifier.split("/", 2).join("/")))) {
    project.packageName = name;
    app.validate(project);
  }
  const undocumented = undocumentedIn(project);
  for (const name of undocumented) console.error(`${name} has no doc comment`);
  if (undocumented.length > 0) process.exitCode = 1;
  framePages(app.renderer, exporters);
  rmSync(out, { recursive: true, force: true });
  let sidebar = "";
  app.renderer.on(
    RendererEvent.END,
    () => (sidebar = JSON.stringify(sidebarOf(project, exporters, app.renderer.router), null, 2)),
  );
  await app.generateOutputs(project);
  writeFileSync(join(out, "sidebar.json"), `${sidebar}\n`);
}
if (project === undefined || app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;
