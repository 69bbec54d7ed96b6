import { type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { type PolicyFile } from "./policies-api.ts";

interface FileListProps {
  readonly files: readonly PolicyFile[];
  readonly current: string;
}

const GROUPS: readonly { readonly name: string; readonly has: (path: string) => boolean }[] = [
  { name: "Policies", has: (path) => !isTest(path) && !isSchema(path) },
  { name: "Tests", has: isTest },
  { name: "Schemas", has: isSchema },
];

/** All files, in groups: a list of links, or where there is no room for it, a choice. */
export function FileList({ files, current }: FileListProps): ReactNode {
  const [, navigate] = useLocation();
  const groups = GROUPS.map(({ name, has }) => ({ name, files: files.filter(({ path }) => has(path)) })).filter(
    (group) => group.files.length > 0,
  );
  return (
    <>
      <label className="file-choice">
        File
        <select value={current} onChange={({ target }) => navigate(addressOf(target.value), { replace: true })}>
          {groups.map((group) => (
            <optgroup key={group.name} label={group.name}>
              {group.files.map(({ path, isChanged }) => (
                <option key={path} value={path}>
                  {path}
                  {isChanged && " (changed)"}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <nav className="file-list" aria-label="Policy files">
        {groups.map((group) => (
          <section key={group.name}>
            <h2>{group.name}</h2>
            <ul>
              {group.files.map(({ path, isChanged }) => (
                <li key={path}>
                  <Link href={addressOf(path)} replace aria-current={path === current ? "true" : undefined}>
                    {path.replace(/^(?:_schemas|testdata)\//, "").replaceAll("/", "/\u200b")}
                    {isChanged && <span className="changed">changed</span>}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
    </>
  );
}

/** The address of this page with a file, and a line of it. */
export function addressOf(path: string, line?: number | null): string {
  const params = new URLSearchParams({ file: path });
  if (line !== undefined && line !== null) params.set("line", String(line));
  return `/policies?${params}`;
}

function isTest(path: string): boolean {
  return /_test\.\w+$|^testdata\//.test(path);
}

function isSchema(path: string): boolean {
  return path.startsWith("_schemas/");
}
