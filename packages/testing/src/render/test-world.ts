import { type Decision, type PolicyDecisionPoint, type SessionOptions } from "@kinde-cerbos/core";
import { type AnswerKey } from "@kinde-cerbos/react/source";
import { QueryClient } from "@tanstack/react-query";
import { answerAtOnce } from "../answer/answer-at-once.ts";
import { askedCheck } from "../answer/asked-check.ts";
import { decisionOf } from "../answer/decision-of.ts";
import { TestAnswers, type TestAnswersOptions } from "../answer/test-answers.ts";
import { testPdp } from "../answer/test-pdp.ts";
import { type SignedIn, UserSource } from "../user/user-source.ts";

let made = 0;

/** A PDP, and the name that no other one has. */
interface NamedPdp {
  readonly answers: TestAnswers;
  readonly pdp: PolicyDecisionPoint;
  readonly pdpName: string;
}

/**
 * What a provider of a test has: its user, its PDP, and a cache. It is no state of React, which forgets that of a
 * component whose first render was suspended.
 */
export class TestWorld {
  readonly source: UserSource = new UserSource();
  #client: QueryClient | null = null;
  #pdp: NamedPdp | null = null;

  /** A cache of its own. */
  get ownClient(): QueryClient {
    return (this.#client ??= new QueryClient());
  }

  /** The PDP of these options: another one as soon as it answers otherwise. So all that a page shows is asked again. */
  pdp(options: TestAnswersOptions): NamedPdp {
    const answers = this.#pdp?.answers.goOnWith(options) ?? new TestAnswers(options);
    if (this.#pdp?.answers !== answers) {
      made += 1;
      this.#pdp = { answers, pdp: testPdp(answers), pdpName: `test-${made}` };
    }
    return this.#pdp;
  }

  /** Is another user. */
  become(user: SignedIn, options: SessionOptions): void {
    this.source.become(user, options);
  }

  /** Answers in the very render, what is known. Returns a function that ends that. */
  answerAtOnce({ answers, pdpName }: NamedPdp, client: QueryClient, gcTime: number): () => void {
    return answerAtOnce(client, pdpName, (key) => {
      const decision = this.#decide(answers, key);
      return decision && { decision, gcTime };
    });
  }

  #decide(answers: TestAnswers, [, , , , , action, resource]: AnswerKey): Decision | null {
    const snapshot = this.source.getSnapshot();
    if (!("session" in snapshot) || !snapshot.session) return null;
    const check = askedCheck(JSON.parse(resource), action, snapshot.session.principal);
    const answer = answers.atOnce(check);
    return answer === null ? null : decisionOf(check, answer);
  }
}
