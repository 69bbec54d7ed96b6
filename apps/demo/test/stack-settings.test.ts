import { takenPortsMessage } from "@kinde-cerbos/cli/internal";
import { expect, test } from "vitest";
import { readSettings } from "../stack/settings.ts";

test("the ports are those of the documentation, until a variable moves one", () => {
  const { page, issuer, pdp, pdpGrpc, directPdp } = readSettings({ DEMO_PORT: "6000", DEMO_PDP_PORT: "" });
  expect([page.port, issuer.port, pdp.port, pdpGrpc.port, directPdp.port]).toEqual([6000, 4005, 3592, 3593, 3594]);
});

test.each(["0", "65536", "-1", "80.5", "http", "1e3"])("%s is no port, and the message names the variable", (text) => {
  expect(() => readSettings({ DEMO_ISSUER_PORT: text })).toThrow(`DEMO_ISSUER_PORT is "${text}"`);
});

test("a port that is used twice is refused with both variables", () => {
  expect(() => readSettings({ DEMO_PORT: "4005" })).toThrow("DEMO_PORT and DEMO_ISSUER_PORT are both 4005");
});

test("each taken port has its line", () => {
  const { page, pdp } = readSettings({});
  expect(takenPortsMessage([page, pdp]).split("\n")).toEqual([
    "Port 5173, for the page, is taken. Stop the program that uses it, or set DEMO_PORT to another port.",
    "Port 3592, for the PDP, is taken. Stop the program that uses it, or set DEMO_PDP_PORT to another port.",
  ]);
});
