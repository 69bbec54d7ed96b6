import { type DocumentRecord, type DocumentState } from "./document.ts";

export { ACTIONS, type DocumentRecord, type DocumentResource, documentResource } from "./document.ts";

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

/**
 * The documents that the database begins with: 60 in each of the three organizations. The same on every machine and at
 * every start.
 */
export const documents: readonly DocumentRecord[] = libraries.flatMap(libraryDocuments);

/** A library of 60 for an organization that the demo does not know. Half of it is the user's, half a colleague's. */
export function libraryOf(orgCode: string, userId: string): readonly DocumentRecord[] {
  const subjects = libraries[0]?.subjects ?? [];
  return libraryDocuments({ orgCode, owners: [userId, "a_colleague"], subjects });
}
