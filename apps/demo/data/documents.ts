/** What a user can do with a document: one column each on the page, and one action each in the policies. */
export const ACTIONS = ["view", "edit", "share", "publish", "delete"] as const;
/** One of {@link ACTIONS}. */
export type DocumentAction = (typeof ACTIONS)[number];

/** Where a document is in its life. */
export type DocumentState = "draft" | "in_review" | "published" | "archived";

/** A document as the demo's own database would hold it. */
export interface DocumentRecord {
  readonly id: string;
  readonly title: string;
  /** Kinde organization code, as in the token's `org_code`. */
  readonly orgCode: string;
  /** Kinde user id, as in the token's `sub`. */
  readonly ownerId: string;
  /** As in the user property `department`. */
  readonly department: string;
  readonly state: DocumentState;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
}

/** A document in the form that Cerbos is asked about. */
export interface DocumentResource {
  readonly kind: "document";
  readonly id: string;
  /** Exactly what `policies/_schemas/document.json` accepts. */
  readonly attr: Pick<DocumentRecord, "orgCode" | "ownerId" | "department" | "state" | "title">;
}

interface Library {
  readonly orgCode: string;
  readonly owners: readonly string[];
  readonly subjects: readonly string[];
}

/** One library of 60 documents an organization; owners are its members in `kinde.json`. */
const libraries: readonly Library[] = [
  {
    orgCode: "org_aurora",
    owners: ["kp_mara", "kp_jonas", "kp_priya", "kp_tomas"],
    subjects: ["Harbour wind farm", "Southern solar park", "Grid battery", "District heating"],
  },
  {
    orgCode: "org_borealis",
    owners: ["kp_jonas", "kp_tomas", "kp_mara"],
    subjects: ["Patient portal", "Home monitoring", "Clinic scheduling", "Vaccination drive"],
  },
  {
    orgCode: "org_cascade",
    owners: ["kp_ines", "kp_priya", "kp_mara"],
    subjects: ["Cold chain", "Night freight", "Returns centre", "Parcel lockers"],
  },
];

/** Each subject has one document of each of these. */
const papers = [
  ["finance", "budget"],
  ["legal", "supply contract"],
  ["product", "roadmap"],
  ["finance", "cost review"],
  ["legal", "risk register"],
  ["product", "user research"],
  ["finance", "investment case"],
  ["legal", "data processing agreement"],
  ["product", "launch plan"],
  ["finance", "quarterly forecast"],
  ["legal", "compliance report"],
  ["product", "release notes"],
  ["finance", "tender comparison"],
  ["legal", "insurance schedule"],
  ["product", "support handbook"],
] as const;

/** The length, 7, shares no factor with 3 departments or 3 or 4 owners: every combination comes up. */
const states: readonly DocumentState[] = [
  "in_review",
  "published",
  "draft",
  "in_review",
  "published",
  "draft",
  "archived",
];

const NEWEST = Date.UTC(2026, 4, 29, 16, 30);
const HOURS_BETWEEN_UPDATES = 19;

function pick<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new RangeError("There is nothing to pick from an empty list.");
  return item;
}

function libraryDocuments({ orgCode, owners, subjects }: Library): DocumentRecord[] {
  const titles = subjects.flatMap((subject) =>
    papers.map(([department, paper]) => ({ department, title: `${subject}: ${paper}` })),
  );
  return titles.map(({ department, title }, index) => ({
    id: `${orgCode.replace("org_", "")}-${String(index + 1).padStart(2, "0")}`,
    title,
    orgCode,
    // Three papers in a row, one of each department, have the same owner.
    ownerId: pick(owners, Math.floor(index / 3)),
    department,
    state: pick(states, index),
    updatedAt: new Date(NEWEST - index * HOURS_BETWEEN_UPDATES * 3_600_000).toISOString(),
  }));
}

/** All documents: 60 in each of the three organizations. The same on every machine and at every start. */
export const documents: readonly DocumentRecord[] = libraries.flatMap(libraryDocuments);

/** The question's subject: what the policies may know of a document. */
export function documentResource(document: DocumentRecord): DocumentResource {
  const { id, orgCode, ownerId, department, state, title } = document;
  return { kind: "document", id, attr: { orgCode, ownerId, department, state, title } };
}
