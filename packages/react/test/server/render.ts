// A server, for one page: it asks ahead with a token, renders, and prints the HTML as it was streamed.
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import { createAuthorizer, createSession } from "@kinde-cerbos/core";
import { decisionQuery, PermissionsProvider } from "@kinde-cerbos/react";
import { KindeProvider } from "@kinde-oss/kinde-auth-react";
import { dehydrate, HydrationBoundary, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createElement } from "react";
import { renderToPipeableStream } from "react-dom/server";
import { CHECKS, pages, slow } from "./pages.ts";

const [name, token = ""] = process.argv.slice(2);
const page = Object.entries(pages).find(([key]) => key === name)?.[1];
if (!page) throw new Error(`There is no page ${String(name)}.`);

let requests = 0;
const queryClient = new QueryClient();
const authorizer = createAuthorizer({
  session: await createSession(token),
  pdp: {
    checkResources: async ({ resources }) => {
      requests += 1;
      const results = resources.map(({ resource, actions }) => ({
        resource,
        actions: Object.fromEntries(actions.map((action) => [action, "EFFECT_ALLOW"])),
      }));
      return { results };
    },
  },
});
await Promise.all(CHECKS.map((check) => queryClient.prefetchQuery(decisionQuery(authorizer, check))));
authorizer.dispose();

let release = (): void => {};
slow.until = new Promise((resolve) => {
  release = () => {
    slow.until = null;
    resolve();
  };
});
const asking = {
  pdp: { checkResources: () => Promise.reject(new Error("Rendering asks nothing.")) },
  children: page(),
};
const kinde = {
  domain: "https://kinde.test",
  clientId: "spa",
  redirectUri: "https://app.test",
  // Else it renders nothing before it knows the user.
  forceChildrenRender: true,
  children: createElement(PermissionsProvider, asking),
};
const app = createElement(
  QueryClientProvider,
  { client: queryClient },
  createElement(HydrationBoundary, { state: dehydrate(queryClient) }, createElement(KindeProvider, kinde)),
);

const errors: unknown[] = [];
const chunks: unknown[] = [];
const stream = new PassThrough();
stream.on("data", (chunk) => chunks.push(chunk));
const shell = new Promise<void>((resolve, reject) => {
  const { pipe } = renderToPipeableStream(app, {
    onShellReady: () => {
      pipe(stream);
      resolve();
    },
    onShellError: reject,
    onError: (error) => {
      // Next.js, too, sends a digest that the error has.
      const digest = error instanceof Error && "digest" in error ? String(error.digest) : undefined;
      errors.push({ ...(error instanceof Error && "code" in error && { code: error.code }), digest });
      return digest;
    },
  });
});
await shell;
for (let turn = 0; turn < 10; turn += 1) await setImmediate();
const html = chunks.splice(0).join("");
release();
await finished(stream);
console.log(JSON.stringify({ html, rest: chunks.join(""), errors, requests, state: dehydrate(queryClient) }));
