import { escapeHtml, sendPage } from "./html.ts";
import type { Context } from "./issuer.ts";

/** Shows an error that cannot be sent to the application by redirect: an unknown redirect URI, an expired sign-in. */
export function renderErrorPage(
  ctx: Context,
  out: { error: string; error_description?: string | undefined },
  hint?: string,
): void {
  sendPage(ctx, {
    status: ctx.status,
    title: "This request cannot be answered",
    body: `<h1>This request cannot be answered</h1>
<p><code>${escapeHtml(out.error)}</code>${out.error_description === undefined ? "" : `: ${escapeHtml(out.error_description)}`}</p>
${hint === undefined ? "" : `<p>${escapeHtml(hint)}</p>`}`,
  });
}

/** Shows a page with a heading and a paragraph. */
export function renderMessage(
  ctx: Context,
  options: { status?: number; title: string; text: string; link?: { href: string; text: string } },
): void {
  const link =
    options.link === undefined
      ? ""
      : `<p><a href="${escapeHtml(options.link.href)}">${escapeHtml(options.link.text)}</a></p>`;
  sendPage(ctx, {
    ...(options.status === undefined ? {} : { status: options.status }),
    title: options.title,
    body: `<h1>${escapeHtml(options.title)}</h1>\n<p>${escapeHtml(options.text)}</p>\n${link}`,
  });
}
