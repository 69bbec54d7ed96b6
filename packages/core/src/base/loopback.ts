/** Loopback hosts as `URL` writes them: 127.1 has become 127.0.0.1. */
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Whether the host name of a URL is this machine, where plain `http` passes no network. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}
