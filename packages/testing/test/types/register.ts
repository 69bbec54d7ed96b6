// As `kinde-cerbos typegen` writes it.
import { type Register as Known } from "@kinde-cerbos/core";

export type Names = Known;

declare module "@kinde-cerbos/core" {
  interface Register {
    readonly policies: {
      readonly kinds: "document" | "invoice";
      readonly actions: { readonly document: "view" | "edit"; readonly invoice: "pay" };
      readonly attributes: {
        readonly document: { readonly owner: string };
        readonly invoice: { readonly sum: number };
      };
    };
    readonly kinde: {
      readonly roles: "editor";
      readonly permissions: "export";
      readonly flags: { readonly beta: boolean; readonly theme: "light" | "dark" };
    };
  }
}
