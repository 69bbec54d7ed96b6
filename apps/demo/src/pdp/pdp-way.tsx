import { HTTP } from "@cerbos/http";
import { kindeEntitlements, type PolicyDecisionPoint, type PrincipalOptions } from "@kinde-cerbos/core";
import { invalidateDecisions, PermissionsProvider, usePermissionsSession } from "@kinde-cerbos/react";
import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useMemo, useRef, useState } from "react";
import { cerbosNames } from "../cerbos.gen.ts";
import { KINDE_DOMAIN } from "../session/kinde-domain.ts";
import { type PageMeter } from "./page-meter.ts";
import { RequestLog } from "./request-log.ts";

/** How the page reaches Cerbos. All that differs is the address of its client. */
export type PdpWay = "gateway" | "direct";

const CLIENTS: { readonly [way in PdpWay]: HTTP } = {
  // Verifies the token, and sends checks for the verified user.
  gateway: new HTTP("/authz"),
  // The PDP itself: here only the policies make sure that nobody is trusted without a token.
  direct: new HTTP("/pdp"),
};

/** The plan of the user's organization: no token has it. The gateway and the API ask Kinde for it themselves. */
export const PRINCIPAL: PrincipalOptions = { enrich: kindeEntitlements({ domain: KINDE_DOMAIN }) };

/** The key under which this tab keeps its choice over a reload and a sign-in. The default is not kept. */
const STORAGE_KEY = "pdp-way";

interface PdpWayChoice {
  readonly way: PdpWay;
  /** The PDP by this way, uncounted: for requests of the playground itself. */
  readonly pdp: PolicyDecisionPoint;
  /** The requests of this session, by both ways. */
  readonly log: RequestLog;
  readonly meter: PageMeter;
  readonly choose: (way: PdpWay) => void;
}

const PdpWayContext = createContext<PdpWayChoice | null>(null);

/** PermissionsProvider, with the chosen way to the PDP. */
export function PdpWayProvider({
  meter,
  children,
}: {
  readonly meter: PageMeter;
  readonly children: ReactNode;
}): ReactNode {
  const queryClient = useQueryClient();
  const [way, setWay] = useState<PdpWay>(() =>
    sessionStorage.getItem(STORAGE_KEY) === "direct" ? "direct" : "gateway",
  );
  const [log] = useState(() => new RequestLog());
  const pdp = useMemo(() => log.watch(CLIENTS[way]), [log, way]);
  const counted = useMemo(() => meter.watch(pdp), [meter, pdp]);
  const choice = useMemo(() => ({ way, choose: setWay, meter, pdp, log }), [way, meter, pdp, log]);

  const asked = useRef(way);
  useEffect(() => {
    if (asked.current === way) return;
    asked.current = way;
    if (way === "gateway") sessionStorage.removeItem(STORAGE_KEY);
    else sessionStorage.setItem(STORAGE_KEY, way);
    // The earlier answers are still valid. They are requested again so that both ways can be compared.
    meter.startPage();
    void invalidateDecisions(queryClient);
  }, [way, meter, queryClient]);

  return (
    <PdpWayContext value={choice}>
      <PermissionsProvider
        pdp={counted}
        live="/authz"
        principal={PRINCIPAL}
        names={import.meta.env.DEV ? cerbosNames : undefined}
      >
        <SessionLog log={log} />
        {children}
      </PermissionsProvider>
    </PdpWayContext>
  );
}

/** Forgets at the end of a session what was sent in it. */
function SessionLog({ log }: { readonly log: RequestLog }): null {
  const { id } = usePermissionsSession();
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the end of this very session
  useEffect(() => log.clear, [id, log]);
  return null;
}

/** The way that is chosen, and how to choose another one. */
export function usePdpWay(): PdpWayChoice {
  const choice = use(PdpWayContext);
  if (!choice) throw new Error("usePdpWay needs PdpWayProvider around it.");
  return choice;
}

/** Counts what the page asks. */
export function useMeter(): PageMeter {
  return usePdpWay().meter;
}
