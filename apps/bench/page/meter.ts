import { type Sample } from "../shared/task.ts";

type Counts = Omit<Sample, "ms" | "restMs">;

const NOTHING: Counts = { requests: 0, requestBytes: 0, commits: 0, renders: 0, pendingRenders: 0 };

/** Counts what a page does. All contenders pay for it alike. */
class Meter {
  #counts: { -readonly [count in keyof Counts]: number } = { ...NOTHING };
  #onCommit: () => void = () => {};
  #reads: Promise<number>[] | null = null;

  /** Before React and any client of a PDP is loaded: both look only then. */
  install(): void {
    // React's production build tells developer tools of each commit, after its layout effects, and of nothing else.
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
      const answer = fetch(input, init);
      this.#reads?.push(sizeOf(answer));
      return answer;
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
        // Before the look at the page, which is not a part of what is measured.
        const now = performance.now();
        if (!isOver()) return;
        this.#onCommit = () => {};
        resolve(now);
      };
    });
  }

  /** Bytes in the bodies of all answers from now on, until what it returns is called. It slows requests down. */
  weighAnswers(): () => Promise<number> {
    const reads: Promise<number>[] = [];
    this.#reads = reads;
    return async () => {
      this.#reads = null;
      const sizes = await Promise.all(reads);
      return sizes.reduce((sum, size) => sum + size, 0);
    };
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

async function sizeOf(answer: Promise<Response>): Promise<number> {
  // In the first turn after it is there, before its owner reads it.
  const copy = (await answer).clone();
  return (await copy.arrayBuffer()).byteLength;
}

/** The page's one meter. */
export const meter = new Meter();
