import { useEffect } from "react";

/** Calls `onPress` when a key is pressed anywhere on the page, alone: `event.key`, such as `F8`. `null` for no key. */
export function useHotkey(key: string | null, onPress: () => void): void {
  useEffect(() => {
    if (key === null) return;
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== key || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      onPress();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [key, onPress]);
}
