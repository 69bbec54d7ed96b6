import { type ReactNode, useEffect, useState } from "react";
import type { PolicyProblem } from "../../../server/playground/policy-problems.ts";
import { detailsOf } from "../../ui/error-text.ts";
import { Notice } from "../../ui/notice.tsx";
import { useSearchParam } from "../../ui/use-search-param.ts";
import { Editor } from "./editor.tsx";
import { FileList } from "./file-list.tsx";
import { checkPolicy } from "./policies-api.ts";
import { ProblemList } from "./problem-list.tsx";
import { TestResults } from "./test-results.tsx";
import { Toolbar } from "./toolbar.tsx";
import { usePolicies } from "./use-policies.ts";
import "./policies.css";

const FIRST = "document.yaml";

interface Found {
  readonly path: string;
  readonly problems: readonly PolicyProblem[];
}

/** Unsaved text of a file. */
interface Draft {
  readonly text: string;
  /** The saved text when the user began to edit. */
  readonly of: string;
}

interface Drafts {
  readonly [path: string]: Draft;
}

/** Keeps the drafts while another page is open. */
let keptDrafts: Drafts = {};

/** The policies in an editor, unless your own PDP is used. */
export function Page(): ReactNode {
  if (!OWN_PDP) return <Policies />;
  return <p>This playground uses your own PDP, so its policies cannot be read or changed here.</p>;
}

/** Cerbos decides by what is saved. */
function Policies(): ReactNode {
  const [file] = useSearchParam("file");
  const [line] = useSearchParam("line");
  const path = file ?? FIRST;
  const policies = usePolicies(path);
  /** By the paths of their files. */
  const [drafts, setDrafts] = useState(keptDrafts);
  useEffect(() => {
    keptDrafts = drafts;
  }, [drafts]);
  /** The problems that Cerbos found in a file's text. */
  const [found, setFound] = useState<Found>({ path, problems: [] });
  /** The key of the editor: another one makes a new editor, with the current text. */
  const [edition, setEdition] = useState(0);

  const saved = policies.file.data?.text ?? "";
  const draft = drafts[path];
  const text = draft?.text ?? saved;
  // The problems may be of the file that was open before.
  const problems = found.path === path ? found.problems : [];
  const isDirty = policies.file.data !== undefined && text !== saved;
  const lastSave = policies.save.variables;
  /** The page may learn of its own save before the save is answered. */
  const isOwnSave = lastSave?.path === path && lastSave.text === saved;
  /** Another editor has saved the file since the user began to edit. */
  const isOutdated = isDirty && draft !== undefined && draft.of !== saved && !isOwnSave;

  const check = async (checked: string): Promise<readonly PolicyProblem[]> => {
    const result = await checkPolicy(path, checked);
    setFound({ path, problems: result });
    return result;
  };
  const save = async (): Promise<void> => {
    if (!isDirty) return;
    // `error` has what went wrong.
    const result = await policies.save.mutateAsync({ path, text, seen: saved }).catch(() => null);
    if (!result) return;
    setFound({ path, problems: result });
    if (result.length > 0) return;
    setDrafts((before) => {
      const kept = before[path];
      if (!kept || kept.text === text) return without(before, path);
      // Text typed during the save becomes a draft of the new version.
      return { ...before, [path]: { ...kept, of: text } };
    });
  };
  /** Makes a new editor, with the saved text of each file that has no draft in `kept`. */
  const startOver = (kept: Drafts): void => {
    setDrafts(kept);
    setFound({ path, problems: [] });
    setEdition(edition + 1);
  };
  const reset = async (): Promise<void> => {
    await policies.reset.mutateAsync();
    startOver({});
  };

  const error = policies.file.error ?? policies.save.error ?? policies.reset.error ?? policies.tests.error;
  return (
    <div className="policies">
      <FileList files={policies.files.data ?? []} current={path} />
      <div className="policy">
        {error && (
          <Notice key={error.message} title="That did not work" details={detailsOf(error)}>
            {error.message}
          </Notice>
        )}
        {isOutdated && (
          <Notice
            title="This file has changed"
            action={{ label: "Discard my text", run: () => startOver(without(drafts, path)) }}
          >
            Another editor has saved {path} since you began to edit it. If you save, your text replaces it.
          </Notice>
        )}
        {policies.file.isError ? null : (
          <Toolbar
            path={path}
            isDirty={isDirty}
            problems={problems.length}
            changed={policies.files.data?.filter(({ isChanged }) => isChanged).length ?? 0}
            busy={
              policies.save.isPending
                ? "save"
                : policies.tests.isPending
                  ? "tests"
                  : policies.reset.isPending
                    ? "reset"
                    : null
            }
            isApplied={policies.save.isSuccess && policies.save.variables.path === path && !isDirty}
            onSave={() => void save()}
            onTests={() => policies.tests.mutate()}
            // `error` has what went wrong.
            onReset={() => void reset().catch(() => {})}
          />
        )}
        <div className="card editor-card">
          {policies.file.isPending && <p data-waiting="">Loading…</p>}
          {policies.file.data && (
            <Editor
              key={`${path} ${edition}`}
              path={path}
              text={text}
              saved={path in drafts ? null : saved}
              line={lineIn(line)}
              onChange={(next) =>
                setDrafts((before) =>
                  next === saved
                    ? without(before, path)
                    : { ...before, [path]: { text: next, of: before[path]?.of ?? saved } },
                )
              }
              onSave={() => void save()}
              check={check}
            />
          )}
        </div>
        {problems.length > 0 && (
          <section className="card problem-card" aria-label="Problems">
            <h2>Cerbos found problems</h2>
            <p className="hint">Cerbos keeps the last version that worked.</p>
            <ProblemList problems={problems} />
          </section>
        )}
        {policies.tests.data && <TestResults run={policies.tests.data} />}
      </div>
    </div>
  );
}

/** The number of a line in an address; `null` for anything else. */
function lineIn(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

function without(drafts: Drafts, path: string): Drafts {
  const { [path]: _, ...others } = drafts;
  return others;
}
