/**
 * For MSW 3: request handlers that answer like a Cerbos PDP, or the gateway in front of it.
 *
 * @packageDocumentation
 */
import { AuthzError, type PdpPlanRequest } from "@kinde-cerbos/core";
import { fieldsOf, isFields, isName, requireOption } from "@kinde-cerbos/core/internal";
import { bypass } from "msw";
import { http, type HttpHandler, HttpResponse } from "msw/http";
import { restCheckAnswer, restPlanAnswer } from "./answer/rest-shape.ts";
import { type TestRules } from "./answer/rules.ts";
import { TestAnswers } from "./answer/test-answers.ts";
import { answerOf, type SentRequest } from "./answer/test-pdp.ts";
import { type TestPlans } from "./answer/test-plans.ts";

/** Options for {@link cerbosHandlers}: the address, and either rules or a real PDP. */
export type CerbosHandlersOptions = {
  /** The address that the app calls: `pdp` of PermissionsProvider, such as `/authz` or `https://pdp.example.com`. */
  readonly url: string;
} & (
  | {
      /** The rules that answer checks. A check that no rule matches is denied, with a warning on the console. */
      readonly can: TestRules;
      /** Answers plan queries. Default: a plan query is an error. */
      readonly plan?: TestPlans;
      readonly pdp?: undefined;
    }
  | {
      /** The address of a real PDP to forward each request to, such as `pdp.url` of `startPdp`. */
      readonly pdp: string;
      readonly can?: undefined;
      readonly plan?: undefined;
    }
);

/**
 * Returns MSW handlers that answer `useCan`, `<Can>` and `usePlan` by rules, or from your real policies. As with a real
 * PDP, an error fails the whole request, and a `"pending"` check leaves the whole request without an answer.
 *
 * @throws AuthzError `invalid_option` if an option has the wrong type, or if there is not exactly one of `can` and
 *   `pdp`
 */
export function cerbosHandlers({ url, can, plan, pdp }: CerbosHandlersOptions): HttpHandler[] {
  requireOption(isName(url), "url of cerbosHandlers must be the address that the app calls, such as /authz");
  requireOption(
    can === undefined ? isName(pdp) : pdp === undefined,
    "cerbosHandlers needs either can, or pdp with the address of a PDP",
  );
  const base = url.replace(/\/$/, "");
  const answers = new TestAnswers({ can: can ?? {}, plan, delayMs: 0, place: "cerbosHandlers" });
  const at = (path: string, answer: (body: unknown) => object | Promise<object>): HttpHandler =>
    http.post(`${base}/api/${path}/resources`, async ({ request }) => {
      try {
        if (pdp !== undefined) return await forward(request, `${pdp.replace(/\/$/, "")}/api/${path}/resources`);
        const body: unknown = await request.json();
        const { principal, requestId } = fieldsOf(body);
        if (!isFields(principal)) throw new AuthzError("check_refused", "The request has no principal.");
        return HttpResponse.json({ ...(await answer(body)), ...(isName(requestId) && { requestId }) });
      } catch (error) {
        return refusal(error);
      }
    });
  return [
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a client of a PDP sends
    at("check", async (body) => restCheckAnswer(await answerOf(answers, body as SentRequest))),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a client of a PDP sends
    at("plan", (body) => restPlanAnswer(answers.plan(body as PdpPlanRequest))),
  ];
}

async function forward(request: Request, url: string): Promise<Response> {
  const { body, status } = await fetch(bypass(url, { method: "POST", body: await request.text() }));
  return new HttpResponse(body, { status, headers: { "content-type": "application/json" } });
}

/**
 * Returns the response of a PDP that cannot decide, so that the component gets this error's code and does not retry.
 */
function refusal(error: unknown): Response {
  const { code, message } = error instanceof AuthzError ? error : new AuthzError("pdp_unavailable", String(error));
  const [status, grpc] = STATUS[code] ?? [503, 14];
  return HttpResponse.json({ code: grpc, message }, { status, headers: { "retry-after": "60" } });
}

/** HTTP status and gRPC code for each error code. Other errors are a PDP that is down: 503 and 14. */
const STATUS: { readonly [code: string]: readonly [status: number, grpc: number] } = {
  token_refused: [401, 16],
  check_refused: [400, 3],
  invalid_option: [400, 3],
  request_refused: [403, 7],
  timeout: [504, 4],
};
