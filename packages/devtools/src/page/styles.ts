/** Styles of marks on the page. Their colors are visible on light and dark pages. */
export const PAGE_STYLES = `
.shield { position: fixed; z-index: 99990; inset: 0; cursor: crosshair; }
.marks { position: fixed; z-index: 2147482999; inset: 0; pointer-events: none; font: 12px/1.4 system-ui, sans-serif; }
.mark { position: fixed; border: 2px solid #2f4fc4; outline: 1px solid #ffffff; border-radius: 3px; }
.mark.used { background: rgb(47 79 196 / 12%); }
.mark.hidden { border: 2px dashed #a12622; }
.mark.nothing { border-style: dashed; }
.mark .label { position: absolute; inset: auto auto 100% -2px; padding: 0 6px; background: #2f4fc4; color: #ffffff; white-space: pre; border-radius: 3px; }
.mark .label.inside { inset: 0 auto auto 0; }
.mark.nothing .label { position: static; display: block; overflow: hidden; text-overflow: ellipsis; }
.mark.hidden .label { background: #a12622; }
.mark.hidden.nothing .label { background: #fff1f0; color: #7a1512; }
`;
