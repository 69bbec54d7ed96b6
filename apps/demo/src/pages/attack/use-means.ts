import { useAuthorizer, useCanList, usePermissionsSession } from "@kinde-cerbos/react";
import { useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { documentResource, type StoredDocument } from "../../../data/document.ts";
import { localToken } from "../../session/local-token.ts";
import { useDocuments } from "../workspace/use-documents.ts";
import { type Means } from "./attack.ts";

/** The means that the page of the signed-in user has for an attack. */
export interface FoundMeans {
  readonly isPending: boolean;
  /** `null` as long as there is no session, and for users who may view nothing, or delete everything. */
  readonly collect: (() => Promise<Means>) | null;
}

/** Finds a document that the user may view and one that the user may not delete, by honest requests. */
export function useMeans(): FoundMeans {
  const { principal, orgCode } = usePermissionsSession();
  const authorizer = useAuthorizer();
  const { getIdToken } = useKindeAuth();
  const { data: documents = [], isPending } = useDocuments();
  const deletable = useCanList({ action: "delete", resources: documents.map(documentResource) });
  const [visible] = documents;
  const forbidden = mostTempting(documents.filter((_, at) => deletable.results[at]?.status === "denied"));
  const token = authorizer?.session.token;
  if (!principal || !token || !visible || !forbidden) {
    return { isPending: isPending || deletable.isPending, collect: null };
  }
  const organization = orgCode ?? "";
  const issue: Means["issue"] = (wish) => localToken({ ...wish, person: principal.id, organization });
  return {
    isPending: false,
    collect: async () => ({
      token,
      idToken: await getIdToken(),
      principal,
      orgCode: organization,
      visible,
      forbidden,
      issue,
    }),
  };
}

/** One that a lie could open: an archived document can be deleted by nobody. */
function mostTempting(documents: readonly StoredDocument[]): StoredDocument | undefined {
  return documents.find(({ state }) => state !== "archived") ?? documents[0];
}
