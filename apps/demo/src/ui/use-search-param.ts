import { useLocation, useSearch } from "wouter";

/** A part of the page's state that is in its address, so that a view can be shared. `null` is not in there. */
export function useSearchParam(name: string): readonly [string | null, (value: string | null) => void] {
  const [path, navigate] = useLocation();
  const value = new URLSearchParams(useSearch()).get(name);
  const change = (next: string | null): void => {
    const params = new URLSearchParams(window.location.search);
    if (next === null) params.delete(name);
    else params.set(name, next);
    const search = params.size > 0 ? `?${params}` : "";
    navigate(path + search + window.location.hash, { replace: true, state: window.history.state });
  };
  return [value, change];
}
