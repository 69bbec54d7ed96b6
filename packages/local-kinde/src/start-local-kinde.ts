import { createServer, type Server } from "node:http";
import { accountApi } from "./account-api.ts";
import { type ConfigEntries, patchConfig } from "./config-patch.ts";
import type { LocalKindeConfig, WebhookConfig } from "./config.ts";
import { answerCors } from "./cors.ts";
import { createIssuer, issuerUrl } from "./create-issuer.ts";
import { createToken, type CreateTokenOptions } from "./create-token.ts";
import { kindeDefaults } from "./defaults.ts";
import { LocalKindeError } from "./errors.ts";
import { refuseForeignHost } from "./host-guard.ts";
import type { Middleware } from "./issuer.ts";
import { loadConfig } from "./load-config.ts";
import { localApi } from "./local-api/local-api.ts";
import { logout } from "./logout.ts";
import { managementApi, managementClaims } from "./management-api.ts";
import { createMemoryStore } from "./memory-adapter.ts";
import { clientMetadata, createProvider } from "./provider.ts";
import { refusedAuthorization } from "./refused-authorization.ts";
import { revocation } from "./revocation.ts";
import { signIn } from "./sign-in.ts";
import { loadSigningKey } from "./signing-key.ts";
import { readTokenRequest } from "./token-request.ts";
import { tokenResponse } from "./token-response.ts";
import { createTokenSigner } from "./token-signer.ts";
import { createWebhookSender } from "./webhooks/webhook-sender.ts";

/** Options of {@link startLocalKinde}. */
export interface LocalKindeOptions {
  /** The config, or the path of its JSON file. */
  config: LocalKindeConfig | string;
  /** The port. Default: 0, any free one. A PDP that is configured with the issuer's URL needs a fixed port. */
  port?: number;
  /**
   * The file of the signing key, created (mode 0600) if it is missing. Use `keyFileFor`: a file inside the project may
   * be served by a development server, or committed. Default: a new key at each start; a running PDP then refuses
   * tokens until it fetches the keys again.
   */
  keyFile?: string | undefined;
  /** How long a refresh token can be used again, in seconds, for two tabs that refresh at once. Default: 10. */
  refreshReuseGrace?: number;
  /**
   * Whether each refresh issues a new access token, made from the current config. Default: `false`, as Kinde documents:
   * a refresh returns the existing access token until it expires or is revoked, and a new one repeats the claims of the
   * last one until the person's entry in the config changes.
   */
  newTokenAtRefresh?: boolean;
  /**
   * Whether pages of registered applications may list the people, get a token for any of them, and change people,
   * roles and flags, without a sign-in: the API below `/local/`. "View as" of the devtools needs it. Default: `true`.
   */
  localApi?: boolean;
  /**
   * Webhooks besides those of the config, such as those of a program whose port is known only at run time. Default:
   * none.
   */
  webhooks?: readonly WebhookConfig[];
  /** Gets a line for each failure inside the issuer or of a webhook, without tokens. Default: nothing is logged. */
  log?: (line: string) => void;
}

