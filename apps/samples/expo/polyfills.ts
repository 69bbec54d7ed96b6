// Import this file first, before anything from kinde-cerbos: React Native lacks two features that it needs.
import { CryptoDigestAlgorithm, digest } from "expo-crypto";

// Web Crypto: the id of a session is the SHA-256 of its claims.
if (globalThis.crypto?.subtle === undefined) {
  const subtle = {
    digest: (_: "SHA-256", data: Uint8Array<ArrayBuffer>) => digest(CryptoDigestAlgorithm.SHA256, data),
  };
  const crypto = globalThis.crypto ?? {};
  Object.defineProperty(crypto, "subtle", { value: subtle });
  Object.defineProperty(globalThis, "crypto", { value: crypto });
}

// Hermes in React Native 0.88 has `toReversed` and `toSpliced` of ES2023, but not this method.
if (!("toSorted" in Array.prototype)) {
  // oxlint-disable-next-line no-extend-native -- a polyfill
  Object.defineProperty(Array.prototype, "toSorted", {
    value<Item>(this: readonly Item[], compare?: (one: Item, other: Item) => number): Item[] {
      // oxlint-disable-next-line unicorn/no-array-sort -- this implements it
      return [...this].sort(compare);
    },
  });
}
