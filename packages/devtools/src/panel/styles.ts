import { BATCHES_STYLES } from "../batches/styles.ts";
import { DECISIONS_STYLES } from "../decisions/styles.ts";
import { PAGE_STYLES } from "../page/styles.ts";
import { PLANS_STYLES } from "../plans/styles.ts";
import { SESSION_STYLES } from "../session/styles.ts";
import { WHAT_IF_STYLES } from "../what-if/styles.ts";

/** All styles of the panel, for its shadow root. */
export const STYLES = `
:host { all: initial; }
* { box-sizing: border-box; }
.panel, .opener, .banner {
  color-scheme: light dark;
  --ground: light-dark(#ffffff, #15171c);
  --raised: light-dark(#f4f5f8, #1e2127);
  --line: light-dark(#d9dce3, #363b45);
  --text: light-dark(#1b1e24, #e8eaee);
  --muted: light-dark(#5c6370, #a0a7b4);
  --accent: light-dark(#2f4fc4, #9db2ff);
  --accent-ground: light-dark(#eaeefc, #262e4a);
  --allow: light-dark(#14663b, #7fd8a4);
  --deny: light-dark(#a12622, #ffb3ae);
  --warn: light-dark(#7a4f00, #f2c66d);
  font: 13px/1.45 system-ui, sans-serif;
  color: var(--text);
}
.docked { position: fixed; z-index: 2147483000; display: flex; flex-direction: column; }
.docked.bottom { inset: auto 0 0 0; height: min(46vh, 420px); }
.docked.right { inset: 0 0 0 auto; width: min(480px, 100vw); }
@media (max-width: 700px) {
  .docked.right { inset: auto 0 0 0; width: auto; height: 60vh; }
}
.panel { display: flex; flex-direction: column; flex: 1; min-height: 0; background: var(--ground); border: solid var(--line); border-width: 1px 0 0 1px; }
header { display: flex; gap: 12px; align-items: center; padding: 4px 10px; background: var(--raised); }
.buttons { margin-inline-start: auto; display: flex; gap: 6px; }
button, select, input { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 5px; padding: 2px 8px; }
button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
kbd { margin-inline-start: 6px; color: var(--muted); font: 11px ui-monospace, monospace; }
code, pre { font: 12px/1.5 ui-monospace, monospace; }
[role="tablist"] { display: flex; gap: 2px; padding: 0 8px; background: var(--raised); border-bottom: 1px solid var(--line); overflow-x: auto; }
[role="tab"] { border: 0; border-bottom: 2px solid transparent; border-radius: 0; background: none; padding: 5px 10px; white-space: nowrap; }
[role="tab"][aria-selected="true"] { color: var(--accent); border-bottom-color: var(--accent); }
[role="tabpanel"] { flex: 1; min-height: 0; overflow: auto; padding: 10px; }
.opener { position: fixed; z-index: 2147483000; inset: auto 14px 14px auto; background: var(--ground); color: var(--accent); font-weight: 600; padding: 6px 12px; border-radius: 999px; box-shadow: 0 1px 6px rgb(0 0 0 / 25%); }
.empty, .muted { color: var(--muted); }
.allow { color: var(--allow); }
.deny { color: var(--deny); }
.warn { color: var(--warn); }
${DECISIONS_STYLES}
${PAGE_STYLES}
${SESSION_STYLES}
${BATCHES_STYLES}
${PLANS_STYLES}
${WHAT_IF_STYLES}
`;
