import { type KindeClaims } from "@kinde-cerbos/core";
import { type Attempt } from "../record/attempt.ts";
import { fixturesOf, testsOf } from "./policy-test.ts";
import { yamlOf } from "./yaml.ts";

/** A file's name and content. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

const SCHEMA = "# yaml-language-server: $schema=https://api.cerbos.dev/latest/cerbos/policy/v1/TestSuite.schema.json\n";

/** Returns a request as a test file for `cerbos compile`; `null` if the PDP answered none of its checks. */
export function policyTest(attempt: Attempt, claims: KindeClaims | null): TextFile | null {
  const tests = testsOf(attempt, claims);
  if (tests === null) return null;
  const { name, description, options, tests: cases } = tests;
  const suite = { name, description, options, ...fixturesOf(attempt, claims), tests: cases };
  return { name: "request_test.yaml", text: SCHEMA + yamlOf(suite) };
}

/** Returns a request as files for the Cerbos playground: a file for each fixture, and the tests. */
export function playgroundFiles(attempt: Attempt, claims: KindeClaims | null): TextFile[] {
  const { principals, resources, auxData } = fixturesOf(attempt, claims);
  const tests = testsOf(attempt, claims);
  return [
    { name: "testdata/principals.yaml", text: yamlOf({ principals }) },
    { name: "testdata/resources.yaml", text: yamlOf({ resources }) },
    ...(auxData ? [{ name: "testdata/auxdata.yaml", text: yamlOf({ auxData }) }] : []),
    ...(tests ? [{ name: "request_test.yaml", text: SCHEMA + yamlOf(tests) }] : []),
  ];
}
