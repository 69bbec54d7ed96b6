import { isDeepStrictEqual } from "node:util";
import type { LocalKindeConfig } from "./config.ts";
import { findPerson } from "./directory.ts";

/**
 * Kinde's cache of claims: a new token of a user says what their last one said, until the user themselves is changed.
 * What is kept is the config of the moment in which the claims were made.
 */
export interface ClaimsCache {
  /** The config to make claims from, for a person in one organization of one application. */
  configFor(of: { person: string; organization: string | undefined; clientId: string }): LocalKindeConfig;
  /** Ends the cache of a person: `refresh_claims` of the management API. */
  forget(person: string): void;
  /**
   * Takes a new config. It ends the cache of each person whose own entry has changed: profile, memberships with their
   * roles and permissions, properties and flags. Changes of a role, an organization or the environment do not end it.
   */
  update(config: LocalKindeConfig): void;
}

/** @param isOff - Claims are always those of the newest config. */
export function createClaimsCache(first: LocalKindeConfig, isOff: boolean): ClaimsCache {
  let newest = first;
  /** By person, then by application and organization: a first token there repeats nothing. */
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
