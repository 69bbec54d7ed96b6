// Import this file first, before anything of kinde-cerbos: React Native lacks two things that it needs.
import { CryptoDigestAlgorithm, digest } from "expo-crypto";

// Web Crypto: the id of a session is the SHA-256 of its claims.
if (globalThis.crypto?.subtle === undefined) {
  const subtle = {
    digest: (_: "SHA-256", data: Uint8Array<ArrayBuffer>) => digest(CryptoDigestAlgorithm.SHA256, data),
  };
  Object.defineProperty(globalThis, "crypto", { value: { ...globalThis.crypto, subtle }, configurable: true });
}

// Of ES2023, the Hermes of React Native 0.88 has `toReversed` and `toSpliced`, and not this one.
if (!("toSorted" in Array.prototype)) {
  Object.defineProperty(Array.prototype, "toSorted", {
    value<Item>(this: readonly Item[], compare?: (one: Item, other: Item) => number): Item[] {
      return [...this].sort(compare);
    },
    configurable: true,
    writable: true,
  });
}
