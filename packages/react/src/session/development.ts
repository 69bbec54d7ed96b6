import { missingClaimsHint } from "@kinde-cerbos/core";
import { withPolicyWarnings } from "@kinde-cerbos/core/internal";
import { inspection } from "./inspection.ts";
import { useInspected, useShownProvider } from "./use-inspected.ts";

/** The app's bundler replaces `process.env.NODE_ENV`. */
declare const process: { readonly env: { readonly NODE_ENV?: string } };

interface Development {
  readonly missingClaimsHint: typeof missingClaimsHint;
  readonly withPolicyWarnings: typeof withPolicyWarnings;
  /** The page's providers, for devtools. */
  readonly inspection: typeof inspection;
  readonly useInspected: typeof useInspected;
  readonly useShownProvider: typeof useShownProvider;
}

/** The code for development only. `null` in production, where a bundle does not contain it. */
export const development: Development | null = ofDevelopment();

function ofDevelopment(): Development | null {
  try {
    if (process.env.NODE_ENV !== "production") {
      return { missingClaimsHint, withPolicyWarnings, inspection, useInspected, useShownProvider };
    }
  } catch {
    // Without a bundler, a page has no `process`, and nothing says that this is development.
  }
  return null;
}
