/** Kinde compares callback URLs to the letter, so the port has to be a fixed one. */
export const DEFAULT_LOGIN_PORT = 8753;

/** Cerbos' default for both limits, and what kinde-cerbos sends at most by default. */
export const DEFAULT_LIMIT = 50;
