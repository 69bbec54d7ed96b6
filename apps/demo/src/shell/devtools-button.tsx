import { type ReactNode } from "react";
import { Icon } from "../ui/icon.tsx";

const KEY = "F8";

/** Opens and closes the devtools by pressing their key. They are in no build for production, and neither is this. */
export function DevtoolsButton(): ReactNode {
  if (!import.meta.env.DEV) return null;
  return (
    <button
      type="button"
      className="quiet"
      onClick={() => window.dispatchEvent(new KeyboardEvent("keydown", { key: KEY }))}
    >
      <Icon path="M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5" />
      Devtools <kbd>{KEY}</kbd>
    </button>
  );
}
