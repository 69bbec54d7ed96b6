import { Can, useCan, usePermissionsSession } from "@kinde-cerbos/react/source";
import { type ReactNode } from "react";
import { Pressable, Text, View } from "react-native";

const resource = { kind: "document", id: "roadmap", attr: { ownerId: "kp_ann", orgCode: "org_north" } } as const;

export function DocumentScreen(): ReactNode {
  const { status } = usePermissionsSession();
  const edit = useCan({ action: "edit", resource });
  return (
    <View>
      <Text>{status}</Text>
      <Pressable disabled={!edit.allowed}>
        <Text>{edit.isPending ? "…" : "Rename"}</Text>
      </Pressable>
      <Can action="delete" resource={resource}>
        <Pressable>
          <Text>Delete</Text>
        </Pressable>
      </Can>
    </View>
  );
}
