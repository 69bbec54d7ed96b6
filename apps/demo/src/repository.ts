/** The address of the project's code. No other file names it. */
const REPOSITORY = "https://github.com/kinde-cerbos/kinde-cerbos";

/** The repository's first page. */
export const REPOSITORY_URL = REPOSITORY;

/** The documentation, as the repository shows it. */
export const DOCS_URL = `${REPOSITORY}/tree/main/docs`;

/** A page of the documentation: `docsUrl("concepts/security.md")`. */
export function docsUrl(page: string): string {
  return `${DOCS_URL}/${page}`;
}

/** A file or folder of the playground: `codeUrl("src/pages/workspace")`. */
export function codeUrl(path: string): string {
  return `${REPOSITORY}/tree/main/apps/demo/${path}`;
}
