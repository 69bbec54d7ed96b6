// A small app with the devtools. Options in the URL: `?many=1000` shows this many documents, `?plugin` uses the plugin
// for TanStack Devtools, `?refused` adds a document whose checks every PDP refuses, `?inside` renders the devtools
// inside a component.
import { PermissionsDevtools } from "@kinde-cerbos/devtools";
import { permissionsDevtoolsPlugin } from "@kinde-cerbos/devtools/tanstack";
import {
  Can,
  PermissionsProvider,
  useCan,
  useCanCallback,
  usePermissionsSession,
  usePlan,
  useSwitchOrg,
} from "@kinde-cerbos/react";
import { KindeProvider, useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { TanStackDevtools } from "@tanstack/react-devtools";
import { type ReactNode, useEffect, useReducer, useState } from "react";
import { createRoot } from "react-dom/client";

/** The URL of the issuer, defined by the server. */
declare const ISSUER: string;

const parameters = new URLSearchParams(location.search);
const many = Number(parameters.get("many") ?? 0);

const rows = [
  { id: "draft", ownerId: "kp_ann", status: "draft" },
  { id: "locked", ownerId: "kp_ann", status: "locked" },
  { id: "other", ownerId: "kp_ben", status: "published" },
  { id: "broken", ownerId: "kp_ann", status: "nonsense" },
  ...Array.from({ length: many }, (_, at) => ({ id: `many-${at}`, ownerId: "kp_ann", status: "draft" })),
];
const documents = [
  ...rows.map(({ id, ...attr }) => ({ kind: "document", id, attr })),
  ...(parameters.has("refused") ? [{ kind: "document", id: "refused", scope: "no scope!", attr: {} }] : []),
];

interface DocumentRowProps {
  readonly document: (typeof documents)[number];
  readonly onEdit: () => void;
}

function DocumentRow({ document, onEdit }: DocumentRowProps): ReactNode {
  return (
    <li>
      {document.id}{" "}
      <Can action="edit" resource={document}>
        <button onClick={onEdit}>Edit {document.id}</button>
      </Can>{" "}
      <Can action="delete" resource={document}>
        <button>Delete {document.id}</button>
      </Can>
    </li>
  );
}

/** A kind that no policy has, and a misspelled action. */
function Misspelled(): ReactNode {
  const kind = useCan({ action: "view", resource: { kind: "documnet", id: "1" } });
  const action = useCan({ action: "veiw", resource: { kind: "document", id: "draft" } });
  return (
    <p>
      {kind.status} {action.status}
    </p>
  );
}

/** Makes a check in an event handler. */
function Asked(): ReactNode {
  const can = useCanCallback();
  const [answer, setAnswer] = useState("nothing");
  const ask = async (): Promise<void> => {
    const resource = documents[1] ?? "document";
    setAnswer(await can({ action: "edit", resource }).then(String, (error: unknown) => String(error)));
  };
  return (
    <p>
      <button onClick={() => void ask()}>Ask</button> <span>Answer: {answer}</span>
    </p>
  );
}

function Planned(): ReactNode {
  const { kind } = usePlan({ action: "edit", kind: "document" });
  return <p>Plan: {kind}</p>;
}

/** The documents, and a button that unmounts and mounts everything that makes checks. */
function Shown(): ReactNode {
  const [isShown, setIsShown] = useState(true);
  const [shown, setShown] = useState(documents);
  const [edits, setEdits] = useState(0);
  return (
    <>
      {isShown && (
        <>
          <ul>
            {shown.map((document) => (
              <DocumentRow key={document.id} document={document} onEdit={() => setEdits(edits + 1)} />
            ))}
          </ul>
          <Misspelled />
          <Planned />
        </>
      )}
      <p>Edited {edits} times</p>
      <button onClick={() => setShown(shown.slice(1))}>Remove {shown[0]?.id}</button>
      <button onClick={() => setIsShown(!isShown)}>Hide and show</button>
    </>
  );
}

function Page(): ReactNode {
  const { isAuthenticated, isLoading, login, logout, user } = useKindeAuth();
  const { orgCode, principal } = usePermissionsSession();
  const { switchOrg } = useSwitchOrg();
  if (isLoading) return null;
  if (!isAuthenticated) return <button onClick={() => void login()}>Sign in</button>;
  return (
    <main>
      <h1>
        {principal?.id} in {orgCode}
      </h1>
      <Shown />
      <Asked />
      <p>Signed in as {user?.id}</p>
      <button onClick={() => void switchOrg(orgCode === "org_north" ? "org_south" : "org_north")}>Switch</button>
      <button onClick={() => void logout()}>Sign out</button>
    </main>
  );
}

/** Records the events that reach the app's components, and the keys that reach the document. */
function Noting({ children }: { readonly children: ReactNode }): ReactNode {
  const [noted, note] = useReducer((before: readonly string[], what: string) => [...before, what], []);
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent): void => note(key);
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events -- it only listens
    <div onClick={() => note("click")} onSubmit={() => note("submit")}>
      {children}
      <p>Noted: {noted.join(" ") || "nothing"}</p>
    </div>
  );
}

const plugins = [permissionsDevtoolsPlugin()];
const names = { document: ["view", "edit", "delete"] };

const root = document.querySelector("#root");
if (root) {
  createRoot(root).render(
    <KindeProvider
      domain={ISSUER}
      clientId="app"
      redirectUri={location.origin}
      logoutUri={location.origin}
      useInsecureForRefreshToken
    >
      <PermissionsProvider pdp="/authz" names={names}>
        <Page />
      </PermissionsProvider>
      {parameters.has("inside") ? (
        <Noting>
          <PermissionsDevtools hotkey="?" />
        </Noting>
      ) : parameters.has("plugin") ? (
        <TanStackDevtools plugins={plugins} />
      ) : (
        <PermissionsDevtools />
      )}
    </KindeProvider>,
  );
}
