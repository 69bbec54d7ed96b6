import * as fc from "fast-check";

// Chance is seeded, so a run fails today only if it failed yesterday. FAST_CHECK_SEED=<number> takes another course.
fc.configureGlobal({ seed: Number(process.env["FAST_CHECK_SEED"] ?? 1) });
