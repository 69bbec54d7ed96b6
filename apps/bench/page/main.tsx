import { meter } from "./meter.ts";

meter.install();
const { measure } = await import("./measure.tsx");
window.bench = { measure };
