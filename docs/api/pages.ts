import type { Context, DeclarationReflection, ProjectReflection } from "typedoc";
import type { EntryPoint } from "./entry-points.ts";

/** The entry points that export each thing; none for a type that is only part of others. */
export type Exporters = ReadonlyMap<DeclarationReflection, readonly DeclarationReflection[]>;

/** Names the modules after the folders of their pages. */
export function nameModules(project: ProjectReflection, entryPoints: readonly EntryPoint[]): void {
  for (const module of modulesOf(project)) {
    const source = module.sources?.[0]?.fullFileName;
    module.name = entryPoints.find((entry) => entry.source === source)?.folder ?? module.name;
  }
}

/** Looks up what each entry point exports. */
export function exportersIn(context: Context): Exporters {
  const exporters = new Map<DeclarationReflection, DeclarationReflection[]>();
  const checker = context.programs[0]?.getTypeChecker();
  for (const module of modulesOf(context.project)) {
    const symbol = context.getSymbolFromReflection(module);
    const exported = new Set(symbol && checker?.getExportsOfModule(symbol).map(({ name }) => name));
    for (const child of module.children ?? []) {
      const target = child.isReference() ? child.getTargetReflectionDeep() : child;
      // What a file adds to the types of others, such as Jest's, is no export of it and has its page there.
      if (!target.isDeclaration() || !exported.has(child.name)) continue;
      exporters.set(target, [...(exporters.get(target) ?? []), module]);
    }
  }
  return exporters;
}

/**
 * Gives each thing its page at an entry point of the package that declares it, the one with the shortest name: `react`
 * comes before `react/source`, and both before `next/client`. The others refer to it.
 */
export function movePages(project: ProjectReflection, exporters: Exporters): void {
  const modules = modulesOf(project);
  for (const former of modules) {
    for (const target of [...(former.children ?? [])].filter((child) => !child.isReference())) {
      const homes = exporters.get(target) ?? (isOwn(former, target) ? [former] : modules);
      const [home = former] = homes.toSorted((one, other) => rankOf(one, target) - rankOf(other, target));
      if (home === former) continue;
      const reference = home.children?.find((each) => each.isReference() && each.getTargetReflectionDeep() === target);
      if (reference !== undefined) home.removeChild(reference);
      former.removeChild(target);
      target.parent = home;
      home.addChild(target);
      if (reference === undefined) continue;
      reference.parent = former;
      former.addChild(reference);
    }
  }
}

function modulesOf(project: ProjectReflection): DeclarationReflection[] {
  return (project.children ?? []).filter((child) => child.isDeclaration());
}

/** Sorts the entry points of the package that declares a thing before others, and short names before long ones. */
function rankOf(module: DeclarationReflection, target: DeclarationReflection): number {
  return (isOwn(module, target) ? 0 : 1000) + module.name.length;
}

function isOwn({ name }: DeclarationReflection, target: DeclarationReflection): boolean {
  const [folder = ""] = name.split("/");
  return (target.sources ?? []).some(({ fullFileName }) => fullFileName.includes(`/packages/${folder}/`));
}
