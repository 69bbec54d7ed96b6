/** Styles of the What if tab and the banner. */
export const WHAT_IF_STYLES = `
.banner { position: fixed; z-index: 2147483001; inset: 8px auto auto 8px; max-width: min(620px, calc(100vw - 16px)); display: flex; gap: 10px; align-items: center; padding: 6px 10px; background: var(--ground); border: 2px solid var(--warn); border-radius: 8px; box-shadow: 0 2px 10px rgb(0 0 0 / 30%); }
.banner strong { color: var(--warn); white-space: nowrap; }
.what-if h2, .what-if legend { font-size: 13px; font-weight: 600; margin: 0; padding: 0; }
.what-if p { margin: 4px 0; max-width: 80ch; }
.what-if .columns { display: flex; flex-wrap: wrap; gap: 10px 32px; margin: 10px 0; }
.what-if .columns > * { flex: 1 1 300px; min-width: 0; }
.what-if form { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; }
.what-if select { max-width: 100%; }
.all-checks { border: 0; margin: 0; padding: 0; }
.all-checks div { margin-top: 3px; }
.all-checks input { margin: 0; vertical-align: -2px; }
.delay { display: block; margin: 3px 0 3px 20px; }
.delay input { width: 90px; vertical-align: baseline; }
.overrides { list-style: none; margin: 6px 0; padding: 0; max-width: 820px; }
.overrides li { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; padding: 4px 0; border-bottom: 1px solid var(--line); }
.overrides .what { flex: 1 1 200px; min-width: 0; overflow-wrap: anywhere; }
.overrides .what + span { width: 80px; }
.override { border: 0; margin: 0; padding: 0; display: inline-flex; flex-wrap: wrap; gap: 3px; }
.override button { padding: 1px 7px; }
.override button[aria-pressed="true"] { background: var(--accent-ground); border-color: var(--accent); color: var(--accent); font-weight: 600; }
.override button[aria-pressed="true"]:first-child { background: var(--raised); border-color: var(--line); color: var(--muted); font-weight: 400; text-decoration: underline; }
`;
