import { CommentTag, type ProjectReflection, ReflectionKind } from "typedoc";

/** Tells hooks and components apart from other functions, by their names. */
export function groupReact(project: ProjectReflection): void {
  for (const declaration of Object.values(project.reflections)) {
    if (!declaration.isDeclaration() || !declaration.kindOf(ReflectionKind.Function)) continue;
    const group = groupOf(declaration.name);
    for (const { comment } of declaration.signatures ?? []) {
      if (group !== undefined) comment?.blockTags.push(new CommentTag("@group", [{ kind: "text", text: group }]));
    }
  }
}

function groupOf(name: string): string | undefined {
  if (/^use[A-Z]/.test(name)) return "Hooks";
  return /^[A-Z]/.test(name) ? "Components" : undefined;
}
