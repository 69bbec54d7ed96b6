import { createSession } from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";
import { ownerOf } from "../../src/cache/cache-owner.ts";
import { tokenOf } from "../support.tsx";

const holder = async (claims: object): Promise<unknown> => ownerOf(await createSession(tokenOf(claims)));

describe("the mark of a user", () => {
  it("is the same in each organization, with each right and each token", async () => {
    const marks = await Promise.all([
      holder({}),
      holder({ org_code: "org_b" }),
      holder({ permissions: ["edit"] }),
      holder({ jti: "2" }),
    ]);
    expect(new Set(marks).size).toBe(1);
  });

  it("tells users apart, and nobody from all of them", async () => {
    const users = ["alice", "ecila", "alicf", "kp_0123", "kp_0132"];
    const marks = await Promise.all(users.map((sub) => holder({ sub })));
    expect(new Set(marks).size).toBe(users.length);
    expect(ownerOf(await createSession(null))).toBeNull();
    expect(marks).not.toContain(null);
  });

  // The published values of FNV-1a, 32 bits: a cache outlives a release.
  it.each([
    ["a", 0xe40c292c],
    ["foobar", 0xbf9cf968],
  ])("of %s stays what it is", async (sub, mark) => {
    expect(await holder({ sub })).toBe(mark);
  });
});
