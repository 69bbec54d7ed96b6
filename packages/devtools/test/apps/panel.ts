export { PermissionsDevtools as App } from "@kinde-cerbos/devtools";
