import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { type Terminal } from "../src/io.ts";
import { VITE_APP, type ViteApp, viteApp } from "./support/vite-app.ts";

const ENTER = "\r";
const CTRL_C = "\u0003";
/** As a terminal sends it. */
const DOWN = "\u001B[B";
/** All that is asked of an untouched app, in order. */
const QUESTIONS = [
  "Which folder for your Cerbos policies?",
  "Which port does your development server use?",
  "Which package manager?",
  "Edit vite.config and the file that renders your app?",
  "Install the packages?",
  "Write these files?",
];

interface Person extends Terminal {
  /** The questions that were asked. */
  readonly asked: () => string[];
}

/** A person at a terminal, who answers the questions that have these words, and the others with `otherwise`. */
function person(answers: Readonly<Record<string, string>>, otherwise: string): Person {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 40 });
  const asked: string[] = [];
  output.setEncoding("utf8").on("data", (text: string) => {
    const [, question] = /◆ {2}(.*\?.*)\n/.exec(text) ?? [];
    if (question === undefined || asked.includes(question)) return;
    asked.push(question);
    const [, keys = otherwise] = Object.entries(answers).find(([words]) => question.includes(words)) ?? [];
    // A key at a time, as they are typed.
    for (const key of keys.startsWith(DOWN) ? [DOWN, keys.slice(DOWN.length)] : keys)
      setImmediate(() => input.write(key));
  });
  return { input, output, asked: () => asked };
}

function askedOf(app: ViteApp, someone: Person, args: readonly string[] = []) {
  return app.init(args, { terminal: someone });
}

describe("At a terminal, kinde-cerbos init", () => {
  test("asks, and Enter takes the defaults", async () => {
    const [asked, silent] = [viteApp(), viteApp()];
    const someone = person({ "Install the packages": `n` }, ENTER);
    const { code } = await askedOf(asked, someone);
    await silent.setUp();
    expect(code).toBe(0);
    expect(someone.asked()).toEqual(QUESTIONS);
    expect(asked.files()).toEqual(silent.files());
  });

  test("takes answers", async () => {
    const app = viteApp();
    const someone = person(
      { policies: `2${ENTER}`, port: `0${ENTER}`, manager: DOWN + ENTER, Edit: "n", Install: "n" },
      ENTER,
    );
    const { stdout } = await askedOf(app, someone);
    expect(app.read("cerbos/policies2/document.yaml")).toContain("resource: document");
    expect(app.read("kinde.json")).toContain("http://localhost:51730");
    expect(app.read("src/main.tsx")).toBe(VITE_APP["src/main.tsx"]);
    expect(stdout).toContain("pnpm run dev:authz");
  });

  test("says what is wrong with an answer, and asks again", async () => {
    const app = viteApp();
    const someone = person({ port: `x${ENTER}\u007F${ENTER}`, Install: "n" }, ENTER);
    let shown = "";
    someone.output.on("data", (text: string) => (shown += text));
    expect((await askedOf(app, someone)).code).toBe(0);
    expect(shown).toContain("--port takes a number from 1 to 65535.");
  });

  test("does not ask what an option answers, nor anything with --yes", async () => {
    const someone = person({}, ENTER);
    const args = ["--policies=p", "--port=3000", "--package-manager=npm", "--edit", "--no-install"];
    expect((await askedOf(viteApp(), someone, args)).code).toBe(0);
    expect(someone.asked()).toEqual(["Write these files?"]);
    const nobody = person({}, CTRL_C);
    expect((await askedOf(viteApp(), nobody, ["--yes", "--no-install"])).code).toBe(0);
    expect((await askedOf(viteApp(), nobody, ["--dry-run"])).code).toBe(0);
    expect(nobody.asked()).toEqual([]);
  });

  test("asks before it replaces what differs", async () => {
    for (const [answer, expected] of [
      [ENTER, "{}"],
      ["y", "kp_ann"],
    ] as const) {
      const app = viteApp({ "kinde.json": "{}" });
      const someone = person({ "Replace your versions of these? kinde.json": answer, Install: "n" }, ENTER);
      expect((await askedOf(app, someone)).code).toBe(0);
      expect(someone.asked()).toContain("Replace your versions of these? kinde.json");
      expect(app.read("kinde.json")).toContain(expected);
    }
  });

  test.each(QUESTIONS)("Ctrl-C at “%s” writes nothing", async (question) => {
    const app = viteApp();
    const someone = person({ [question]: CTRL_C }, ENTER);
    const { code, stderr } = await askedOf(app, someone);
    expect([code, stderr]).toEqual([130, "Stopped. Nothing was written.\n"]);
    expect(someone.asked().at(-1)).toBe(question);
    expect(app.files()).toEqual(VITE_APP);
  });

  test("No at the last question writes nothing", async () => {
    const app = viteApp();
    expect((await askedOf(app, person({ Write: "n" }, ENTER))).code).toBe(130);
    expect(app.files()).toEqual(VITE_APP);
  });
});
