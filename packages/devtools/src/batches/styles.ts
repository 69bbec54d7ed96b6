/** Styles of the Batches tab, and of texts to copy. */
export const BATCHES_STYLES = `
[role="tabpanel"] { container-type: inline-size; }
.batches { display: grid; gap: 16px; }
.batches > * { min-width: 0; }
.batches p { margin: 4px 0; }
.batches ul { margin: 4px 0; padding-inline-start: 20px; }
.check { white-space: nowrap; }
.batches h2 { margin: 0; }
.batches h2:focus { outline: none; }
.batches h2:focus-visible { outline: 2px solid var(--accent); }
.requests .first th, .requests .first td { border-bottom-width: 2px; border-bottom-color: var(--muted); }
.requests .selected { background: var(--accent-ground); }
.requests td, .requests th { white-space: nowrap; }
.requests .number { text-align: end; font-variant-numeric: tabular-nums; }
.requests .time { font-variant-numeric: tabular-nums; }
.requests td.timeline { width: 20%; min-width: 60px; }
.bar { display: block; height: 8px; min-width: 2px; margin-top: 5px; border-radius: 2px; background: var(--accent); }
.link { border: 0; background: none; padding: 0; color: var(--accent); text-decoration: underline; text-align: start; }
.copy-line { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; margin-bottom: 4px; }
.copy { margin: 4px 0 8px; }
textarea { width: 100%; font: 12px/1.5 ui-monospace, monospace; color: inherit; background: var(--raised); border: 1px solid var(--line); border-radius: 5px; padding: 6px; resize: vertical; field-sizing: content; max-height: 260px; }
@container (max-width: 1500px) { .with-details .size, .with-details .timeline { display: none; } }
@container (max-width: 700px) {
  .with-details .list { display: none; }
  .requests .size, .requests .timeline { display: none; }
  .requests td, .requests th { white-space: normal; }
  .requests .time, .requests .number { white-space: nowrap; }
}
@container (min-width: 701px) {
  .with-details { grid-template: minmax(0, 1fr) / minmax(min-content, 2fr) minmax(0, 3fr); height: 100%; }
  .with-details > * { overflow: auto; }
}
`;
