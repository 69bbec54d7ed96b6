/** A request that the API cannot read: its message says what to send instead. */
export class InvalidRequest extends Error {}
