// What an Expo app finds on a device, as read in the sources of React Native 0.88.1, of its Hermes (260318099) and of
// Expo 58.0.26. Language features, such as `Promise`, are not listed: a new context has those of Node.

/** Of Hermes itself. */
const HERMES = ["TextEncoder", "TextDecoder", "atob", "btoa"] as const;

/** Of React Native. */
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

/** Of Expo. */
const EXPO = ["DOMException", "structuredClone", "URL", "URLSearchParams"] as const;

/** What the Hermes of React Native 0.88 lacks of the language, among what is used or was likely to be. */
export const MISSING = [
  "Array.prototype.toSorted",
  "Array.fromAsync",
  "ArrayBuffer.prototype.transfer",
  "Symbol.dispose",
  "Symbol.asyncDispose",
] as const;

/** What the sample's polyfills add. */
export const POLYFILLED = { globals: ["crypto"], methods: ["toSorted"] };

/** What the packages do without if it is not there. */
export const GUARDED = ["BroadcastChannel", "ReadableStream", "document", "location", "window"];

/** What a browser has beside the globals of Node. */
export const BROWSER = [
  "document",
  "location",
  "window",
  "history",
  "indexedDB",
  "requestAnimationFrame",
  "XMLHttpRequest",
];

/** The globals of such an app. There is no `document`, and `window` listens to nothing. */
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
