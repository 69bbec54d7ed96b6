import { useCallback, useState } from "react";

/** Whether another session is on its way, by a switch of the organization here or in another tab. */
export interface Switching {
  readonly isSwitching: boolean;
  /**
   * From now on nothing is allowed: hooks are pending. Call what it returns when the
   * switch has come to its end, whichever; then Kinde's session of that moment counts.
   */
  readonly beginSwitch: () => () => void;
}

/** @param isLoading whether the session of Kinde's token is being made */
export function useSwitching(isLoading: boolean): Switching {
  const [underWay, setUnderWay] = useState(0);
  const [was, setWas] = useState(false);
  // A switch has come to its end when the session of the new token is there.
  const isSwitching = underWay > 0 || (was && isLoading);
  if (isSwitching !== was) setWas(isSwitching);

  const beginSwitch = useCallback(() => {
    setUnderWay((count) => count + 1);
    let isOver = false;
    return () => {
      if (!isOver) setUnderWay((count) => count - 1);
      isOver = true;
    };
  }, []);
  return { isSwitching, beginSwitch };
}

/** A value that stays what it was while the session is switched: the page goes on as it is. */
export function useHeld<T>(value: T, isSwitching: boolean): T {
  const [held, setHeld] = useState(value);
  if (!isSwitching && held !== value) setHeld(value);
  return isSwitching ? held : value;
}
