/**
 * For MSW 3: handlers that answer as a Cerbos PDP, or as the gateway in front of it.
 *
 * @packageDocumentation
 */
import { AuthzError, type PdpPlanRequest, type PdpRequest } from "@kinde-cerbos/core";
import { bypass } from "msw";
import { http, type HttpHandler, HttpResponse } from "msw/http";
import { Decider } from "./answer/decider.ts";
import { restCheckAnswer, restPlanAnswer } from "./answer/rest-shape.ts";
import { type TestRules } from "./answer/rules.ts";
import { answerOf } from "./answer/test-pdp.ts";
import { makePlan, type TestPlans } from "./answer/test-plans.ts";

/** What answers, and where. */
export type CerbosHandlersOptions = {
  /** The address that the app calls, as `pdp` of PermissionsProvider: `/authz`, `https://pdp.example.com`. */
  readonly url: string;
} & (
  | {
      /** What is allowed. What no rule matches is denied, with a warning on the console. */
      readonly can: TestRules;
      /** What is planned. Default: a query for a plan is refused. */
      readonly plan?: TestPlans;
      readonly pdp?: undefined;
    }
  | {
      /** The address of a real PDP, such as `pdp.url` of `startPdp`: each request goes there. */
      readonly pdp: string;
      readonly can?: undefined;
      readonly plan?: undefined;
    }
);

/**
 * Handlers for MSW that answer `useCan`, `<Can>` and `usePlan` by rules, or from your real policies. An error fails the
 * whole request, as a PDP's does.
 */
export function cerbosHandlers({ url, can, plan, pdp }: CerbosHandlersOptions): HttpHandler[] {
  const base = url.replace(/\/$/, "");
  const at = (path: string, answer: (body: unknown) => object | Promise<object>): HttpHandler =>
    http.post(`${base}/api/${path}/resources`, async ({ request }) => {
      if (pdp !== undefined) return forward(request, `${pdp.replace(/\/$/, "")}/api/${path}/resources`);
      try {
        return HttpResponse.json(await answer(await request.json()));
      } catch (error) {
        return refusal(error);
      }
    });
  const decider = new Decider(can ?? {});
  return [
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a client of a PDP sends
    at("check", async (body) => restCheckAnswer(await answerOf(decider, body as PdpRequest))),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a client of a PDP sends
    at("plan", (body) => restPlanAnswer(makePlan(plan, body as PdpPlanRequest))),
  ];
}

async function forward(request: Request, url: string): Promise<Response> {
  const { body, status } = await fetch(bypass(url, { method: "POST", body: await request.text() }));
  return new HttpResponse(body, { status, headers: { "content-type": "application/json" } });
}

/** What a PDP answers that cannot decide, by the code that the component gets. */
function refusal(error: unknown): Response {
  const { code, message } = error instanceof AuthzError ? error : new AuthzError("pdp_unavailable", String(error));
  const [status, grpc] = STATUS[code] ?? [503, 14];
  return HttpResponse.json({ code: grpc, message }, { status });
}

/** HTTP status and gRPC code of an error that is not a PDP that is down. */
const STATUS: { readonly [code: string]: readonly [status: number, grpc: number] } = {
  token_refused: [401, 16],
  check_refused: [400, 3],
  invalid_option: [400, 3],
  request_refused: [403, 7],
};
