import { permissionsDevtoolsPlugin } from "@kinde-cerbos/devtools/tanstack";

export const plugins = [permissionsDevtoolsPlugin()];
