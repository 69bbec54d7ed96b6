// Takes the pictures of the demo that README shows: `pnpm --filter @kinde-cerbos/demo picture`.
import { fileURLToPath } from "node:url";
import { launchChromium } from "@kinde-cerbos/chromium";
import { startStack } from "./stack.ts";
import { Workspace } from "./workspace.ts";

const PICTURES = [
  { colorScheme: "light", file: "demo.png" },
  { colorScheme: "dark", file: "demo-dark.png" },
] as const;

const stack = await startStack();
const chromium = await launchChromium();
for (const { colorScheme, file } of PICTURES) {
  const context = await chromium.browser.newContext({
    baseURL: stack.url,
    colorScheme,
    viewport: { width: 1180, height: 720 },
    deviceScaleFactor: 2,
  });
  const workspace = new Workspace(await context.newPage());
  await workspace.open();
  await workspace.signIn("Jonas");
  await workspace.page.getByRole("group", { name: "Show" }).evaluate((tools) => {
    window.scrollTo(0, tools.getBoundingClientRect().top - 24);
  });
  await workspace.cell("aurora-02", "edit").getByRole("button").click();
  await workspace.page.getByRole("dialog").getByText("document_editor").waitFor();
  const path = fileURLToPath(new URL(`../../../../docs/public/${file}`, import.meta.url));
  await workspace.page.screenshot({ path });
  console.log(path);
  await context.close();
}
await chromium.close();
await stack.close();
