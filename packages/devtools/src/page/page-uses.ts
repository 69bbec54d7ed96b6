import { type ComponentUse } from "./component-use.ts";

/** The components on the page that use decisions, by query. */
export class PageUses {
  readonly all: readonly ComponentUse[];
  readonly #byQuery = new Map<string, ComponentUse[]>();

  constructor(all: readonly ComponentUse[]) {
    this.all = all;
    for (const use of all) {
      for (const query of new Set(use.queries)) {
        const there = this.#byQuery.get(query);
        if (there) there.push(use);
        else this.#byQuery.set(query, [use]);
      }
    }
  }

  /** Returns the components that use a query. */
  of(query: string | null): readonly ComponentUse[] {
    return this.#byQuery.get(query ?? "") ?? NONE;
  }

  /** Returns the query hashes of the components with these ids. */
  queriesOf(ids: readonly number[]): ReadonlySet<string> {
    return new Set(this.all.filter(({ id }) => ids.includes(id)).flatMap(({ queries }) => queries));
  }
}

const NONE: readonly ComponentUse[] = [];
