import { isName, requireOption } from "@kinde-cerbos/core/internal";
import type { Plugin } from "vite";
import { createGateway, GATEWAY_OPTIONS, type GatewayOptions } from "./gateway.ts";
import { toNodeListener } from "./node.ts";
import { type OptionNames, requireKnownOptions } from "./option-names.ts";

/** Options of {@link kindeCerbos}. */
export interface KindeCerbosPluginOptions extends GatewayOptions {
  /** Where the page asks, as in `new HTTP("/authz")`. Default: `/authz`. */
  readonly path?: string;
}

const PLUGIN_OPTIONS: OptionNames<KindeCerbosPluginOptions> = { ...GATEWAY_OPTIONS, path: true };

/**
 * A Vite plugin that mounts a gateway into the development server and `vite
 * preview`, so that the page asks its own origin, as in production. A build has
 * nothing of it. In the development server, the option `metadata` is true if you
 * do not set it, for developer tools; a preview is as production.
 *
 * @throws AuthzError `invalid_option`
 */
export function kindeCerbos(pluginOptions: KindeCerbosPluginOptions): Plugin {
  requireKnownOptions(pluginOptions, PLUGIN_OPTIONS, "kindeCerbos");
  const { path = "/authz", ...options } = pluginOptions;
  requireOption(isName(path) && path.startsWith("/"), 'path must begin with a slash, as in "/authz"');
  const development = toNodeListener(createGateway({ metadata: true, ...options }));
  const preview = toNodeListener(createGateway(options));
  return {
    name: "kinde-cerbos",
    configureServer({ middlewares }) {
      middlewares.use(path, development);
    },
    configurePreviewServer({ middlewares }) {
      middlewares.use(path, preview);
    },
  };
}
