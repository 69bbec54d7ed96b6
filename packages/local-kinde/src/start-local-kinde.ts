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

/** How to start an issuer. */
export interface LocalKindeOptions {
  /** The config, or the path of its JSON file. */
  config: LocalKindeConfig | string;
  /** Default: 0, any free port. A PDP that is configured with the issuer's URL needs a fixed one. */
  port?: number;
  /**
   * The file of the signing key, made (mode 0600) when it is absent. Use `keyFileFor`: a file inside of the project may
   * be served by a development server, and checked in. Default: a new key at each start, which a running PDP refuses
   * until it fetches the keys again.
   */
  keyFile?: string | undefined;
  /** Seconds in which a refresh token may be used again, for two tabs that refresh at once. Default: 10. */
  refreshReuseGrace?: number;
  /**
   * `true`: each refresh issues a new access token, made from the config of the moment. Default: `false`, as Kinde
   * documents: a refresh returns the existing access token until it ends or is revoked, and a new one repeats the
   * claims of the last one until the person is changed.
   */
  newTokenAtRefresh?: boolean;
  /**
   * Whether pages of registered applications may list the people, get a token for any of them, and change people,
   * roles and flags, without a sign-in: the API below `/local/`. "View as" of the devtools needs it. Default: `true`.
   */
  localApi?: boolean;
  /**
   * Webhooks beside those of the config, such as those of a program whose port is known only when it runs. Default:
   * none.
   */
  webhooks?: readonly WebhookConfig[];
  /** Gets a line for each failure inside the issuer. No tokens are in it. Default: nothing is logged. */
  log?: (line: string) => void;
}

/** A running issuer. */
export interface LocalKinde {
  /** The issuer, as in `iss`: `http://localhost:PORT`, without a slash at the end. Kinde's SDK takes it as `domain`. */
  readonly url: string;
  /** The port. */
  readonly port: number;
  /** The config of the moment. */
  readonly config: LocalKindeConfig;
  /**
   * An access token as the application would get it, without a browser: for tests of policies and PDPs.
   *
   * @throws LocalKindeError `unknown_subject`
   */
  createToken(options: CreateTokenOptions): Promise<string>;
  /** A token for the management API, as a back end gets it: `Authorization: Bearer …`. It lives for a day. */
  createManagementToken(): Promise<string>;
  /**
   * New people, roles, flags and applications from now on. Sessions stay, and so do tokens.
   *
   * A person whose own entry has changed gets new claims with the next access token that is issued. Changes of a role,
   * an organization or the environment are in it only after `POST /api/v1/users/{id}/refresh_claims`.
   *
   * @throws LocalKindeConfigError and keeps the config it has.
   */
  reload(config: LocalKindeConfig | string): Promise<void>;
  /**
   * Changes one entry of the config by a JSON merge patch (RFC 7396), as an admin would in Kinde: a person by id, an
   * organization by code, anything else by key. `reload` undoes it.
   *
   * @throws LocalKindeError `unknown_entry`; LocalKindeConfigError `config_invalid`, and the config stays as it is
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
 * **For development and tests only.** Whoever reaches it signs in as anyone, without a password; so it listens on
 * 127.0.0.1 and answers to no other name. Sessions and refresh tokens are in memory: after a restart people sign in
 * again, while tokens that were issued before stay good when there is a `keyFile`.
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
    // Whatever is thrown, at once or later: one request must not end the program that runs the issuer.
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

/** Failures of this package's own routes; oidc-provider catches those of its own. */
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
              `Port ${port} is taken. Stop what listens there, or choose another port.`,
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
