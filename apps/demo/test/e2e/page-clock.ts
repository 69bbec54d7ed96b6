import { type BrowserContext } from "@playwright/test";

/** Sets the clock of all pages of a context so many ms ahead of the programs' clock, or behind it if negative. */
export async function setClock(context: BrowserContext, aheadMs: number): Promise<void> {
  if (aheadMs === 0) return;
  await context.addInitScript((ahead) => {
    const RealDate = Date;
    const now = (): number => RealDate.now() + ahead;
    globalThis.Date = new Proxy(RealDate, {
      construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
      get: (target, name, receiver) => (name === "now" ? now : Reflect.get(target, name, receiver)),
    });
    const timeOrigin = performance.timeOrigin + ahead;
    Object.defineProperty(performance, "timeOrigin", { get: () => timeOrigin });
  }, aheadMs);
}
