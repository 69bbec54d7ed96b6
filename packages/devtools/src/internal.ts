/**
 * Conditions of plans as text, and requests as they left. **Not public API**: it is for the other packages of this repository, and changes without
 * notice.
 *
 * @packageDocumentation
 */
export { conditionText } from "./plans/condition-text.ts";
export { operatorWords } from "./plans/condition-words.ts";
export { readEntries, type SentEntry } from "./record/read-entries.ts";
