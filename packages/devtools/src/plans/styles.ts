/** Styles of the Plans tab. */
export const PLANS_STYLES = `
.plans { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(420px, 100%), 1fr)); gap: 12px; align-items: start; }
.plans article { min-width: 0; border: 1px solid var(--line); border-radius: 6px; padding: 8px 10px; }
.plans p { margin: 2px 0; }
.condition, .condition ul { margin: 2px 0; padding-inline-start: 16px; overflow-wrap: anywhere; }
.condition { list-style: none; padding-inline-start: 0; }
`;
