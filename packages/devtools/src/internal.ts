/**
 * Plan conditions as text, and the entries of recorded requests. **Not public API**: for the other packages of this
 * repository; it changes without notice.
 *
 * @packageDocumentation
 */
export { conditionText } from "./plans/condition-text.ts";
export { operatorWords } from "./plans/condition-words.ts";
export { readEntries, type SentEntry } from "./record/read-entries.ts";
