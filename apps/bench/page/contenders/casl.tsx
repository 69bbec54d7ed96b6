import { AbilityBuilder, createMongoAbility, type MongoAbility, subject } from "@casl/ability";
import { AbilityProvider, useAbility } from "@casl/react";
import { type ReactNode } from "react";
import { checksWith, type Contender, type World } from "../contender.tsx";

/** The demo's policies for an editor, written again as rules of CASL. It asks no PDP. */
export function create({ user: { principal } }: World): Contender {
  const { can, build } = new AbilityBuilder<MongoAbility>(createMongoAbility);
  const orgCode = principal.attr["orgCode"];
  if (typeof orgCode !== "string") throw new Error("The benchmark's user is in an organization.");
  can("view", "document", { orgCode });
  can("edit", "document", { orgCode, state: { $in: ["draft", "in_review"] } });
  can("share", "document", { orgCode, state: "published", ownerId: principal.id });
  can("delete", "document", { orgCode, state: "draft", ownerId: principal.id });
  const ability = build();
  return {
    Provider: ({ children }: { readonly children: ReactNode }) => (
      <AbilityProvider value={ability}>{children}</AbilityProvider>
    ),
    Checks: checksWith(({ action, resource }) =>
      // CASL marks the object, which takes no copy and is not seen in JSON.
      useAbility<MongoAbility>().can(action, subject(resource.kind, resource.attr)),
    ),
  };
}
