import { type Server } from "node:http";

/** Listens on PORT, or any free one, and says where. */
export function listen(server: Server): void {
  server.listen(Number(process.env["PORT"] ?? 0), "127.0.0.1", () => {
    const address = server.address();
    if (typeof address === "object" && address) console.log(`http://127.0.0.1:${address.port}`);
  });
}
