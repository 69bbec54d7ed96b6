import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** The editor in the playground's colors, light and dark alike. */
export const editorTheme = [
  EditorView.theme({
    "&": { color: "var(--text)", backgroundColor: "var(--raised)", fontSize: "var(--text-small)" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
    ".cm-content": { caretColor: "var(--text)", padding: "var(--space-3) 0" },
    ".cm-cursor": { borderLeftColor: "var(--text)" },
    ".cm-gutters": { color: "var(--muted)", backgroundColor: "var(--sunken)", borderColor: "var(--line)" },
    ".cm-activeLine": { backgroundColor: "color-mix(in oklab, var(--accent) 6%, transparent)" },
    ".cm-activeLineGutter": { color: "var(--text)", backgroundColor: "var(--hover)" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
      background: "var(--accent-ground)",
    },
    ".cm-selectionMatch, .cm-matchingBracket": { backgroundColor: "var(--hover) !important" },
    ".cm-tooltip, .cm-panels": { color: "var(--text)", backgroundColor: "var(--raised)", borderColor: "var(--line)" },
    ".cm-tooltip": { borderRadius: "var(--radius)", boxShadow: "var(--shadow)", overflow: "hidden" },
    ".cm-diagnostic": { padding: "var(--space-2) var(--space-3)", maxWidth: "32rem", whiteSpace: "normal" },
    ".cm-foldPlaceholder": { color: "var(--muted)", backgroundColor: "var(--hover)", border: "none" },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
      { tag: [tags.string, tags.special(tags.string)], color: "var(--good)" },
      { tag: [tags.comment, tags.meta], color: "var(--muted)" },
      { tag: [tags.keyword, tags.bool, tags.number, tags.null], color: "var(--warn)" },
    ]),
  ),
];
