import type { LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { expect, test } from "vitest";
import { pdpGlobals } from "../src/dev/pdp-globals.ts";

const ISSUER = "http://localhost:4005";
const one = { clientId: "one", redirectUris: [] };
const two = { clientId: "two", redirectUris: [] };

function globalsFor(...applications: LocalKindeConfig["applications"]): object {
  return pdpGlobals(ISSUER, { applications, organizations: [], people: [] }, false);
}

test("an application is a text, several are a list", () => {
  expect(globalsFor(one)).toEqual({ issuer: ISSUER, clientId: "one" });
  expect(globalsFor(one, two)).toEqual({ issuer: ISSUER, clientId: ["one", "two"] });
});

test("the audiences of all applications are named once", () => {
  const applications = [
    { ...one, audiences: ["https://a.test", "https://b.test"] },
    { ...two, audiences: ["https://a.test"] },
  ];
  expect(globalsFor(...applications)).toMatchObject({ audience: ["https://a.test", "https://b.test"] });
});

test("what a gateway adds counts only if somebody has said that there is one", () => {
  const config = { applications: [one], organizations: [], people: [] };
  expect(pdpGlobals(ISSUER, config, false)).not.toHaveProperty("behindGateway");
  expect(pdpGlobals(ISSUER, config, true)).toMatchObject({ behindGateway: true });
});
