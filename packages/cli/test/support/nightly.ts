/** Whether `test:all` runs, nightly: all forms of a test, of which `test` has one or two. */
export const IS_NIGHT = process.env["NIGHTLY"] !== undefined;
