import { focusManager, onlineManager } from "@tanstack/react-query";
import { afterEach, describe, expect, it, vi } from "vitest";
import { isPageHidden, onPageReturn } from "../../src/session/page-return.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  focusManager.setFocused(undefined);
  onlineManager.setOnline(true);
});

describe("without a page, as in React Native", () => {
  it("the app is hidden and comes back when react-query is told so", () => {
    vi.stubGlobal("document", undefined);
    focusManager.setFocused(true);
    const listener = vi.fn<() => void>();
    const end = onPageReturn(listener);
    expect(isPageHidden()).toBe(false);
    focusManager.setFocused(false);
    expect(isPageHidden()).toBe(true);
    focusManager.setFocused(true);
    expect(isPageHidden()).toBe(false);
    expect(listener).toHaveBeenCalledTimes(2);
    onlineManager.setOnline(false);
    onlineManager.setOnline(true);
    expect(listener).toHaveBeenCalledTimes(4);
    end();
    focusManager.setFocused(false);
    onlineManager.setOnline(false);
    expect(listener).toHaveBeenCalledTimes(4);
  });
});
