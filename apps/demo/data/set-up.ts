/** The set-up of the playground, as its server tells the set-up page. */
export interface SetUp {
  /** Whether a Kinde of one's own is in the place of the local Kinde. */
  readonly isOwnKinde: boolean;
  readonly issuer: string;
  readonly clientId: string;
  /** `null` for none. */
  readonly audience: string | null;
  /** The PDP behind the gateway and the API. */
  readonly pdp: string;
}
