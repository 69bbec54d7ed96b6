/**
 * Conditions of plans as text. **Not public API**: it is for the other packages of this repository, and changes without
 * notice.
 *
 * @packageDocumentation
 */
export { conditionText } from "./plans/condition-text.ts";
export { operatorWords } from "./plans/condition-words.ts";
