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
  // Verifies the token, and asks in the name of whom it proves.
  gateway: new HTTP("/authz"),
  // The PDP itself: policies alone see to it that nobody is believed without a token.
  direct: new HTTP("/pdp"),
};

/** The plan of the user's organization: no token has it. The gateway and the API ask Kinde for it themselves. */
export const PRINCIPAL: PrincipalOptions = { enrich: kindeEntitlements({ domain: KINDE_DOMAIN }) };

/** Where the choice of this tab is kept, over a reload and a sign-in. The default is not. */
const STORAGE_KEY = "pdp-way";

interface PdpWayChoice {
  readonly way: PdpWay;
  /** The PDP by this way, uncounted: for what the playground itself wants to know. */
  readonly pdp: PolicyDecisionPoint;
  /** What has been sent in this session, by both ways. */
  readonly log: RequestLog;
  readonly meter: PageMeter;
  readonly choose: (way: PdpWay) => void;
}

const PdpWayContext = createContext<PdpWayChoice | null>(null);

/** PermissionsProvider, asking by the way that is chosen. */
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
    // The answers of before are as good as those to come. They are asked again so that both ways can be compared.
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
