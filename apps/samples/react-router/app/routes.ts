import { index, route, type RouteConfig } from "@react-router/dev/routes";

export default [
  index("routes/home.tsx"),
  route("documents/:id", "routes/document.tsx"),
  route("authz/*", "routes/authz.ts"),
  route("session", "routes/session.ts"),
  route("login", "routes/login.ts"),
  route("callback", "routes/callback.ts"),
  route("logout", "routes/logout.ts"),
] satisfies RouteConfig;
