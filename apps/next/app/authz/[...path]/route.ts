import { createAuthzRoute } from "@kinde-cerbos/next";

export const { POST, OPTIONS } = createAuthzRoute();
