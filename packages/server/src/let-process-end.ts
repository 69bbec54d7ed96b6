/** Lets Node end the process while a timer runs. In other runtimes, a timer is a number, and this does nothing. */
export function letProcessEnd(timer: ReturnType<typeof setTimeout>): void {
  if (typeof timer === "object") timer.unref();
}
