/** In all tabs: they have the same refresh token, and each use of it makes another one. */
export async function oneAtATime<T>(task: () => Promise<T>): Promise<T> {
  // Absent on plain-HTTP pages, whatever its type says.
  const { locks }: { readonly locks?: LockManager } = navigator;
  return locks ? locks.request("kinde-cerbos:tokens", task) : task();
}
