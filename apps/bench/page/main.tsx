import { meter } from "./meter.ts";

meter.install();
const { measure } = await import("./measure.tsx");
const { load } = await import("./load.ts");
const { begin, visit } = await import("./visit.ts");
window.bench = { measure, load, begin, visit };
