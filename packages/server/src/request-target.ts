/** A fixed host for targets: handlers use only the path and the query. */
const BASE = "http://localhost";

/** `http://host`, and what follows. */
const ABSOLUTE = /^https?:\/\/([^/?]*)(.*)$/is;

/** A user or a password before the host. */
const CREDENTIALS = /^(?:https?:)?\/\/[^/?]*@/i;

/** A fragment, a backslash, a space or a control character: no target may have them, and parsers disagree on them. */
const NOT_IN_A_TARGET = /[\0-\u0020\u007f#\\]/;

/** `.` or `..` as a segment, encoded or not: a URL parser would remove it, after a proxy has looked at the path. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * Returns the address of a request's target (`:path` in HTTP/2) on a fixed host, so that nothing in the target is read
 * as a host; `null` for a target that is refused. If the target is a whole address, as proxies may send it,
 * its host is dropped. `*`, and `host:port` as in CONNECT, are nothing that a handler could answer.
 */
export function urlOfTarget(target: string): string | null {
  if (NOT_IN_A_TARGET.test(target) || CREDENTIALS.test(target)) return null;
  const [, host, rest = ""] = ABSOLUTE.exec(target) ?? [];
  if (host !== undefined && (host === "" || !URL.canParse(`http://${host}`))) return null;
  const path = host === undefined ? target : rest.startsWith("/") ? rest : `/${rest}`;
  if (!path.startsWith("/") || DOT_SEGMENT.test(path.split("?", 1)[0] ?? "")) return null;
  return `${BASE}${path}`;
}
