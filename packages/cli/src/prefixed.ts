import { type Output } from "./io.ts";

/** An output that writes each line with a name before it: `pdp | …`. It takes whole lines. */
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
