import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEventParser, type StreamEvent } from "../../src/live/event-parser.ts";

function parsed(...parts: string[]): { events: StreamEvent[]; ids: string[] } {
  const events: StreamEvent[] = [];
  const ids: string[] = [];
  const take = createEventParser(
    (event) => events.push(event),
    (id) => ids.push(id),
  );
  parts.forEach(take);
  return { events, ids };
}

const message = (data: string, id = "", type = "message"): StreamEvent => ({ type, data, id });

describe("createEventParser", () => {
  it.each([
    ["an event with all fields", "event: outdated\nid: 7\ndata: x\n\n", [message("x", "7", "outdated")]],
    ["lines that end in CR", "data: x\r\r", [message("x")]],
    ["lines that end in CRLF", "data: x\r\n\r\n", [message("x")]],
    ["data of several lines", "data: a\ndata\ndata:  b\n\n", [message("a\n\n b")]],
    ["no more than one space after the colon", "data:  x\n\n", [message(" x")]],
    ["no space after the colon", "data:x\n\n", [message("x")]],
    ["comments and fields that it does not know", ": hi\n:\nfoo: bar\nretry: 1\ndata: x\n\n", [message("x")]],
    [
      "an id that stays for the events after it",
      "id: 1\ndata: a\n\ndata: b\n\n",
      [message("a", "1"), message("b", "1")],
    ],
    ["an empty id as none", "id: 1\ndata: a\n\nid\ndata: b\n\n", [message("a", "1"), message("b")]],
    ["no id with NUL in it", "id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n", [message("a", "1"), message("b", "1")]],
    ["no event without data, and forgets its type", "event: x\n\ndata: a\n\n", [message("a")]],
    ["no event that is not whole", "data: a\n\ndata: b\n", [message("a")]],
    ["a colon in the value", "data: a:b\n\n", [message("a:b")]],
  ])("reads %s", (_, text, events) => {
    expect(parsed(text).events).toEqual(events);
  });

  it("reads the same however the text is cut", () => {
    const line = fc.constantFrom("data: a", "data", "data:b", "id: 1", "id", "event: e", ": c", "", "");
    const text = fc.array(fc.tuple(line, fc.constantFrom("\n", "\r", "\r\n"))).map((lines) => lines.flat().join(""));
    fc.assert(
      fc.property(text, fc.array(fc.nat()), (whole, cuts) => {
        const at = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].toSorted((a, b) => a - b);
        const parts = [0, ...at].map((from, index) => whole.slice(from, at[index]));
        // A lone CR and an LF after it are one end of a line, wherever they are cut.
        expect(parsed(...parts)).toEqual(parsed(whole));
      }),
    );
  });

  it("tells of an id without an event", () => {
    const text = "id: 1\n\n:\n\n:\nid: 1\n\nid: 2\ndata: x\n\n\nevent: y\n\n";
    expect(parsed(text).ids).toEqual(["1", "1"]);
  });

  it("gives up a line, and an event, that is too long to be one", () => {
    expect(() => parsed("x".repeat(100_001))).toThrow(RangeError);
    const take = createEventParser(
      () => {},
      () => {},
    );
    expect(() => {
      for (let line = 0; line < 101; line += 1) take(`data: ${"x".repeat(1000)}\n`);
    }).toThrow(RangeError);
  });
});
