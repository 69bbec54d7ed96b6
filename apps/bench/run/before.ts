/**
 * What a run of 2026-11-25 on the same kind of machine measured, by goal: before decisions had a store of their own,
 * and before the provider took other sources of a token than Kinde's SDK.
 */
export const BEFORE: ReadonlyMap<string, string> = new Map([
  ["uncached mount, 10, 100, 1000 components: createFetchPdp", "1.21 / 0.95 / 1.66"],
  ["uncached mount, 10, 100, 1000 components: @cerbos/http", "0.77 / 0.61 / 1.48"],
  ["uncached mount, 10, 100, 1000 components, 30 ms added to the round trip: createFetchPdp", "0.98 / 0.77 / 1.54"],
  ["uncached mount, 10, 100, 1000 components, 30 ms added to the round trip: @cerbos/http", "0.95 / 0.98 / 1.25"],
  ["100 rows × 5 actions: createFetchPdp", "0.94"],
  ["100 rows × 5 actions: @cerbos/http", "1.01"],
  ["recorded answers, 100, 1000: createFetchPdp", "6.80 / 12.69"],
  ["recorded answers, 100, 1000: @cerbos/http", "2.09 / 13.58"],
  ["all of 1000 decisions changed: createFetchPdp", "13"],
  ["all of 1000 decisions changed: @cerbos/http", "16"],
  ["1 of 1000 decisions changed: createFetchPdp", "2.23"],
  ["1 of 1000 decisions changed: @cerbos/http", "2.38"],
  ["commits for one page of checks, whatever its size", "2–5"],
  ["a cached check, divided by CASL's on the same page, until committed", "6.48"],
  ["a cached check, divided by CASL's on the same page, until at rest", "10.48"],
  ["a cached check, divided by a useQuery observer, each minus the limit's time, until at rest", "1.14"],
  ["core + react, gzipped, without react-query and the PDP client", "14.56 kB"],
  ["with createFetchPdp and react-query", "24.26 kB"],
]);
