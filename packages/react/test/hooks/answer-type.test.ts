import { type Authorizer, createAuthorizer, createSession, type Decision } from "@kinde-cerbos/core";
import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { decisionQuery } from "../../src/cache/decision-query.ts";
import { DecisionStore } from "../../src/cache/decision-store.ts";
import { AnswerType } from "../../src/hooks/answer-type.ts";
import { fakePdp } from "../support.tsx";

const POLICY = { staleTime: 30_000, gcTime: 300_000, maxAge: 300_000 };

describe("answers that nobody shows", () => {
  it.each([
    ["of one resource whose attributes change", (at: number) => ({ id: "1", attr: { at } })],
    ["of many resources", (at: number) => ({ id: String(at), attr: {} })],
  ])("%s are forgotten: the next one is not searched for among all of them", async (_, resourceOf) => {
    const authorizer: Authorizer = createAuthorizer({ session: await createSession(null), pdp: fakePdp() });
    const store = new DecisionStore(new QueryClient());
    let compared = 0;
    const type = new AnswerType<number, Decision, object>({
      placeOf: (at) => resourceOf(at).id,
      prepare: (at, asker) => ({
        query: decisionQuery(asker, { action: "view", resource: { kind: "document", ...resourceOf(at) } }),
        isSame: (other) => {
          compared += 1;
          return other === at;
        },
      }),
      resultOf: () => ({}),
    });
    for (let at = 0; at < 5000; at += 1) type.answerTo(at, store, authorizer, POLICY);
    compared = 0;
    const { answer } = type.answerTo(5000, store, authorizer, POLICY);
    expect(compared).toBeLessThanOrEqual(1000);
    expect(type.answerTo(5000, store, authorizer, POLICY).answer).toBe(answer);
  });
});
