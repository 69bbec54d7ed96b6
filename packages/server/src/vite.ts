/**
 * A plugin for Vite: the gateway on the development server.
 *
 * @packageDocumentation
 */
import { isFields, isName, requireOption } from "@kinde-cerbos/core/internal";
import type { Connect, Plugin, ResolvedConfig } from "vite";
import { GATEWAY_OPTIONS, type GatewayOptions } from "./gateway-options.ts";
import { createGateway } from "./gateway.ts";
import { toNodeListener } from "./node.ts";
import { type OptionNames, requireKnownOptions } from "./option-names.ts";

/** Options of {@link kindeCerbos}. */
export interface KindeCerbosPluginOptions extends GatewayOptions {
  /** The path that pages use, as in `pdp="/authz"`. Default: `/authz`. */
  readonly path?: string;
}

/**
 * Returns the options of {@link kindeCerbos} from environment variables: those of the process and of Vite's `.env`
 * files for its mode, with any prefix. You may pass on a variable that is not set: if the option is required, it is
 * refused.
 */
export type KindeCerbosPluginOptionsFromEnv = (env: Readonly<Record<string, string | undefined>>) => {
  readonly [Name in keyof KindeCerbosPluginOptions]: KindeCerbosPluginOptions[Name] | undefined;
};

const PLUGIN_OPTIONS: OptionNames<KindeCerbosPluginOptions> = { ...GATEWAY_OPTIONS, path: true };

/**
 * Creates a Vite plugin that mounts a gateway into the development server and `vite preview`, so that the page uses its
 * own origin, as in production. It adds nothing to a build. In the development server, the option `metadata` is true by
 * default, for developer tools; a preview behaves as in production.
 *
 * @param options a function is called when one of the two servers starts, but not for a build or by Vitest
 * @throws AuthzError `invalid_option` if an option is unknown, or has the wrong type or value: at once, or when the
 *   server starts if `options` is a function
 */
export function kindeCerbos(options: KindeCerbosPluginOptions | KindeCerbosPluginOptionsFromEnv): Plugin {
  if (typeof options !== "function") mount(options);
  const mountIn = async (middlewares: Connect.Server, config: ResolvedConfig, isPreview: boolean): Promise<void> => {
    const found = typeof options === "function" ? await fromEnv(options, config, isPreview) : options;
    if (found) mount({ ...(!isPreview && { metadata: true }), ...found }, middlewares);
  };
  return {
    name: "kinde-cerbos",
    configureServer: ({ middlewares, config }) => mountIn(middlewares, config, false),
    configurePreviewServer: ({ middlewares, config }) => mountIn(middlewares, config, true),
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
  { mode, envDir, logger }: ResolvedConfig,
  isPreview: boolean,
): Promise<KindeCerbosPluginOptions | undefined> {
  // Vitest starts a development server, too, in a mode that has no variables, and nobody asks there.
  if (process.env["VITEST"] !== undefined) return undefined;
  const { loadEnv } = await import("vite");
  const unset = new Set<string>();
  const env = new Proxy(loadEnv(mode, envDir, ""), {
    get(variables, name: string) {
      if (variables[name] === undefined) unset.add(name);
      return variables[name];
    },
  });
  const found = options(env);
  requireOption(isFields(found), "the function given to kindeCerbos must return an object of options");
  const name = found.issuer === undefined ? "issuer" : "pdp";
  const which = unset.size === 0 ? "" : ` Not set: ${[...unset].join(", ")}.`;
  const problem = `${name} is undefined: set the variable that it comes from in .env.${mode} or in the environment.${which}`;
  if (isPreview && !isComplete(found)) {
    logger.warn(`kinde-cerbos: this preview has no gateway, so every check fails: ${problem}`);
    return undefined;
  }
  requireOption(isComplete(found), problem);
  return found;
}

/** Whether the required options are there. All others are checked where they are used. */
function isComplete(options: ReturnType<KindeCerbosPluginOptionsFromEnv>): options is KindeCerbosPluginOptions {
  return options.issuer !== undefined && options.pdp !== undefined;
}
