import { useAuthorizer } from "@kinde-cerbos/react";
import { onlineManager } from "@tanstack/react-query";
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useState } from "react";
import { useSearchParam } from "../../ui/use-search-param.ts";
import { useDocuments } from "../workspace/use-documents.ts";
import { FaultList } from "./fault-list.tsx";
import { faultOf, NONE } from "./faults.ts";
import { FaultyApp } from "./faulty-app.tsx";
import { createFaultyPdp } from "./faulty-pdp.ts";
import { createFaultySource } from "./faulty-source.ts";
import { RequestLog } from "./request-log.tsx";
import "./faults.css";

/** So many documents, of different states. */
const SHOWN = 4;

/** A small app whose way to Cerbos, and whose token, can be made faulty while one looks. */
export function Page(): ReactNode {
  const [name, setName] = useSearchParam("fault");
  const fault = faultOf(name);
  const documents = useDocuments();
  const session = useAuthorizer()?.session;
  const [way] = useState(createFaultyPdp);
  /** Another one is an app that has just been opened. */
  const [edition, setEdition] = useState(0);

  const { token = null, principal, claims } = session ?? {};
  const organization = claims?.org_code ?? null;
  const source = useMemo(
    () => token && principal && createFaultySource({ token, person: principal.id, organization }, fault.name),
    [token, principal, organization, fault.name],
  );
  // Before the effects of the app below, which send its checks.
  useLayoutEffect(() => way.setFault(fault.name), [way, fault.name]);
  useEffect(() => {
    if (fault.name !== "offline") return;
    onlineManager.setOnline(false);
    return () => onlineManager.setOnline(true);
  }, [fault.name]);

  return (
    <div className="faults-page">
      <FaultList chosen={fault.name} onChoose={(next) => setName(next === NONE ? null : next)} />
      <div className="fault">
        <section className="card fault-text" aria-label="What happens">
          <h2>{fault.name === NONE ? fault.title : `${fault.group}: ${fault.title.toLowerCase()}`}</h2>
          <dl>
            <dt>What happens</dt>
            <dd>{fault.shows}</dd>
            <dt>The user can</dt>
            <dd>{fault.userCan}</dd>
          </dl>
        </section>
        {source && documents.data ? (
          <FaultyApp
            key={edition}
            way={way}
            source={source}
            documents={documents.data.slice(0, SHOWN)}
            onRestart={() => setEdition(edition + 1)}
          />
        ) : (
          // As high as the app, so that nothing moves when it is there.
          <section className="card fault-app" aria-label="The app" aria-busy="true" data-waiting="">
            <div className="fault-bar">
              <h2>The app</h2>
            </div>
            <div className="small-app" />
          </section>
        )}
        <RequestLog pdp={way} />
      </div>
    </div>
  );
}
