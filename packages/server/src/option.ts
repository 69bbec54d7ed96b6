import { isLoopback, isName, requireOption } from "@kinde-cerbos/core/internal";

/** Sends a request. The global `fetch` fits, and so does `fetch` of undici with a `dispatcher`. */
export type Send = (url: string, init: SentRequest) => Promise<ReceivedResponse>;

/** A request as {@link Send} gets it. It fits into the second argument of `fetch`. */
export interface SentRequest {
  /** The HTTP method. Default: `GET`. */
  method?: string;
  /** The headers, by name. */
  headers?: { [name: string]: string };
  /** The body. Default: none. */
  body?: string | URLSearchParams;
  /** Always `manual`: a redirect is not followed, so a token goes nowhere else. */
  redirect?: "manual";
  /** Aborted when nobody waits for the response any more. */
  signal?: AbortSignal;
}

/** The part of a `ReadableStream` of bytes that is used. */
export interface ReceivedBody {
  /** Reads the body in chunks. */
  readonly getReader: () => {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(): Promise<void>;
  };
  /** Drops the body without reading it. */
  readonly cancel: () => Promise<void>;
}

/** The part of Fetch's `Response` that is used. */
export interface ReceivedResponse {
  /** Whether the status is from 200 to 299. */
  readonly ok: boolean;
  /** The HTTP status. */
  readonly status: number;
  /** The headers. */
  readonly headers: { readonly get: (name: string) => string | null };
  /** The body as a stream; `null` if there is none. */
  readonly body: ReceivedBody | null;
  /** Reads the whole body. */
  readonly text: () => Promise<string>;
}

/** An option that may be one name or several, as a list. Untyped callers pass anything. */
export function namesOf(option: string | readonly string[] | undefined, name: string): readonly string[] {
  const names: readonly unknown[] = option === undefined ? [] : [option].flat();
  requireOption(names.every(isName), `${name} must be a non-empty string, or a list of them`);
  return names;
}

/** @throws AuthzError `invalid_option` where a number is no integer in the range */
export function requireIntegers(
  options: object,
  ranges: { readonly [name: string]: readonly [least: number, most: number] },
): void {
  for (const [name, [least, most]] of Object.entries(ranges)) {
    const value: unknown = Reflect.get(options, name);
    requireOption(
      Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
      `${name} must be an integer from ${least} to ${most}`,
    );
  }
}

/** Options that are functions, where they are given. */
export function requireFunctions(options: { readonly [name: string]: unknown }): void {
  for (const [name, value] of Object.entries(options)) {
    requireOption(value === undefined || typeof value === "function", `${name} must be a function`);
  }
}

/** An address that paths are added to: without the slash at its end. */
export function addressOf(option: unknown, name: string): string {
  const address = httpAddressOf(option, name);
  requireOption(!address.includes("?"), `${name} must be an address without a query`);
  return address.replace(/\/+$/, "");
}

/** An address whose responses are trusted: `https`, or on this machine. */
export function secureAddressOf(option: unknown, name: string): string {
  const address = httpAddressOf(option, name);
  const { protocol, hostname } = new URL(address);
  requireOption(
    protocol === "https:" || isLoopback(hostname),
    `${name} must begin with https://. Over plain http, anyone on the network can read what is sent, and answer in its place. ` +
      "Give the address a certificate, or reach it through a TLS proxy on localhost",
  );
  return address;
}

/** An address of HTTP. Addresses end up in logs, so it may not have a password, and the message quotes none. */
function httpAddressOf(option: unknown, name: string): string {
  const isAddress = isName(option) && /^https?:\/\/[^\s\\]+$/i.test(option) && URL.canParse(option);
  requireOption(isAddress, `${name} must be an address such as "https://example.com"`);
  const { username, password } = new URL(option);
  requireOption(
    username === "" && password === "",
    `${name} must be an address without a user name and password. Send credentials in a header, with the fetch option`,
  );
  requireOption(!option.includes("#"), `${name} must be an address without a fragment`);
  return option;
}
