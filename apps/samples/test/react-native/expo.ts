// In the place of expo and expo-crypto. The hash is the machine's.
import { type ComponentType } from "react";

export const CryptoDigestAlgorithm = { SHA256: "SHA-256" } as const;

declare const hostDigest: (algorithm: string, data: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>;

export const digest = (algorithm: string, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> =>
  hostDigest(algorithm, data);

/** The app, once it has registered itself. */
export let registered: ComponentType | undefined;

export function registerRootComponent(app: ComponentType): void {
  registered = app;
}
