import { setTimeout as pause } from "node:timers/promises";
import { createSession, type Principal } from "@kinde-cerbos/core";
import { readLiveEvent } from "@kinde-cerbos/core/internal";
import { documents, documentResource } from "@kinde-cerbos/demo/data/documents.ts";
import { type LivePrograms, tokenOf } from "./programs.ts";

/** The answer to a page's checks. */
interface PageAnswer {
  readonly status: number;
  /** From the request to the end of the answer. */
  readonly ms: number;
}

/** Simulated pages: each has a stream and a token of its own, and waits for the delay of an event as a browser does. */
export interface Pages {
  /** Resolves once each page has had an event, waited for its delay, and has an answer to its checks. */
  readonly answered: Promise<readonly PageAnswer[]>;
  close(): void;
}

/** Streams that are being opened at once. */
const OPENED_AT_ONCE = 50;
/** Checks of a page: one request. */
const CHECKS = 20;

const resources = documents
  .slice(0, CHECKS)
  .map((document) => ({ resource: documentResource(document), actions: ["edit"] }));

/** Opens so many. Resolves once each has heard the first message. */
export async function openPages(programs: LivePrograms, gateway: string, count: number): Promise<Pages> {
  const end = new AbortController();
  const answers: Promise<PageAnswer>[] = [];
  for (let from = 0; from < count; from += OPENED_AT_ONCE) {
    const some = Array.from({ length: Math.min(OPENED_AT_ONCE, count - from) }, async (_, at) => {
      const token = await tokenOf(programs, from + at);
      const events = await openStream(gateway, token, end.signal);
      const { principal } = await createSession(token);
      answers.push(follow(events, () => check(gateway, token, principal)));
    });
    await Promise.all(some);
  }
  const answered = Promise.all(answers);
  // Idle pages are closed without one.
  answered.catch(() => {});
  return { answered, close: () => end.abort() };
}

/** The messages of a stream, after the first one. */
async function openStream(gateway: string, token: string, signal: AbortSignal): Promise<AsyncIterator<string>> {
  const headers = { accept: "text/event-stream", authorization: `Bearer ${token}` };
  const response = await fetch(`${gateway}/api/events`, { headers, signal });
  if (!response.ok || !response.body) throw new Error(`A stream of events was refused: HTTP ${response.status}.`);
  const messages = response.body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  await messages.next();
  return messages;
}

/** On the first event: waits as long as it says, then checks. */
async function follow(messages: AsyncIterator<string>, act: () => Promise<PageAnswer>): Promise<PageAnswer> {
  for (;;) {
    const { done, value } = await messages.next();
    if (done) throw new Error("A stream of events has ended.");
    const data = /^data: (.*)$/m.exec(value)?.[1];
    const event = data === undefined ? null : readLiveEvent(data);
    if (!event) continue;
    await pause(event.delayMs);
    return act();
  }
}

async function check(gateway: string, token: string, principal: Principal): Promise<PageAnswer> {
  const began = performance.now();
  const response = await fetch(`${gateway}/api/check/resources`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ principal, resources }),
  });
  await response.text();
  return { status: response.status, ms: performance.now() - began };
}
