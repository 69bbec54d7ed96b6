/**
 * For the other packages of kinde-cerbos only. It is not public API: anything here may change in any release.
 *
 * @packageDocumentation
 */
import { development } from "./session/development.ts";
import { type Inspection } from "./session/inspection.ts";

export { KEY_PREFIX } from "./cache/decision-query.ts";
export { isRefused } from "./cache/is-refused.ts";
export { queriesIn } from "./hooks/use-answers.ts";
export {
  type InspectedProvider,
  type Inspection,
  type SimulatedAnswers,
  type Simulation,
  simulatedName,
} from "./session/inspection.ts";

/** The page's providers, for devtools; `null` in production. */
export const inspection: Inspection | null = development && development.inspection;
