import { isDeepStrictEqual } from "node:util";
import type { LocalKindeConfig } from "./config.ts";
import { findPerson } from "./directory.ts";

/**
 * Kinde's cache of claims: a new token of a user repeats the claims of the last one, until the user is changed. The
 * cache stores the config that the claims were made from.
 */
export interface ClaimsCache {
  /** Returns the config to make claims from, for a person in one organization of one application. */
  configFor(of: { person: string; organization: string | undefined; clientId: string }): LocalKindeConfig;
  /** Clears the cache of a person, for `refresh_claims` of the management API. */
  forget(person: string): void;
  /**
   * Sets a new config. Clears the cache of each person whose own entry has changed: profile, memberships with their
   * roles and permissions, properties and flags. Changes of a role, an organization or the environment do not clear it.
   */
  update(config: LocalKindeConfig): void;
}

/**
 * Creates a cache.
 *
 * @param isOff - Whether claims are always made from the newest config
 */
export function createClaimsCache(first: LocalKindeConfig, isOff: boolean): ClaimsCache {
  let newest = first;
  /** By person, then by application and organization: the first token of each combination has current claims. */
  const kept = new Map<string, Map<string, LocalKindeConfig>>();
  return {
    configFor: ({ person, organization, clientId }) => {
      if (isOff) return newest;
      const place = JSON.stringify([clientId, organization]);
      const ofPerson = kept.get(person) ?? new Map<string, LocalKindeConfig>();
      const config = ofPerson.get(place) ?? newest;
      kept.set(person, ofPerson.set(place, config));
      return config;
    },
    forget: (person) => void kept.delete(person),
    update: (config) => {
      for (const person of kept.keys()) {
        if (!isDeepStrictEqual(findPerson(newest, person), findPerson(config, person))) kept.delete(person);
      }
      newest = config;
    },
  };
}
