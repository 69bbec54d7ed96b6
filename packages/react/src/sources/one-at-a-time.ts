/** Runs tasks of this name one after another, in all tabs: what one of them stores, the next one finds. */
export async function oneAtATime<T>(name: string, task: () => Promise<T>): Promise<T> {
  // Absent on plain-HTTP pages, whatever its type says.
  const { locks }: { readonly locks?: LockManager } = navigator;
  return locks ? locks.request(name, task) : task();
}
