import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidRequest } from "../invalid-request.ts";

/** The folder with the policies, and the folder that they were copied from. */
export interface PolicyPlaces {
  /** The copy that the PDPs read. */
  readonly folder: string;
  /** The files of the repository, which are not changed. */
  readonly shipped: string;
}

/** Policies that pages may change: the files of the repository, in a copy of theirs. */
export interface PolicyFolder extends PolicyPlaces {
  /** Their paths, with slashes, sorted. No other file can be read or written. */
  readonly files: readonly string[];
  /** @throws InvalidRequest for a path that is not one of {@link files} */
  read(path: string): Promise<{ readonly text: string; readonly shipped: string }>;
  /** Replaces a file at once: no reader sees half of it. @throws InvalidRequest as {@link read} */
  write(path: string, text: string): Promise<void>;
  /** All files as they are in the repository. */
  reset(): Promise<void>;
  /** Another copy, in which one file has this text. @throws InvalidRequest as {@link read} */
  copyWith(path: string, text: string): Promise<TemporaryFolder>;
}

/** A folder that is removed at the end of the block. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly folder: string;
}

/** The file has another text than the page has seen. Its message is for the page. */
export class Outdated extends Error {
  override readonly message = "Another editor has saved this file in the meantime, so your text was not saved.";
}

/** Cerbos reads policies and tests in these, and schemas. */
const POLICY_FILE = /\.(?:ya?ml|json)$/;

export async function openPolicyFolder({ folder, shipped }: PolicyPlaces): Promise<PolicyFolder> {
  const entries = await readdir(shipped, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory() && POLICY_FILE.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name).slice(shipped.length + 1))
    .toSorted();

  const requireKnown = (path: string): void => {
    if (!files.includes(path)) throw new InvalidRequest(`There is no policy file ${path}. Choose one from the list.`);
  };
  const write = async (path: string, text: string): Promise<void> => {
    // Cerbos does not read a hidden file.
    const draft = join(folder, ".draft");
    await writeFile(draft, text);
    await rename(draft, join(folder, path));
  };

  return {
    folder,
    shipped,
    files,
    async read(path) {
      requireKnown(path);
      const [text, original] = await Promise.all([folder, shipped].map((place) => readFile(join(place, path), "utf8")));
      return { text: text ?? "", shipped: original ?? "" };
    },
    async write(path, text) {
      requireKnown(path);
      await write(path, text);
    },
    async reset() {
      for (const path of files) await write(path, await readFile(join(shipped, path), "utf8"));
    },
    async copyWith(path, text) {
      requireKnown(path);
      const copy = await copyOf(folder);
      await writeFile(join(copy.folder, path), text);
      return copy;
    },
  };
}

/** A copy of a folder of policies, without the paths in it that match. */
export async function copyOf(folder: string, without?: RegExp): Promise<TemporaryFolder> {
  const copy = await mkdtemp(join(tmpdir(), "kinde-cerbos-compile-"));
  await cp(folder, copy, { recursive: true, filter: (source) => !without?.test(source.slice(folder.length + 1)) });
  return {
    folder: copy,
    [Symbol.asyncDispose]: () => rm(copy, { recursive: true, force: true }),
  };
}
