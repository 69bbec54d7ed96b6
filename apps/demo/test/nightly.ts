/** Whether `test:all` runs, nightly: all persons, spellings and sizes, of which `test` has some. */
export const IS_NIGHT = process.env["NIGHTLY"] !== undefined;
