// Replaces expo and expo-crypto. Hashes use the machine's Web Crypto.
import { type ComponentType } from "react";

export const CryptoDigestAlgorithm = { SHA256: "SHA-256" } as const;

declare const hostDigest: (algorithm: string, data: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>;

export const digest = (algorithm: string, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> =>
  hostDigest(algorithm, data);

/** The app, after registerRootComponent. */
export let registered: ComponentType | undefined;

export function registerRootComponent(app: ComponentType): void {
  registered = app;
}
