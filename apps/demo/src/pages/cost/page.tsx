import { PermissionsProvider, usePermissionsSession } from "@kinde-cerbos/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { docsUrl } from "../../repository.ts";
import { useSearchParam } from "../../ui/use-search-param.ts";
import { Choice } from "./choice.tsx";
import { CLIENTS } from "./clients.ts";
import { Experiment } from "./experiment.tsx";
import "./cost.css";

const SIZES = ["10", "100", "300"];

/** The same page of checks, one request each and batched, measured in this browser. */
export function Page(): ReactNode {
  const [sizeParam, setSize] = useSearchParam("checks");
  const [clientParam, setClient] = useSearchParam("client");
  // A cache of its own: what the other pages know would be no request here.
  const [queryClient] = useState(() => new QueryClient());
  const size = SIZES.find((one) => one === sizeParam) ?? "100";
  const clientName = Object.keys(CLIENTS).find((name) => name === clientParam) ?? "fetch";
  const client = CLIENTS[clientName];
  if (!client) return null;
  return (
    <>
      <div className="choices">
        <Choice
          legend="Checks on the page"
          options={SIZES.map((value) => ({ value, label: value }))}
          value={size}
          onChange={setSize}
        />
        <Choice
          legend="PDP client"
          options={Object.entries(CLIENTS).map(([value, { label }]) => ({ value, label }))}
          value={clientName}
          onChange={setClient}
        />
      </div>
      <QueryClientProvider client={queryClient}>
        <PermissionsProvider pdp={client.pdp}>
          <WhenSignedIn key={`${size} ${clientName}`} size={Number(size)} client={client} />
        </PermissionsProvider>
      </QueryClientProvider>
      <p className="cost-note hint">
        Measured once, in this browser, {import.meta.env.DEV && "with React’s development build, "}directly to the PDP:
        the gateway would refuse some of 300 requests from one user. Bytes count request and response bodies.{" "}
        <a href={docsUrl("cost.md")}>Performance, compared with other ways</a>
      </p>
    </>
  );
}

type ExperimentProps = Parameters<typeof Experiment>[0];

function WhenSignedIn(props: ExperimentProps): ReactNode {
  const { status, id } = usePermissionsSession();
  return <Experiment key={id} {...props} isReady={status === "authenticated"} />;
}
