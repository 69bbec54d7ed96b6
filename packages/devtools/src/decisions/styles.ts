import { ROW_HEIGHT } from "./visible-rows.ts";

/** Styles of the Decisions tab. */
export const DECISIONS_STYLES = `
[role="tabpanel"]:has(> .decisions) { padding: 0; display: flex; container-type: inline-size; }
.decisions { flex: 1; min-width: 0; min-height: 0; display: grid; grid-template: auto minmax(0, 1fr) / minmax(0, 1fr) minmax(0, 400px); }
.filters { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 6px 8px; align-items: center; padding: 6px 10px; border-bottom: 1px solid var(--line); }
.filters input[type="search"] { flex: 0 1 150px; min-width: 90px; }
.filters select { max-width: 150px; }
.filters .count { margin-inline-start: auto; }
[aria-pressed="true"] { background: var(--accent-ground); border-color: var(--accent); color: var(--accent); }
.scroll { overflow: auto; min-height: 0; }
.scroll .empty { margin: 8px; }
[role="grid"] { width: 100%; table-layout: fixed; border-collapse: separate; border-spacing: 0; }
[role="grid"]:focus-visible { outline-offset: -2px; }
[role="grid"] :is(th, td) { height: ${ROW_HEIGHT}px; padding: 0 8px; border-bottom: 1px solid var(--line); text-align: start; font-weight: normal; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
[role="grid"] th { position: sticky; top: 0; z-index: 1; background: var(--raised); color: var(--muted); }
[role="grid"] .state { width: 92px; }
[role="grid"] .name { width: 18%; }
[role="grid"] .age { width: 92px; }
[role="grid"] .short { width: 76px; }
[role="grid"] .count { width: 100px; }
[role="grid"] td { cursor: pointer; }
[role="grid"] tr:hover { background: var(--raised); }
[role="grid"] tr[aria-selected="true"] { background: var(--accent-ground); box-shadow: inset 3px 0 var(--accent); }
.details { overflow: auto; min-height: 0; margin: 0; padding: 8px 12px; border-inline-start: 1px solid var(--line); }
.details h2 { font-size: 13px; font-weight: 600; margin: 0 0 6px; overflow-wrap: anywhere; }
.details h2:focus:not(:focus-visible) { outline: none; }
.details p { margin: 0 0 6px; }
.details dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 12px; margin: 8px 0 0; }
.details dt { color: var(--muted); }
.details dd { margin: 0; overflow-wrap: anywhere; }
.details pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
button:disabled { opacity: 0.55; cursor: default; }
@container (max-width: 760px) {
  .decisions { grid-template: auto minmax(120px, 2fr) minmax(0, 3fr) / minmax(0, 1fr); }
  .details { border-inline-start: 0; border-top: 1px solid var(--line); }
  [role="grid"] .wide { display: none; }
  [role="grid"] :is(th, td) { padding-inline: 6px; }
  [role="grid"] .state { width: 82px; }
  [role="grid"] .name { width: 23%; }
  [role="grid"] .age { width: 62px; }
}
`;
