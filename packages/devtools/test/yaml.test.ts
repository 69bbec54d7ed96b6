import { expect, it } from "vitest";
import { yamlOf } from "../src/batches/yaml.ts";

it("writes nested values as blocks, and others on one line", () => {
  const value = { a: [], b: {}, list: ["x", 1, null], rows: [{ c: true, d: [[1], "y"] }], left: undefined };
  expect(yamlOf(value)).toBe(
    ["a: []", "b: {}", 'list: ["x", 1, null]', "rows:", "  - c: true", "    d:", "      - [1]", '      - "y"', ""].join(
      "\n",
    ),
  );
});

it("quotes names that YAML would not read as strings", () => {
  expect(yamlOf({ yes: 1, No: 1, "a b": 1, "1": 1, ok: 1 })).toBe('"1": 1\n"yes": 1\n"No": 1\n"a b": 1\nok: 1\n');
});

it("escapes characters that YAML does not allow or treats as line ends", () => {
  expect(yamlOf("\u007F \u0085 \u2028 \u2029 \uFEFF \uFFFE \u{1F600} é \n \\")).toBe(
    String.raw`"\u007f \u0085 \u2028 \u2029 \ufeff \ufffe ${"\u{1F600} é"} \n \\"` + "\n",
  );
});
