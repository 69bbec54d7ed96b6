import { UsageError } from "./usage-error.ts";

/**
 * Reads the option `--origin`.
 *
 * @throws UsageError if the value is not an origin
 */
export function readOrigin(text: string): string {
  if (URL.canParse(text) && new URL(text).origin === text) return text;
  throw new UsageError(
    "--origin takes an origin such as https://app.example.com, without a path or a slash at the end.",
  );
}
