import type { Adapter, AdapterPayload } from "oidc-provider";

/** Stores oidc-provider's sessions, grants and tokens in memory. They are lost when the process ends. */
export interface MemoryStore {
  adapter(kind: string): Adapter;
  /** Returns the ids of all entries of a kind that `fits` accepts. */
  idsOf(kind: string, fits: (payload: AdapterPayload) => boolean): string[];
}

interface Entry {
  payload: AdapterPayload;
  /** In ms since the epoch. */
  expiresAt: number;
  /** When a code or a refresh token was used, in ms since the epoch. */
  consumedAt?: number;
}

/**
 * Creates an empty store.
 *
 * @param options.findClient - Looks up an application in the current config. Applications are not stored.
 * @param options.reuseGrace - How long a used refresh token is accepted again, in ms: two tabs of one application
 *   refresh at the same time with the same token. After that, oidc-provider treats it as reuse and revokes the whole
 *   grant.
 */
export function createMemoryStore(options: {
  findClient: (id: string) => AdapterPayload | undefined;
  reuseGrace: number;
}): MemoryStore {
  const kinds = new Map<string, Map<string, Entry>>();

  function entriesOf(kind: string): Map<string, Entry> {
    let entries = kinds.get(kind);
    if (entries === undefined) kinds.set(kind, (entries = new Map()));
    return entries;
  }

  function live(kind: string): [string, Entry][] {
    const entries = entriesOf(kind);
    for (const [id, entry] of entries) if (entry.expiresAt <= Date.now()) entries.delete(id);
    return [...entries];
  }

  function read(kind: string, entry: Entry | undefined): AdapterPayload | undefined {
    if (entry === undefined || entry.expiresAt <= Date.now()) return undefined;
    const { payload, consumedAt } = entry;
    const inGrace = consumedAt !== undefined && kind === "RefreshToken" && Date.now() - consumedAt < options.reuseGrace;
    return consumedAt === undefined || inGrace ? payload : { ...payload, consumed: Math.floor(consumedAt / 1000) };
  }

  function adapter(kind: string): Adapter {
    const entries = entriesOf(kind);
    const find = (fits: (payload: AdapterPayload) => boolean): AdapterPayload | undefined =>
      read(kind, live(kind).find(([, entry]) => fits(entry.payload))?.[1]);
    return {
      upsert: async (id, payload, expiresIn) => {
        live(kind);
        entries.set(id, {
          payload,
          expiresAt: expiresIn === undefined ? Infinity : Date.now() + expiresIn * 1000,
        });
      },
      find: async (id) => (kind === "Client" ? options.findClient(id) : read(kind, entries.get(id))),
      findByUid: async (uid) => find((payload) => payload.uid === uid),
      findByUserCode: async (userCode) => find((payload) => payload.userCode === userCode),
      consume: async (id) => {
        const entry = entries.get(id);
        if (entry !== undefined) entry.consumedAt ??= Date.now();
      },
      destroy: async (id) => {
        entries.delete(id);
      },
      revokeByGrantId: async (grantId) => {
        for (const [id, entry] of entries) if (entry.payload.grantId === grantId) entries.delete(id);
      },
    };
  }

  return {
    adapter,
    idsOf: (kind, fits) => live(kind).flatMap(([id, entry]) => (fits(entry.payload) ? [id] : [])),
  };
}
