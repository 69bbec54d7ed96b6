import ts from "typescript";
import type { EntryPoint } from "./entry-points.ts";

/**
 * The names that each entry point exports, by its specifier, as the published declarations have them.
 * What it has from a package that is not ours, such as Playwright's `expect`, is not among them.
 */
export function readExportedNames(entryPoints: readonly EntryPoint[]): Map<string, string[]> {
  const program = ts.createProgram(
    entryPoints.map(({ declarations }) => declarations),
    { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, noEmit: true, types: [] },
  );
  const checker = program.getTypeChecker();
  return new Map(
    entryPoints.map(({ specifier, declarations }) => {
      const file = program.getSourceFile(declarations);
      if (file === undefined) throw new Error(`${specifier} has no declarations: build the packages first`);
      const module = checker.getSymbolAtLocation(file);
      const symbols = module === undefined ? [] : checker.getExportsOfModule(module);
      return [specifier, symbols.filter((symbol) => isOurs(symbol, checker)).map(({ name }) => name)];
    }),
  );
}

function isOurs(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return !(target.declarations ?? []).some((each) => each.getSourceFile().fileName.includes("/node_modules/"));
}
