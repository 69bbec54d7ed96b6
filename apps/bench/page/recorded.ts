import { type Answer, type Decisions, type Request } from "./ask.ts";
import { keyOf } from "./check.ts";
import { ownerOf } from "./contender.tsx";
import { meter } from "./meter.ts";

interface Asked extends Pick<Request, "principal"> {
  readonly resources: readonly {
    readonly resource: { readonly kind: string; readonly id: string };
    readonly actions: readonly string[];
  }[];
}

/** A PDP in memory that answers at once with what a real one has answered before. */
export class RecordedPdp {
  readonly #decisions: ReadonlyMap<string, Map<string, boolean>>;

  /** @param decisions by the owner's name */
  constructor(decisions: ReadonlyMap<string, Decisions>) {
    this.#decisions = new Map([...decisions].map(([owner, of]) => [owner, new Map(of)]));
  }

  /** Decides a check otherwise from now on. */
  flip(owner: string, key: string): void {
    this.#of(owner).set(key, !this.#of(owner).get(key));
  }

  decisions(owner: string): Decisions {
    return this.#of(owner);
  }

  readonly ask = async ({ principal, resources }: Asked): Promise<Answer> => {
    meter.requested(0);
    const decisions = this.#of(ownerOf(principal));
    return {
      results: resources.map(({ resource, actions }) => ({
        resource: { kind: resource.kind, id: resource.id },
        actions: Object.fromEntries(
          actions.map((action) => [
            action,
            decisions.get(keyOf({ action, resource })) === true ? "EFFECT_ALLOW" : "EFFECT_DENY",
          ]),
        ),
      })),
    };
  };

  #of(owner: string): Map<string, boolean> {
    const decisions = this.#decisions.get(owner);
    if (!decisions) throw new Error("Nothing was recorded for this user.");
    return decisions;
  }
}
