import { type Fields, fieldsOf } from "@kinde-cerbos/core/internal";
import { type SuiteFile } from "./suite-file.ts";

/** The expected answers of a policy test for one principal and one resource. */
export interface Expectation {
  /** The names of principal, resource, test and suite. */
  readonly name: string;
  readonly principal: Fields;
  /** Claims of the token; `null` if the test has none. */
  readonly jwt: Fields | null;
  /** Other options of the test, such as globals. */
  readonly options: Fields;
  readonly resource: Fields;
  /** Whether each action is allowed. */
  readonly allowed: { readonly [action: string]: boolean };
}

/** Returns all expectations in a test file, without skipped tests. */
export function expectationsOf(file: SuiteFile): Expectation[] {
  const { suite } = file;
  if (suite["skip"] === true) return [];
  return listOf(suite["tests"])
    .map(fieldsOf)
    .filter(({ skip }) => skip !== true)
    .flatMap((test) => ofTest(file, test));
}

function ofTest(file: SuiteFile, test: Fields): Expectation[] {
  const input = fieldsOf(test["input"]);
  const auxData = input["auxData"];
  const jwt = typeof auxData === "string" && auxData !== "" ? fieldsOf(file.find("auxData", auxData)["jwt"]) : null;
  const options = { ...fieldsOf(file.suite["options"]), ...fieldsOf(test["options"]) };
  const expected = listOf(test["expected"]).map(fieldsOf);
  return principalsIn(file, input).flatMap((principal) =>
    resourcesIn(file, input).map((resource) => {
      const effects = expected
        .filter((one) => principalsIn(file, one).includes(principal) && resourcesIn(file, one).includes(resource))
        .map(({ actions }) => fieldsOf(actions));
      const actions = listOf(input["actions"]).map(String);
      // Cerbos expects that an action which the test does not list is denied.
      const isAllowed = (action: string): boolean => effects.some((each) => each[action] === "EFFECT_ALLOW");
      return {
        name: `${principal} on ${resource}: ${String(test["name"])} (${String(file.suite["name"])})`,
        principal: file.find("principals", principal),
        jwt,
        options,
        resource: file.find("resources", resource),
        allowed: Object.fromEntries(actions.map((action) => [action, isAllowed(action)])),
      };
    }),
  );
}

function principalsIn(file: SuiteFile, fields: Fields): string[] {
  return namesIn(fields, "principal", "principals", (group) => file.find("principalGroups", group));
}

function resourcesIn(file: SuiteFile, fields: Fields): string[] {
  return namesIn(fields, "resource", "resources", (group) => file.find("resourceGroups", group));
}

/** Returns the names in a part of a test: single, listed, and from groups. */
function namesIn(
  fields: Fields,
  one: "principal" | "resource",
  many: "principals" | "resources",
  groupOf: (name: string) => Fields,
): string[] {
  const groups = listOf(fields[`${one}Groups`]).map((name) => groupOf(String(name)));
  const single = fields[one] === undefined ? [] : [fields[one]];
  const names = [...single, ...listOf(fields[many]), ...groups.flatMap((group) => listOf(group[many]))];
  return [...new Set(names.map(String))];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
