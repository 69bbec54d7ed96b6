import { type DatabaseSync, type SQLInputValue, type StatementColumnMetadata } from "node:sqlite";
import {
  type ColumnType,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
  type SqlQuery,
} from "@prisma/driver-adapter-utils";

/** The driver's name for Prisma. */
const INFO = { provider: "sqlite", adapterName: "node-sqlite" } as const;

/**
 * Lets Prisma read from a database that `node:sqlite` has open. It refuses writes and has no transactions, because
 * lists need neither. It reads columns of type TEXT and INTEGER, and results of functions.
 */
export function reading(database: DatabaseSync): SqlDriverAdapterFactory {
  const adapter: SqlDriverAdapter = {
    ...INFO,
    async queryRaw({ sql, args, argTypes }: SqlQuery) {
      const statement = database.prepare(sql);
      statement.setReturnArrays(true);
      const columns = statement.columns();
      const values = args.map((arg, at) => valueOf(arg, argTypes[at]?.scalarType));
      const rows: unknown = statement.all(...values);
      return {
        columnNames: columns.map(({ name }) => name),
        columnTypes: columns.map(typeOf),
        // With `setReturnArrays`, each row is an array.
        rows: Array.isArray(rows) ? rows : [],
      };
    },
    executeRaw: refuse,
    executeScript: refuse,
    startTransaction: refuse,
    dispose: async () => undefined,
  };
  return { ...INFO, connect: async () => adapter };
}

async function refuse(): Promise<never> {
  throw new Error("This driver only reads. Write through the document store.");
}

/** Prisma passes large integers, such as a limit, as strings. */
function valueOf(arg: unknown, type: string | undefined): SQLInputValue {
  if (type === "bigint" && typeof arg === "string") return BigInt(arg);
  if (typeof arg === "string" || typeof arg === "number" || arg === null) return arg;
  throw new Error(`A parameter of type ${type} is not supported.`);
}

function typeOf({ type }: StatementColumnMetadata): ColumnType {
  if (type === "TEXT") return ColumnTypeEnum.Text;
  if (type === "INTEGER") return ColumnTypeEnum.Int32;
  // The result of a function has no declared type. Here it is a count.
  if (type === null) return ColumnTypeEnum.UnknownNumber;
  throw new Error(`A column of type ${type} is not supported.`);
}
