import { yaml } from "@codemirror/lang-yaml";
import { type Diagnostic, linter, lintGutter } from "@codemirror/lint";
import { EditorState, Prec, type Text } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { basicSetup, EditorView } from "codemirror";
import { type ReactNode, useEffect, useEffectEvent, useRef } from "react";
import type { PolicyProblem } from "../../../server/playground/policy-problems.ts";
import { editorTheme } from "./editor-theme.ts";

interface EditorProps {
  readonly path: string;
  /** The initial text. For another text, render a new editor with another key. */
  readonly text: string;
  /** The text that another tab may have saved, to take over; `null` if the user has changed the text here. */
  readonly saved: string | null;
  /** The line to show; `null` for the first. */
  readonly line: number | null;
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
  /** Finds out what is wrong with a text. */
  readonly check: (text: string) => Promise<readonly PolicyProblem[]>;
}

/** How long nothing is typed before the text is checked, ms. */
const CHECK_AFTER_MS = 400;

/** An editor of YAML, with Cerbos' own errors on their lines. */
export function Editor({ path, text, saved, line, ...on }: EditorProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const onChange = useEffectEvent(on.onChange);
  const onSave = useEffectEvent(on.onSave);
  const check = useEffectEvent(on.check);
  const create = useEffectEvent((parent: HTMLElement) => {
    const extensions = [
      Prec.highest(keymap.of([{ key: "Mod-s", preventDefault: true, run: () => (onSave(), true) }])),
      basicSetup,
      yaml(),
      editorTheme,
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": `Text of ${path}`, tabindex: "0" }),
      EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
      lintGutter(),
      linter(async ({ state }) => diagnosticsOf(path, state.doc, await check(state.doc.toString())), {
        delay: CHECK_AFTER_MS,
      }),
    ];
    return new EditorView({ parent, state: EditorState.create({ doc: text, extensions }) });
  });

  useEffect(() => {
    if (!place.current) return;
    const created = create(place.current);
    view.current = created;
    return () => created.destroy();
  }, []);

  useEffect(() => {
    const { state } = view.current ?? {};
    if (saved === null || !state || state.doc.toString() === saved) return;
    view.current?.dispatch({ changes: { from: 0, to: state.doc.length, insert: saved } });
  }, [saved]);

  useEffect(() => {
    if (line !== null && view.current) showLine(view.current, line);
  }, [line]);

  return <div ref={place} className="editor" />;
}

function showLine(view: EditorView, line: number): void {
  const { from } = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
  view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
  view.focus();
}

/** Problems of this file that have a line. Cerbos names where a value begins: the rest of the line is marked. */
function diagnosticsOf(path: string, doc: Text, problems: readonly PolicyProblem[]): Diagnostic[] {
  return problems.flatMap(({ file, line, column, message }): Diagnostic[] => {
    if (file !== path || line === null || line > doc.lines) return [];
    const { from, to } = doc.line(line);
    const start = Math.min(from + Math.max((column ?? 1) - 1, 0), to);
    return [{ from: start, to: Math.max(to, start), severity: "error", source: "Cerbos", message }];
  });
}
