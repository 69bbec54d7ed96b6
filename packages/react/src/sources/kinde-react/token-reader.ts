import { type StorageKeys } from "@kinde-oss/kinde-auth-react/utils";
import { currentToken, isAsyncStore, readToken } from "./stored-token.ts";

/** Reads one of Kinde's tokens. */
interface TokenReader {
  /** Returns the token; `null` if there is none, `undefined` while an asynchronous store has not answered. */
  token(): string | null | undefined;
  /** Has an asynchronous store (a browser extension's) read it again. */
  look(): void;
}

/** @param onAnswer - Called when an asynchronous store has answered */
export function tokenReader(key: StorageKeys, onAnswer: () => void): TokenReader {
  let answer: string | null | undefined;
  let looks = 0;
  return {
    token: () => (isAsyncStore() ? answer : (readToken(key) ?? null)),
    look() {
      if (!isAsyncStore()) return;
      // Two reads may be answered in reverse order, so only the newest one is used.
      const mine = (looks += 1);
      const settle = (token: string | undefined): void => {
        if (mine !== looks) return;
        answer = token ?? null;
        onAnswer();
      };
      // A store that fails has none, and nothing is allowed.
      void currentToken(key).then(settle, () => settle(undefined));
    },
  };
}
