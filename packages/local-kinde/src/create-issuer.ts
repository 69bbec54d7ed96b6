import { createClaimsCache } from "./claims-cache.ts";
import type { LocalKindeConfig, WebhookConfig } from "./config.ts";
import type { Issuer } from "./issuer.ts";
import type { TokenSigner } from "./token-signer.ts";
import { eventsOf } from "./webhooks/config-events.ts";
import type { WebhookSender } from "./webhooks/webhook-sender.ts";

/** Options of {@link createIssuer}. */
export interface IssuerParts {
  port: number;
  config: LocalKindeConfig;
  signer: TokenSigner;
  sender: Pick<WebhookSender, "send">;
  /** Webhooks besides those of the config. */
  webhooks: readonly WebhookConfig[];
  newTokenAtRefresh: boolean;
}

/** Creates an issuer, without any sessions. */
export function createIssuer({ config: first, sender, webhooks, ...parts }: IssuerParts): Issuer {
  let config = first;
  let loaded = first;
  const claimsCache = createClaimsCache(first, parts.newTokenAtRefresh);
  function change(next: LocalKindeConfig): void {
    const events = eventsOf(config, next);
    config = next;
    claimsCache.update(next);
    sender.send(events, [...webhooks, ...(next.webhooks ?? [])]);
  }
  return {
    ...parts,
    url: issuerUrl(parts.port),
    get config() {
      return config;
    },
    change,
    load: (next) => {
      loaded = next;
      change(next);
    },
    reset: () => change(loaded),
    bindings: new Map(),
    claimsCache,
  };
}

/** Returns the URL of the issuer on this port, which is also its `iss`. */
export function issuerUrl(port: number): string {
  return `http://localhost:${port}`;
}