/** A running issuer. */
export interface LocalKinde {
  /** The issuer, as in `iss`: `http://localhost:PORT`, without a slash at the end. Kinde's SDK takes it as `domain`. */
  readonly url: string;
  /** The port. */
  readonly port: number;
  /** The current config. */
  readonly config: LocalKindeConfig;
  /**
   * Creates an access token as the application would get it, without a browser: for tests of policies and PDPs.
   *
   * @throws LocalKindeError `unknown_subject`
   */
  createToken(options: CreateTokenOptions): Promise<string>;
  /** Creates a token for the management API, as a back end gets it (`Authorization: Bearer …`). Valid for one day. */
  createManagementToken(): Promise<string>;
  /**
   * Replaces the config: people, roles, flags and applications. Sessions and tokens stay valid.
   *
   * A person whose own entry has changed gets new claims with the next access token that is issued. Changes of a role,
   * an organization or the environment are in it only after `POST /api/v1/users/{id}/refresh_claims`.
   *
   * @throws LocalKindeConfigError `config_unreadable` or `config_invalid`. The old config stays in use.
   */
  reload(config: LocalKindeConfig | string): Promise<void>;
  /**
   * Changes one entry of the config by a JSON merge patch (RFC 7396), as an admin would in Kinde: a person by id, an
   * organization by code, anything else by key. `reload` undoes it.
   *
   * @throws LocalKindeError `unknown_entry`; LocalKindeConfigError `config_invalid`. The config is then unchanged.
   */
  patch(entries: ConfigEntries, name: string, patch: object): void;
  /** Stops listening and ends open connections at once. */
  close(): Promise<void>;
  /** The same as `close`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a Kinde-compatible issuer on this machine: the same endpoints, parameters, claims and session modes, for the
 * unmodified Kinde SDK.
 *
 * **For development and tests only.** Anyone who reaches it can sign in as anyone, without a password. So it listens on
 * 127.0.0.1 and answers only at `localhost` and `127.0.0.1`. Sessions and refresh tokens are in memory: after a
 * restart, people sign in again. Access tokens from before the restart stay valid if there is a `keyFile`.
 *
 * @throws LocalKindeConfigError `config_unreadable`, `config_invalid`
 * @throws LocalKindeError `port_taken`, `key_invalid`
 */
export async function startLocalKinde(options: LocalKindeOptions): Promise<LocalKinde> {
  const config = await loadConfig(options.config);
  const { webhooks = [] } = await loadConfig({ ...config, webhooks: [...(options.webhooks ?? [])] });
  const key = await loadSigningKey(options.keyFile);
  const server = createServer();
  const port = await listen(server, options.port ?? 0);
  const url = issuerUrl(port);
  const fail = (error: unknown): void =>
    options.log?.(`local Kinde: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const signer = createTokenSigner(url, key);
  const sender = createWebhookSender(signer, (line) => options.log?.(`local Kinde: ${line}`));
  const { newTokenAtRefresh = false, localApi: hasLocalApi = true } = options;
  const issuer = createIssuer({ port, config, signer, sender, webhooks, newTokenAtRefresh });
  const store = createMemoryStore({
    findClient: (id) => clientMetadata(issuer.config, id),
    reuseGrace: (options.refreshReuseGrace ?? 10) * 1000,
  });
  const provider = createProvider(issuer, key, store);
  provider.on("server_error", (_ctx, error) => fail(error));
  for (const middleware of [
    catchFailures(fail),
    kindeDefaults,
    tokenResponse(issuer),
    revocation(issuer),
    refusedAuthorization(issuer),
    signIn(issuer, provider),
    logout(issuer, provider, store),
    accountApi(issuer),
    managementApi(issuer),
    ...(hasLocalApi ? [localApi(issuer)] : []),
  ]) {
    provider.use(middleware);
  }
  const handle = provider.callback();

  server.on("request", (request, response) => {
    const answer = async (): Promise<void> => {
      if (refuseForeignHost(request, response) || answerCors(issuer, request, response)) return;
      const ready = await readTokenRequest(issuer, provider, request, response);
      if (ready !== undefined) await handle(ready, response);
    };
    // An error in one request, sync or async, must not end the program that runs the issuer.
    answer().catch((error: unknown) => {
      fail(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });

  const close = (): Promise<void> =>
    new Promise((resolve) => {
      sender.close();
      server.close(() => resolve());
      server.closeAllConnections();
    });

  return {
    url,
    port,
    get config() {
      return issuer.config;
    },
    createToken: (token) => createToken(issuer, token),
    createManagementToken: () => issuer.signer.machineToken(managementClaims(url)),
    reload: async (source) => {
      issuer.load(await loadConfig(source));
    },
    patch(entries, name, patch) {
      issuer.change(patchConfig(issuer.config, entries, name, patch));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Handles errors of this package's own routes; oidc-provider handles those of its own. */
function catchFailures(fail: (error: unknown) => void): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      fail(error);
      ctx.status = 500;
      ctx.body = { error: "server_error" };
    }
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(
        taken
          ? new LocalKindeError(
              "port_taken",
              `Port ${port} is taken. Stop the program that uses it, or choose another port.`,
              { cause: error },
            )
          : error,
      );
    });
    server.listen({ port, host: "127.0.0.1" }, () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new TypeError("a TCP server has a port"));
      else resolve(address.port);
    });
  });
}
