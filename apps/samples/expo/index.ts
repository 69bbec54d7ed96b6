// oxlint-disable-next-line import/no-unassigned-import -- it changes globals
import "./polyfills.ts";
import { registerRootComponent } from "expo";
import App from "./app.tsx";

registerRootComponent(App);
