/** The error for a request that the API cannot parse. Its message says what to send instead. */
export class InvalidRequest extends Error {}
