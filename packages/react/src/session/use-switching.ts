"use client";

import { useCallback, useState } from "react";

/** Whether another session is on its way, by a switch of the organization here or in another tab. */
export interface Switching {
  readonly isSwitching: boolean;
  /**
   * Makes all hooks pending, so nothing is allowed. Call the returned function when the switch has ended in any way.
   * Then Kinde's session of that moment applies.
   */
  readonly beginSwitch: () => () => void;
}

/** @param isLoading whether the session of Kinde's token is being made */
export function useSwitching(isLoading: boolean): Switching {
  // One state, not two: a switch that begins and ends before a render still lasts until its session is loaded.
  const [{ underWay, isOn }, set] = useState({ underWay: 0, isOn: false });
  // The switch is over when the session of the new token is there.
  const isSwitching = isOn && (underWay > 0 || isLoading);
  if (isOn && !isSwitching) set({ underWay, isOn: false });

  const beginSwitch = useCallback(() => {
    set((now) => ({ underWay: now.underWay + 1, isOn: true }));
    let isOver = false;
    return () => {
      if (!isOver) set((now) => ({ ...now, underWay: now.underWay - 1 }));
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
