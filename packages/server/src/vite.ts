import { isFields, isName, requireOption } from "@kinde-cerbos/core/internal";
import type { Connect, Plugin, ResolvedConfig } from "vite";
import { createGateway, GATEWAY_OPTIONS, type GatewayOptions } from "./gateway.ts";
import { toNodeListener } from "./node.ts";
import { type OptionNames, requireKnownOptions } from "./option-names.ts";

/** Options of {@link kindeCerbos}. */
export interface KindeCerbosPluginOptions extends GatewayOptions {
  /** Where the page asks, as in `new HTTP("/authz")`. Default: `/authz`. */
  readonly path?: string;
}

/**
 * Makes the options of {@link kindeCerbos} from variables: those of the environment and of Vite's `.env` files for its
 * mode, with any prefix. A variable that is not set may be passed on: if the option is needed, it is refused.
 */
export type KindeCerbosPluginOptionsFromEnv = (env: Readonly<Record<string, string | undefined>>) => {
  readonly [Name in keyof KindeCerbosPluginOptions]: KindeCerbosPluginOptions[Name] | undefined;
};

const PLUGIN_OPTIONS: OptionNames<KindeCerbosPluginOptions> = { ...GATEWAY_OPTIONS, path: true };

/**
 * A Vite plugin that mounts a gateway into the development server and `vite
 * preview`, so that the page asks its own origin, as in production. A build has
 * nothing of it. In the development server, the option `metadata` is true if you
 * do not set it, for developer tools; a preview is as production.
 *
 * @param options a function is called when one of the two servers starts. It is not called for a build, nor by Vitest
 * @throws AuthzError `invalid_option`, at once, or when the server starts if `options` is a function
 */
export function kindeCerbos(options: KindeCerbosPluginOptions | KindeCerbosPluginOptionsFromEnv): Plugin {
  if (typeof options !== "function") mount(options);
  const mountIn = async (middlewares: Connect.Server, config: ResolvedConfig, more: object = {}): Promise<void> => {
    const found = typeof options === "function" ? await fromEnv(options, config) : options;
    if (found) mount({ ...more, ...found }, middlewares);
  };
  return {
    name: "kinde-cerbos",
    configureServer: ({ middlewares, config }) => mountIn(middlewares, config, { metadata: true }),
    configurePreviewServer: ({ middlewares, config }) => mountIn(middlewares, config),
  };
}

/** Makes the gateway, and mounts it if there is a server. */
function mount(pluginOptions: KindeCerbosPluginOptions, middlewares?: Connect.Server): void {
  requireKnownOptions(pluginOptions, PLUGIN_OPTIONS, "kindeCerbos");
  const { path = "/authz", ...options } = pluginOptions;
  requireOption(isName(path) && path.startsWith("/"), 'path must begin with a slash, as in "/authz"');
  const listener = toNodeListener(createGateway(options));
  middlewares?.use(path, listener);
}

async function fromEnv(
  options: KindeCerbosPluginOptionsFromEnv,
  { mode, envDir }: ResolvedConfig,
): Promise<KindeCerbosPluginOptions | undefined> {
  // Vitest starts a development server, too, in a mode that has no variables, and nobody asks there.
  if (process.env["VITEST"] !== undefined) return undefined;
  const { loadEnv } = await import("vite");
  const found = options(loadEnv(mode, envDir, ""));
  requireVariables(found);
  return found;
}

/** Says what is missing. All the rest is checked where it is used. */
function requireVariables(
  options: ReturnType<KindeCerbosPluginOptionsFromEnv>,
): asserts options is KindeCerbosPluginOptions {
  requireOption(isFields(options), "the function given to kindeCerbos must return an object of options");
  for (const name of ["issuer", "pdp"] as const) {
    requireOption(options[name] !== undefined, `${name} is undefined: set the variable that it comes from`);
  }
}
