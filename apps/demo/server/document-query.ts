import { STATES } from "../data/document.ts";
import { type DocumentQuery, SORTS } from "./document-list.ts";
import { InvalidRequest } from "./invalid-request.ts";

/** The largest number of documents on one page, and the default. */
const MAX_SIZE = 100;

/**
 * Parses the query of a list: `state`, `sort` (with a minus for descending order), `page` from 1, `size`.
 *
 * @throws InvalidRequest if a value is invalid
 */
export function readDocumentQuery(parameters: URLSearchParams, orgCode: string): DocumentQuery {
  const size = readNumber(parameters, "size", MAX_SIZE, MAX_SIZE);
  const page = readNumber(parameters, "page", 1, Number.MAX_SAFE_INTEGER / MAX_SIZE);
  const [, minus, name] = /^(-?)(\w*)$/.exec(parameters.get("sort") ?? "id") ?? [];
  return {
    orgCode,
    state: parameters.has("state") ? oneOf(STATES, "state", parameters.get("state")) : undefined,
    sort: oneOf(SORTS, "sort", name),
    descending: minus === "-",
    offset: (page - 1) * size,
    limit: size,
  };
}

function readNumber(parameters: URLSearchParams, name: string, byDefault: number, most: number): number {
  const text = parameters.get(name);
  if (text === null) return byDefault;
  const number = /^\d{1,12}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > most) throw new InvalidRequest(`Invalid ${name}. Send a whole number from 1 to ${most}.`);
  return number;
}

function oneOf<Name extends string>(names: readonly Name[], parameter: string, sent: string | null | undefined): Name {
  const name = names.find((one) => one === sent);
  if (name === undefined)
    throw new InvalidRequest(`Invalid ${parameter}. Send one of these values: ${names.join(", ")}.`);
  return name;
}
