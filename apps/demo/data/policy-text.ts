/** The longest text of a policy file, in characters. */
export const MAX_POLICY_LENGTH = 100_000;

/** The error for a longer one. */
export const TOO_LONG = `A file can have at most ${MAX_POLICY_LENGTH.toLocaleString("en")} characters.`;
