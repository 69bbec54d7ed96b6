import { type DatabaseSync } from "node:sqlite";
import { queryPlanToPrisma } from "@cerbos/orm-prisma";
import { type Plan } from "@kinde-cerbos/core";
import { filterFromPlan } from "@kinde-cerbos/server";
import { type DocumentState, type StoredDocument } from "../data/document.ts";
import { documentOf } from "./document-row.ts";
import { type Prisma, PrismaClient } from "./prisma/generated/client.ts";
import { reading } from "./prisma/node-sqlite.ts";

/** The fields by which a list can be sorted. */
export const SORTS = ["id", "title", "state", "updatedAt"] as const satisfies readonly (keyof StoredDocument)[];

/** Options for a list of allowed documents. */
export interface DocumentQuery {
  readonly orgCode: string;
  /** Default: documents in any state. */
  readonly state?: DocumentState | undefined;
  /** Default: `id`. Equal documents are sorted by id. */
  readonly sort?: (typeof SORTS)[number] | undefined;
  /** Default: false. */
  readonly descending?: boolean | undefined;
  /** How many documents to skip. Default: 0. */
  readonly offset?: number | undefined;
  /** The largest number of documents to return. Default: all. */
  readonly limit?: number | undefined;
}

/** A page of a list. */
interface DocumentPage {
  readonly documents: readonly StoredDocument[];
  /** The number of documents in the whole list. */
  readonly total: number;
}

/**
 * Lists the documents that a plan allows.
 *
 * @throws AuthzError `untranslatable_plan` if the plan's condition cannot be expressed in SQL
 */
export type DocumentList = (plan: Plan, query: DocumentQuery) => Promise<DocumentPage>;

/** The column of each attribute that a policy may use, named as in Prisma's schema. */
const FIELDS: { readonly [variable: string]: keyof Prisma.DocumentWhereInput } = {
  "request.resource.id": "id",
  "request.resource.attr.orgCode": "orgCode",
  "request.resource.attr.ownerId": "ownerId",
  "request.resource.attr.department": "department",
  "request.resource.attr.state": "state",
  "request.resource.attr.title": "title",
};

const ALL: Prisma.DocumentWhereInput = {};
const NONE: Prisma.DocumentWhereInput = { id: { in: [] } };

/** Creates the list for a database. SQLite filters, sorts, counts and pages it. */
export function createDocumentList(database: DatabaseSync): DocumentList {
  const { document } = new PrismaClient({ adapter: reading(database) });
  return async (plan, { orgCode, state, sort = "id", descending = false, offset = 0, limit }) => {
    const where = { AND: [documentFilter(plan), { orgCode, ...(state !== undefined && { state }) }] };
    const [total, rows] = await Promise.all([
      document.count({ where }),
      document.findMany({
        where,
        orderBy: [{ [sort]: descending ? "desc" : "asc" }, { id: "asc" }],
        skip: offset,
        ...(limit !== undefined && { take: limit }),
      }),
    ]);
    return { documents: rows.map(documentOf), total };
  };
}

/** Returns a plan as Prisma's `where`. */
function documentFilter(plan: Plan): Prisma.DocumentWhereInput {
  return filterFromPlan(plan, {
    all: ALL,
    none: NONE,
    translate(queryPlan) {
      const result = queryPlanToPrisma({ queryPlan, mapper: (variable) => ({ field: fieldOf(variable) }) });
      return "filters" in result ? result.filters : NONE;
    },
  });
}

function fieldOf(variable: string): string {
  const field = FIELDS[variable];
  if (field === undefined) throw new Error(`The documents table has no column for ${variable}.`);
  return field;
}
