/** The middle half of numbers. */
export interface Quartiles {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** Quartiles, between the two nearest numbers. Throws where there is none. */
export function quartiles(numbers: readonly number[]): Quartiles {
  return { low: percentile(numbers, 0.25), median: percentile(numbers, 0.5), high: percentile(numbers, 0.75) };
}

/** The number that a share of the numbers does not exceed, between the two nearest. Throws where there is none. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new Error("There are no quartiles of nothing.");
  return below + (above - below) * (place - Math.floor(place));
}

/** The median. Throws where there is none. */
export function median(numbers: readonly number[]): number {
  return quartiles(numbers).median;
}

/** A number of a round. */
export interface OfRound {
  readonly round: number;
  readonly value: number;
}

/**
 * Each number by the one of the same round: what a busy machine did to one round, it did to both. Rounds that have only
 * one
 * of the two are left out.
 */
export function ratiosByRound(numbers: readonly OfRound[], limits: readonly OfRound[]): readonly number[] {
  const limitOf = new Map(limits.map(({ round, value }) => [round, value]));
  return numbers.flatMap(({ round, value }) => {
    const limit = limitOf.get(round);
    return limit === undefined ? [] : [value / limit];
  });
}
