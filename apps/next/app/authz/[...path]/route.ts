import { createAuthzRoute } from "../../../lib/authz.ts";

export const { GET, POST, OPTIONS } = createAuthzRoute();
