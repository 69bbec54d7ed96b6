import { missingClaimsHint } from "@kinde-cerbos/core";
import { withPolicyWarnings } from "@kinde-cerbos/core/internal";

/** The app's bundler replaces `process.env.NODE_ENV`. */
declare const process: { readonly env: { readonly NODE_ENV?: string } };

interface Development {
  readonly missingClaimsHint: typeof missingClaimsHint;
  readonly withPolicyWarnings: typeof withPolicyWarnings;
}

/** What runs in development only; `null` in production, and a production bundle has none of it. */
export const development = ofDevelopment();

function ofDevelopment(): Development | null {
  try {
    if (process.env.NODE_ENV !== "production") return { missingClaimsHint, withPolicyWarnings };
  } catch {
    // Without a bundler, a page has no `process`, and nothing says that this is development.
  }
  return null;
}
