import { KindeAuthProvider } from "@kinde/expo";
import { focusManager } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { AppState } from "react-native";
import { DocumentScreen } from "./document-screen.tsx";
import { Permissions } from "./permissions.tsx";
import { kinde } from "./settings.ts";

export default function App(): ReactNode {
  // React Native has no page visibility, so the app's state is used instead.
  useEffect(() => {
    const following = AppState.addEventListener("change", (state) => focusManager.setFocused(state === "active"));
    return () => following.remove();
  }, []);
  return (
    <KindeAuthProvider config={kinde}>
      <Permissions>
        <DocumentScreen />
      </Permissions>
    </KindeAuthProvider>
  );
}
