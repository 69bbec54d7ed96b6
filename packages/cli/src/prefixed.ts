import { type Output } from "./io.ts";

/** Returns an output that puts a name before each line: `pdp | …`. Only whole lines may be written to it. */
export function prefixed(output: Output, name: string): Output {
  return {
    write: (text) =>
      text === "" ||
      output.write(
        text
          .replace(/\n$/, "")
          .split("\n")
          .map((line) => `${name} | ${line}\n`)
          .join(""),
      ),
  };
}
