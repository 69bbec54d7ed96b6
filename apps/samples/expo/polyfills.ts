// Import this file first, before anything of kinde-cerbos: React Native lacks two things that it needs.
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

// Of ES2023, the Hermes of React Native 0.88 has `toReversed` and `toSpliced`, and not this one.
if (!("toSorted" in Array.prototype)) {
  // oxlint-disable-next-line no-extend-native -- a polyfill
  Object.defineProperty(Array.prototype, "toSorted", {
    value<Item>(this: readonly Item[], compare?: (one: Item, other: Item) => number): Item[] {
      // oxlint-disable-next-line unicorn/no-array-sort -- this is what makes it
      return [...this].sort(compare);
    },
  });
}
