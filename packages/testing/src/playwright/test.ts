import { type LocalKinde, type LocalKindeOptions, startLocalKinde } from "@kinde-cerbos/local-kinde";
import { test as base, type TestType } from "@playwright/test";
import { startPdp, type StartPdpOptions, type TestPdp } from "../node/start-pdp.ts";

/** Options for {@link test}, set under `use` in the Playwright config. Paths are relative to the current folder. */
export interface KindeCerbosOptions {
  /** Options of the issuer. Default: `kinde.json`, on a free port. */
  kindeOptions: LocalKindeOptions;
  /** Options of the PDP. Default: the policies in `cerbos/policies`, on a free port. */
  pdpOptions: Omit<StartPdpOptions, "kinde">;
}

/** The servers that {@link test} starts: once for each worker, before its first test. */
export interface KindeCerbosServers {
  /** A Kinde-compatible issuer. */
  kinde: LocalKinde;
  /** A real Cerbos PDP that accepts the tokens of `kinde`. */
  pdp: TestPdp;
}

/** The types of the Playwright test that {@link test} extends. */
type BaseTest<Base = typeof base> = Base extends TestType<infer Args, infer WorkerArgs> ? [Args, WorkerArgs] : never;

/** Playwright's `test` with two more fixtures: `kinde`, an issuer, and `pdp`, a Cerbos PDP that trusts it. */
export const test: TestType<BaseTest[0], BaseTest[1] & KindeCerbosOptions & KindeCerbosServers> = base.extend<
  object,
  KindeCerbosOptions & KindeCerbosServers
>({
  kindeOptions: [{ config: "kinde.json" }, { scope: "worker", option: true }],
  pdpOptions: [{ policies: "cerbos/policies" }, { scope: "worker", option: true }],
  kinde: [
    async ({ kindeOptions }, provide) => {
      const kinde = await startLocalKinde(kindeOptions);
      await provide(kinde);
      await kinde.close();
    },
    { scope: "worker" },
  ],
  pdp: [
    async ({ pdpOptions, kinde }, provide) => {
      const pdp = await startPdp({ ...pdpOptions, kinde });
      await provide(pdp);
      await pdp.stop();
    },
    // The app's server needs both, even for a test that does not use the fixtures.
    { scope: "worker", auto: true },
  ],
});
