/** The port of the callback URL. It is fixed, because Kinde compares callback URLs exactly. */
export const DEFAULT_LOGIN_PORT = 8753;

/** Cerbos' default for both limits, and the default maximum that kinde-cerbos sends. */
export const DEFAULT_LIMIT = 50;
