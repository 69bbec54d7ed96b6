import { type Check, type Principal } from "@kinde-cerbos/core";
import { isFields, isName } from "@kinde-cerbos/core/internal";
import { type Enforcer } from "@kinde-cerbos/server";
import { InvalidRequest } from "../invalid-request.ts";
import { json } from "../json-answer.ts";
import { explain } from "./explain.ts";
import { inTurn } from "./in-turn.ts";
import { membersOf, type PeopleOptions } from "./people.ts";
import { type PolicyFolder } from "./policy-folder.ts";
import { type Routes } from "./routes.ts";
import { type AskedResource, type SuiteCase, testSuite } from "./test-suite.ts";
import { type Trace } from "./trace.ts";

/** Options of {@link decisionRoutes}. */
export interface DecisionsOptions extends PeopleOptions {
  /** Asks the PDP as the demo's API does: the same tokens, the same principal. */
  readonly enforcer: Enforcer<Request>;
  readonly policies: PolicyFolder;
}

/** The PDP's decisions for a user, and the reasons. */
interface Answered extends SuiteCase {
  readonly answers: readonly Answer[];
}

/** The PDP's decision on an action. */
export interface Answer {
  readonly action: string;
  readonly allowed: boolean;
  /** The policy's messages to the user, if it has any. */
  readonly hints: readonly string[];
  /** Errors in the attributes. They deny every action, whatever the rules say. */
  readonly schemaErrors: readonly string[];
  /** `null` if it cannot be told, or another run of Cerbos would decide otherwise. */
  readonly why: Trace | null;
}

interface Question {
  readonly resource: AskedResource;
  readonly actions: readonly string[];
  readonly checks: readonly Check[];
}

const MAX_ACTIONS = 50;

/**
 * Decisions and how Cerbos came to them:
 *
 * | request | answer |
 * | --- | --- |
 * | `POST explain` with `{ resource, actions }` and a bearer token | `{ answers }` for the token's user |
 * | `POST matrix` with `{ resource, actions }` | `{ members, tests }`: the answers for all people in all of their organizations, and a test suite for `cerbos compile` that expects them |
 */
export function decisionRoutes({ enforcer, policies, issuer, clientId }: DecisionsOptions): Routes {
  const turn = inTurn();
  const globals = { issuer, clientId, behindGateway: true };

  /** One request to the PDP for each user. */
  const decide = async (name: string, request: Request, { resource, actions, checks }: Question): Promise<Answered> => {
    const { principal, claims } = await enforcer.identify(request);
    const decisions = await enforcer.authorize(request, checks);
    const answers = decisions.map(({ action, allowed, outputs, validationErrors }) => ({
      action,
      allowed,
      hints: [...new Set(outputs.map(({ value }) => value).filter(isName))],
      schemaErrors: validationErrors.map(({ path, message }) => `${path}: ${message}`),
      why: null,
    }));
    const allowed = new Set(answers.filter((answer) => answer.allowed).map(({ action }) => action));
    return { name, principal: plain(principal), claims: claims ?? {}, resource, actions, allowed, answers };
  };

  const withReasons = async (cases: readonly Answered[]): Promise<readonly Answered[]> => {
    const explanations = await turn(() => explain(policies, cases, globals));
    return cases.map((one) => ({
      ...one,
      answers: one.answers.map((answer) => {
        const why = explanations.get(one.name)?.get(answer.action);
        // Tests of policies do not look at schemas.
        const isExplained = why?.allowed === answer.allowed && answer.schemaErrors.length === 0;
        return { ...answer, why: isExplained ? why : null };
      }),
    }));
  };

  return {
    "POST explain": async ({ request, body }) => {
      const [answered] = await withReasons([await decide("user", request, questionIn(await body()))]);
      return json(200, { answers: answered?.answers });
    },
    "POST matrix": async ({ body }) => {
      const question = questionIn(await body());
      const members = await membersOf({ issuer, clientId });
      const cases = await Promise.all(
        members.map(({ person, organization, token }) =>
          decide(`${person.name} in ${organization.name}`, requestWith(token), question),
        ),
      );
      const answered = await withReasons(cases);
      const description = `Who may do what with the ${question.resource.kind} ${question.resource.id}`;
      return json(200, {
        members: members.map(({ person, organization }, at) => ({
          person,
          organization,
          answers: answered[at]?.answers ?? [],
        })),
        tests: testSuite(cases, { name: "Matrix", description, globals, now: new Date() }),
      });
    },
  };
}

function requestWith(token: string): Request {
  return new Request("http://localhost", { headers: { authorization: `Bearer ${token}` } });
}

/** A fixture has no field that is undefined. */
function plain(principal: Principal): Principal {
  return JSON.parse(JSON.stringify(principal));
}

function questionIn({ resource, actions }: { readonly [field: string]: unknown }): Question {
  if (isResource(resource) && Array.isArray(actions) && actions.every(isName)) {
    const names = [...new Set(actions)];
    const checks = names.map((action) => ({ action, resource })).filter(isCheck);
    if (checks.length > 0 && checks.length <= MAX_ACTIONS) return { resource, actions: names, checks };
  }
  throw new InvalidRequest(
    `Send { "resource": { "kind": …, "id": …, "attr": { … } }, "actions": [ … ] } with 1 to ${MAX_ACTIONS} actions.`,
  );
}

function isResource(value: unknown): value is AskedResource {
  return isFields(value) && isName(value["kind"]) && isName(value["id"]) && isFields(value["attr"]);
}

/** Pages may ask about kinds and actions that the policies do not have, too. */
function isCheck(value: { readonly action: string; readonly resource: AskedResource }): value is Check & typeof value {
  return value.action !== "";
}
