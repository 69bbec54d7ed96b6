// What the pages beside it are about.
import { type Authorizer } from "@kinde-cerbos/core";
import { type Enforcer } from "@kinde-cerbos/server";
import { type QueryClient } from "@tanstack/react-query";

export declare const authorizer: Authorizer;
export declare const enforcer: Enforcer;
export declare const request: Request;
export declare const queryClient: QueryClient;

/** A document as an app has it: with more than the policies know, and states that come from elsewhere. */
export interface DocumentRecord {
  readonly id: string;
  readonly title: string;
  readonly ownerId: string;
  readonly state: "draft" | "published";
  readonly tags: readonly ("red" | "blue")[];
}

export declare const documents: readonly DocumentRecord[];
export declare const document: DocumentRecord;
export declare const text: string;
