import {
  type Comment,
  type DeclarationReflection,
  type ProjectReflection,
  ReflectionKind,
  type SourceReference,
} from "typedoc";

const EXPORTS_AND_MEMBERS =
  ReflectionKind.SomeModule |
  ReflectionKind.TypeAlias |
  ReflectionKind.ClassOrInterface |
  ReflectionKind.Enum |
  ReflectionKind.EnumMember |
  ReflectionKind.VariableOrProperty |
  ReflectionKind.FunctionOrMethod |
  ReflectionKind.Accessor;

/**
 * The names of entry points, exports and members without a doc comment. The members of an object type without a name
 * need none: the comment of what has that type explains them.
 */
export function undocumentedIn(project: ProjectReflection): string[] {
  return (
    Object.values(project.reflections)
      .filter((each) => each.isDeclaration())
      .filter((each) => each.kindOf(EXPORTS_AND_MEMBERS))
      .filter(({ parent }) => !parent?.kindOf(ReflectionKind.TypeLiteral))
      // One that must be left out: `readonly actions?: never`.
      .filter(({ type }) => !["never", "undefined"].includes(String(type)))
      .filter((each) => !hasComment(each))
      .map((each) => each.getFriendlyFullName())
  );
}

/** Gives members of a `Pick` of methods the comments of these methods: TypeDoc gives them to picked fields alone. */
export function documentPicked(project: ProjectReflection): void {
  const comments = new Map<string, Comment>();
  const declarations = Object.values(project.reflections).filter((each) => each.isDeclaration());
  for (const { sources, signatures } of declarations) {
    const comment = signatures?.[0]?.comment;
    if (comment !== undefined) comments.set(placeOf(sources), comment);
  }
  for (const declaration of declarations.filter((each) => each.kindOf(ReflectionKind.Property) && !hasComment(each))) {
    const comment = comments.get(placeOf(declaration.sources))?.clone();
    if (comment !== undefined) declaration.comment = comment;
  }
}

function placeOf(sources: readonly SourceReference[] | undefined): string {
  const [source] = sources ?? [];
  return `${source?.fullFileName}:${source?.line}:${source?.character}`;
}

function hasComment(declaration: DeclarationReflection): boolean {
  const signatures = [...(declaration.signatures ?? []), declaration.getSignature].filter((each) => each !== undefined);
  return declaration.hasComment() || signatures.some((signature) => signature.hasComment());
}
