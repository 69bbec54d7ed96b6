import { type Decision, type PolicyDecisionPoint, type SessionOptions } from "@kinde-cerbos/core";
import { type AnswerKey } from "@kinde-cerbos/react/source";
import { QueryClient } from "@tanstack/react-query";
import { answerAtOnce } from "../answer/answer-at-once.ts";
import { checkFrom } from "../answer/check-request.ts";
import { decisionOf } from "../answer/decision-of.ts";
import { TestAnswers, type TestAnswersOptions } from "../answer/test-answers.ts";
import { testPdp } from "../answer/test-pdp.ts";
import { type SignedIn, UserSource } from "../user/user-source.ts";

let pdpCount = 0;

/** A PDP, with a name that no other PDP has. */
interface NamedPdp {
  readonly answers: TestAnswers;
  readonly pdp: PolicyDecisionPoint;
  readonly pdpName: string;
}

/**
 * The state of a test provider: its user, its PDP, and a cache. It is not React state, because React discards the state
 * of a component that suspends in its first render.
 */
export class ProviderState {
  readonly source: UserSource = new UserSource();
  #client: QueryClient | null = null;
  #pdp: NamedPdp | null = null;

  /** A cache that only this provider uses. */
  get ownClient(): QueryClient {
    return (this.#client ??= new QueryClient());
  }

  /**
   * Returns the PDP for these options. If they change an answer, it is another PDP, so everything on the page is
   * checked again.
   */
  pdp(options: TestAnswersOptions): NamedPdp {
    const answers = this.#pdp?.answers.withOptions(options) ?? new TestAnswers(options);
    if (this.#pdp?.answers !== answers) {
      pdpCount += 1;
      this.#pdp = { answers, pdp: testPdp(answers), pdpName: `test-${pdpCount}` };
    }
    return this.#pdp;
  }

  /** Changes the user, or the user's rights. */
  setUser(user: SignedIn, options: SessionOptions): void {
    this.source.setUser(user, options);
  }

  /** Puts known answers into the cache in the render that needs them. Returns a function that stops this. */
  answerAtOnce({ answers, pdpName }: NamedPdp, client: QueryClient, gcTime: number): () => void {
    return answerAtOnce(client, pdpName, (key) => {
      const decision = this.#decide(answers, key);
      return decision && { decision, gcTime };
    });
  }

  #decide(answers: TestAnswers, [, , , , , action, resource]: AnswerKey): Decision | null {
    const snapshot = this.source.getSnapshot();
    if (!("session" in snapshot) || !snapshot.session) return null;
    const check = checkFrom(JSON.parse(resource), action, snapshot.session.principal);
    const answer = answers.atOnce(check);
    return answer === null ? null : decisionOf(check, answer);
  }
}
