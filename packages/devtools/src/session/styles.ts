/** Styles of the Session tab, and of tables and lists in all tabs. */
export const SESSION_STYLES = `
h2 { font-size: 13px; font-weight: 600; margin: 0 0 4px; }
.session { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(340px, 100%), 1fr)); gap: 16px; }
.session > .wide { grid-column: 1 / -1; }
.session section, .session p { min-width: 0; margin: 0 0 4px; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 12px; margin: 0; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
code { overflow-wrap: anywhere; }
summary { cursor: pointer; }
.data { border-collapse: collapse; width: 100%; }
.data caption { text-align: start; color: var(--muted); padding-bottom: 4px; }
.data th, .data td { text-align: start; vertical-align: top; font-weight: normal; padding: 3px 10px 3px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.data th code { white-space: nowrap; }
.data thead th { color: var(--muted); white-space: nowrap; }
pre { margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
`;
