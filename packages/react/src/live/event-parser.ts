/** One event of a stream of Server-Sent Events. */
export interface StreamEvent {
  /** Default: `message`. */
  readonly type: string;
  readonly data: string;
  /** The newest id that the stream has named so far; empty if none. */
  readonly id: string;
}

/**
 * Longest line, and longest data of one event, in UTF-16 code units, so that another kind of stream cannot fill memory.
 */
const MAX_LENGTH = 100_000;

/**
 * A parser of Server-Sent Events, as the HTML standard has it ("interpreting an event stream"), without `retry`.
 *
 * @param onId - Called with an id that comes without an event
 * @returns takes the next part of the decoded text, however it is cut. Throws RangeError if a line or an event is too
 *   long.
 */
export function createEventParser(
  onEvent: (event: StreamEvent) => void,
  onId: (id: string) => void,
): (text: string) => void {
  let rest = "";
  let isAfterReturn = false;
  let type = "";
  let data = "";
  let id = "";
  let isIdNamed = false;

  const take = (line: string): void => {
    if (line === "") {
      if (data !== "") onEvent({ type: type || "message", data: data.slice(0, -1), id });
      else if (isIdNamed) onId(id);
      type = data = "";
      isIdNamed = false;
      return;
    }
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (name === "event") type = value;
    else if (name === "data") data += `${value}\n`;
    else if (name === "id" && !value.includes("\0")) [id, isIdNamed] = [value, true];
    if (data.length > MAX_LENGTH) throw new RangeError("An event of the stream is too long.");
  };

  return (text) => {
    // A line end (CR LF) that was cut in two.
    const part = isAfterReturn && text.startsWith("\n") ? text.slice(1) : text;
    if (text !== "") isAfterReturn = text.endsWith("\r");
    const lines = (rest + part).split(/\r\n|\r|\n/);
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LENGTH) throw new RangeError("A line of the stream is too long.");
    for (const line of lines) take(line);
  };
}
