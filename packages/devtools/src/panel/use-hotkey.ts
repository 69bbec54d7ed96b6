import { useEffect } from "react";
import { isTyped } from "./typed.ts";

/**
 * Calls `onPress` when a key is pressed anywhere on the page, alone: `event.key`, such as `F8`. A character is left to
 * the field that it is typed into. `null` for no key.
 */
export function useHotkey(key: string | null, onPress: () => void): void {
  useEffect(() => {
    if (key === null) return;
    const isCharacter = key.length === 1;
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== key || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
      // Some characters need the shift key.
      if (isCharacter ? isTyped(event) : event.shiftKey) return;
      event.preventDefault();
      onPress();
    };
    // In the capturing phase: what is typed in the panel does not get out of it.
    window.addEventListener("keydown", listen, true);
    return () => window.removeEventListener("keydown", listen, true);
  }, [key, onPress]);
}
