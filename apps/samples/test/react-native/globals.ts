// The globals of an Expo app on a device, from the sources of React Native 0.88.1, its Hermes (260318099) and Expo
// 58.0.26. Language features, such as `Promise`, are not listed, because a new context has those of Node.

/** Globals of Hermes. */
const HERMES = ["TextEncoder", "TextDecoder", "atob", "btoa"] as const;

/** Globals of React Native. */
const REACT_NATIVE = [
  "AbortController",
  "AbortSignal",
  "Blob",
  "clearInterval",
  "clearTimeout",
  "console",
  "Event",
  "EventTarget",
  "FormData",
  "Headers",
  "performance",
  "queueMicrotask",
  "Request",
  "Response",
  "setImmediate",
  "setInterval",
  "setTimeout",
] as const;

/** Globals of Expo. */
const EXPO = ["DOMException", "structuredClone", "URL", "URLSearchParams"] as const;

/** Language features that Hermes in React Native 0.88 lacks, among those that are used or likely to be used. */
export const MISSING = [
  "Array.prototype.toSorted",
  "Array.fromAsync",
  "ArrayBuffer.prototype.transfer",
  "Symbol.dispose",
  "Symbol.asyncDispose",
] as const;

/** Features that the sample's polyfills add. */
export const POLYFILLED = { globals: ["crypto"], methods: ["toSorted"] };

/** Features that the packages do not need. */
export const GUARDED = ["BroadcastChannel", "ReadableStream", "document", "location", "window"];

/** Globals that a browser has and Node does not. */
export const BROWSER = [
  "document",
  "location",
  "window",
  "history",
  "indexedDB",
  "requestAnimationFrame",
  "XMLHttpRequest",
];

/** The globals of such an app. There is no `document`, and `window` has no event listeners. */
export function deviceGlobals(fetch: typeof globalThis.fetch): object {
  const given = [...HERMES, ...REACT_NATIVE, ...EXPO].map((name) => [name, globalThis[name]]);
  return {
    ...Object.fromEntries(given),
    fetch,
    navigator: { product: "ReactNative" },
    process: { env: { NODE_ENV: "development" } },
    __DEV__: true,
  };
}
