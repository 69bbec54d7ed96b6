const addresses = new WeakMap<Request, string>();

/** Remembers the address a request came from. The adapter of a server calls it; nothing in the request can. */
export function setPeerAddress(request: Request, address: string | undefined): void {
  if (address !== undefined) addresses.set(request, address);
}

/**
 * Returns the IP address of the connection that a request came over, which is your proxy's address if there is one.
 * `undefined` if the server does not use `toNodeListener`, or if a framework made a new `Request`. It never comes from
 * a header.
 */
export function peerAddressOf(request: Request): string | undefined {
  return addresses.get(request);
}

/**
 * Returns the network for a rate limit: an IPv4 address unchanged, or the first 64 bits of an IPv6 address, because one
 * subscriber has all addresses below them. Other texts are returned unchanged.
 */
export function networkOf(text: string): string {
  const [address = ""] = text.split("%");
  const url = `http://[${address}]`;
  if (!address.includes(":") || !URL.canParse(url)) return text;
  const [head = "", tail] = new URL(url).hostname.slice(1, -1).split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = [...before, ...Array<string>(8 - before.length - after.length).fill("0"), ...after];
  // An IPv4 address, as a server that listens on both families writes it.
  if (groups.slice(0, 6).join(":") === "0:0:0:0:0:ffff") {
    const [high, low] = groups.slice(6).map((group) => Number.parseInt(group, 16));
    return [high, low].flatMap((pair = 0) => [pair >> 8, pair & 255]).join(".");
  }
  return `${groups.slice(0, 4).join(":")}::/64`;
}
