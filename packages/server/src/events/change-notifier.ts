import { type EventBus } from "./event-bus.ts";

/** A change of what users may do, at Kinde. Without `subject` and `organization`, everybody's. */
export interface RightsChange {
  /** The `sub` of the user whose rights changed. */
  readonly subject?: string;
  /** The code of the organization in which they changed. */
  readonly organization?: string;
  /** When they changed, in ms since the epoch. A token issued until then is outdated. Default: now. */
  readonly at?: number;
  /**
   * Whether Kinde would still put the earlier claims into a new token, until its `refresh_claims` is called for the user.
   * Default: false.
   */
  readonly areClaimsCached?: boolean;
}

/** What reports changes: what `createEvents` returns fits. */
export interface ChangeNotifier {
  /** Reports that the PDP decides by other policies. */
  policiesChanged(change?: { readonly kinds?: readonly string[] }): Promise<void>;
  /** Reports that Kinde knows other rights of users. */
  rightsChanged(change?: RightsChange): Promise<void>;
  /** How the processes of one application share what they know. Default: this process is the only one. */
  readonly bus?: EventBus;
}
