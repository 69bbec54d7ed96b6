import { createHash } from "node:crypto";
import type { Context } from "./issuer.ts";

/** Escapes text for an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; --line: #d7dae0; --soft: #5b6270; --hover: #f2f4f8; --accent: #2457d6 }
@media (prefers-color-scheme: dark) { :root { --line: #363b46; --soft: #a3aab8; --hover: #23272f; --accent: #8fb0ff } }
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; display: grid; place-items: center; min-height: 100vh;
  padding: 24px }
main { width: 100%; max-width: 440px }
h1 { font-size: 1.4rem; margin: 0 0 4px }
h2 { font-size: .9rem; font-weight: 600; color: var(--soft); margin: 24px 0 8px }
p { margin: 0 0 16px; color: var(--soft) }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 8px }
button { width: 100%; font: inherit; color: inherit; text-align: left; padding: 12px 16px; background: transparent;
  border: 1px solid var(--line); border-radius: 10px; cursor: pointer }
button:hover { background: var(--hover) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
button strong, button span { display: block; overflow-wrap: anywhere }
button span { color: var(--soft); font-size: .9rem }
footer { margin-top: 24px; font-size: .85rem; color: var(--soft) }
a { color: var(--accent) }
code { overflow-wrap: anywhere }
`;

const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

/**
 * Answers with a page that runs no script, loads nothing and cannot be framed.
 *
 * @param options.body - HTML, with every value escaped.
 * @param options.formTargets - Origins that a form of the page may lead to, besides its own. Browsers apply
 *   `form-action` to the redirects after a post, too.
 */
export function sendPage(
  ctx: Context,
  options: { status?: number; title: string; body: string; formTargets?: string[] },
): void {
  ctx.status = options.status ?? 200;
  ctx.type = "html";
  ctx.set({
    "cache-control": "no-store",
    "content-security-policy": [
      "default-src 'none'",
      `style-src 'sha256-${STYLE_HASH}'`,
      ["form-action 'self'", ...(options.formTargets ?? [])].join(" "),
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
  });
  ctx.body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(options.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${options.body}
<footer>Local Kinde, for development only. The people are from its config, and there are no passwords.</footer>
</main>
</body>
</html>
`;
}
