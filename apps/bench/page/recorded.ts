import { type Answer, type Decisions } from "./ask.ts";
import { keyOf } from "./check.ts";
import { meter } from "./meter.ts";

interface Asked {
  readonly resources: readonly {
    readonly resource: { readonly kind: string; readonly id: string };
    readonly actions: readonly string[];
  }[];
}

/** A PDP in memory that answers at once with what a real one has answered before. */
export class RecordedPdp {
  readonly #decisions: Map<string, boolean>;

  constructor(decisions: Decisions) {
    this.#decisions = new Map(decisions);
  }

  /** Decides a check otherwise from now on. */
  flip(key: string): void {
    this.#decisions.set(key, !this.#decisions.get(key));
  }

  get decisions(): Decisions {
    return this.#decisions;
  }

  readonly ask = async ({ resources }: Asked): Promise<Answer> => {
    meter.requested(0);
    return {
      results: resources.map(({ resource, actions }) => ({
        resource: { kind: resource.kind, id: resource.id },
        actions: Object.fromEntries(
          actions.map((action) => [
            action,
            this.#decisions.get(keyOf({ action, resource })) === true ? "EFFECT_ALLOW" : "EFFECT_DENY",
          ]),
        ),
      })),
    };
  };
}
