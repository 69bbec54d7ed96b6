import { type Sample } from "../shared/task.ts";

type Counts = Omit<Sample, "ms" | "restMs">;

const NOTHING: Counts = { requests: 0, requestBytes: 0, commits: 0, renders: 0, pendingRenders: 0 };

/** Counts what a page does. All contenders pay for it alike. */
class Meter {
  #counts: { -readonly [count in keyof Counts]: number } = { ...NOTHING };
  #onCommit: () => void = () => {};

  /** Before React and any client of a PDP is loaded: both look only then. */
  install(): void {
    // React's production build tells developer tools of each commit, and of nothing else.
    const hook = {
      supportsFiber: true,
      inject: () => 1,
      onCommitFiberRoot: () => {
        this.#counts.commits += 1;
        this.#onCommit();
      },
      onCommitFiberUnmount: () => {},
      onPostCommitFiberRoot: () => {},
      onScheduleFiberRoot: () => {},
    };
    Object.assign(window, { ["__REACT_DEVTOOLS_GLOBAL_HOOK__"]: hook });
    const { fetch } = globalThis;
    globalThis.fetch = (input, init) => {
      this.requested(typeof init?.body === "string" ? init.body.length : 0);
      return fetch(input, init);
    };
  }

  reset(): void {
    this.#counts = { ...NOTHING };
  }

  counts(): Counts {
    return { ...this.#counts };
  }

  /** The time of the first commit after which `isOver`, in ms. */
  over(isOver: () => boolean): Promise<number> {
    return new Promise((resolve) => {
      this.#onCommit = () => {
        if (!isOver()) return;
        const now = performance.now();
        this.#onCommit = () => {};
        resolve(now);
      };
    });
  }

  requested(bytes: number): void {
    this.#counts.requests += 1;
    this.#counts.requestBytes += bytes;
  }

  rendered(isPending: boolean): void {
    this.#counts.renders += 1;
    if (isPending) this.#counts.pendingRenders += 1;
  }
}

/** The page's one meter. */
export const meter = new Meter();
