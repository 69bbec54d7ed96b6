import { type DocumentResource, documentResource, STATES } from "../../../data/document.ts";

const DEPARTMENTS = ["finance", "legal", "product"];

/** The action that all checks are about. */
export const ACTION = "edit";

/** As many documents as a run has checks, of all kinds. No other run asks about the same. */
export function documentsFor(runId: string, size: number, orgCode: string, userId: string): DocumentResource[] {
  return Array.from({ length: size }, (_, at) =>
    documentResource({
      id: `cost-${runId}-${at + 1}`,
      title: `Document ${at + 1}`,
      orgCode,
      ownerId: at % 3 === 0 ? userId : "kp_somebody_else",
      department: DEPARTMENTS[at % DEPARTMENTS.length] ?? "",
      state: STATES[at % STATES.length] ?? "draft",
      updatedAt: "",
    }),
  );
}
