import { ignoreErrors } from "../base/ignore-errors.ts";
import { authzErrorFromPdp, type PdpPlanRequest, type PdpRequest, type PolicyDecisionPoint } from "./pdp.ts";
import { wrappedPdp } from "./wrapped-pdp.ts";

/** A request to the PDP as an observer sees it, without the token. */
export type SeenRequest =
  | { readonly what: "check"; readonly request: WithoutToken<PdpRequest> }
  | { readonly what: "plan"; readonly request: WithoutToken<PdpPlanRequest> };

/** A request without its token, and whether it had one. */
type WithoutToken<Request> = Omit<Request, "auxData"> & {
  readonly hasToken: boolean;
  readonly keySetId: string | undefined;
};

/** The result of an attempt: the PDP's answer, or the error. */
export type SeenOutcome = { readonly answer: unknown; readonly error: null } | { readonly error: Error };

/** Observes each attempt of a request. If it throws, the error is ignored. */
export interface PdpObserver {
  /** Called when an attempt begins. Returns a function that is called when it ends. */
  onRequest(seen: SeenRequest): (outcome: SeenOutcome) => void;
}

/**
 * Returns a client that reports each attempt of a request to an observer, without its token. While `observerNow`
 * returns `null`, requests pass unchanged.
 */
export function observedPdp(pdp: PolicyDecisionPoint, observerNow: () => PdpObserver | null): PolicyDecisionPoint {
  return wrappedPdp(pdp, {
    checkResources: (request, send) =>
      observed(
        observerNow(),
        () => ({ what: "check", request: withoutToken(request) }),
        () => send(request),
      ),
    planResources: (request, send) =>
      observed(
        observerNow(),
        () => ({ what: "plan", request: withoutToken(request) }),
        () => send(request),
      ),
  });
}

async function observed(
  observer: PdpObserver | null,
  seen: () => SeenRequest,
  send: () => Promise<unknown>,
): Promise<unknown> {
  if (observer === null) return send();
  let end: ((outcome: SeenOutcome) => void) | undefined;
  ignoreErrors(() => (end = observer.onRequest(seen())));
  try {
    const answer = await send();
    ignoreErrors(() => end?.({ answer, error: null }));
    return answer;
  } catch (thrown) {
    ignoreErrors(() => end?.({ error: authzErrorFromPdp(thrown) }));
    throw thrown;
  }
}

function withoutToken<Request extends PdpRequest | PdpPlanRequest>({
  auxData,
  ...request
}: Request): WithoutToken<Omit<Request, "auxData">> {
  return { ...request, hasToken: auxData !== undefined, keySetId: auxData?.jwt.keySetId };
}
