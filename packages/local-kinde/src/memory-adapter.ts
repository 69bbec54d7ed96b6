import type { Adapter, AdapterPayload } from "oidc-provider";

/** Where oidc-provider keeps sessions, grants and tokens: in memory, so all are gone when the process ends. */
export interface MemoryStore {
  adapter(kind: string): Adapter;
  /** The ids of all entries of a kind that fit. */
  idsOf(kind: string, fits: (payload: AdapterPayload) => boolean): string[];
}

interface Entry {
  payload: AdapterPayload;
  /** Milliseconds. */
  expiresAt: number;
  /** Milliseconds; when a code or a refresh token was used. */
  consumedAt?: number;
}

/**
 * @param options.findClient - Applications are not stored: they are looked up in the config of the moment.
 * @param options.reuseGrace - Milliseconds in which a used refresh token still counts as unused, since two tabs of
 *   one application refresh at the same time with the same token. Later, oidc-provider sees the reuse and revokes
 *   the whole grant.
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
