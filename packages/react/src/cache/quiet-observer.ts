import { type QueryClient, QueryObserver, type QueryObserverResult } from "@tanstack/react-query";
import { type DefaultedQuery } from "./answer.ts";
import { type AnswerKey } from "./decision-query.ts";

/**
 * An observer of react-query that makes no result and no timer for each change, because none is read here, and they
 * would double the time of a page with a thousand checks. It keeps the query active: it is not collected, and is
 * fetched again on focus, on reconnect and when it is invalidated.
 */
export class QuietObserver<Data> extends QueryObserver<Data, Error, Data, Data, AnswerKey> {
  readonly #onChange: () => void;

  /** @param onChange is called during each change */
  constructor(client: QueryClient, options: DefaultedQuery<Data>, onChange: () => void) {
    super(client, options);
    this.#onChange = onChange;
  }

  override onQueryUpdate(): void {
    this.#onChange();
  }

  /** Called to find out whether the query is stale, such as by the devtools. */
  override getCurrentResult(): QueryObserverResult<Data> {
    return this.createResult(this.getCurrentQuery(), this.options);
  }

  // Also called by the constructor above, before this object has its fields.
  override updateResult(): void {}

  /** Without a fetch: who shows the answer says whether it is wanted. */
  protected override onSubscribe(): void {
    this.getCurrentQuery().addObserver(this);
  }
}
