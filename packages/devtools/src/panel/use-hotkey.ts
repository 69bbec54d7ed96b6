import { useEffect } from "react";
import { isTyped } from "./is-typed.ts";

/**
 * Calls `onPress` when this key is pressed without modifiers, anywhere on the page. A single character typed into a
 * form field is ignored.
 *
 * @param key as in `KeyboardEvent.key`, such as `F8`; `null` for none
 */
export function useHotkey(key: string | null, onPress: () => void): void {
  useEffect(() => {
    if (key === null) return;
    const isCharacter = key.length === 1;
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== key || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
      // Some characters need the Shift key, so it is ignored for characters.
      if (isCharacter ? isTyped(event) : event.shiftKey) return;
      event.preventDefault();
      onPress();
    };
    // In the capture phase, because key events in the panel do not leave it.
    window.addEventListener("keydown", listen, true);
    return () => window.removeEventListener("keydown", listen, true);
  }, [key, onPress]);
}
