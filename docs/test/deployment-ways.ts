import assert from "node:assert/strict";
import { parse, parseAllDocuments } from "yaml";

/** Names and values: of an environment, of labels. */
interface Texts {
  readonly [name: string]: string;
}

/**
 * What docs/guides/deployment.md deploys, in one of its ways: the variables of both programs, and how their health is asked.
 */
export interface Way {
  readonly name: string;
  readonly pdp: { readonly env: Texts; readonly commands: readonly string[][]; readonly paths: readonly string[] };
  readonly app: { readonly env: Texts; readonly paths: readonly string[] };
}

interface ComposeFile {
  readonly services: { readonly app: ComposeService; readonly cerbos: ComposeService };
  readonly networks: object;
}

interface ComposeService {
  readonly environment: Texts;
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: object;
  readonly healthcheck?: { readonly test: readonly string[] };
}

interface Probe {
  readonly exec?: { readonly command: string[] };
  readonly httpGet?: { readonly path: string; readonly port: number };
}

interface Container {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly ports?: readonly { readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
}

interface Pods {
  readonly initContainers?: readonly Container[];
  readonly containers: readonly [Container];
}

interface Selector {
  readonly matchLabels: Texts;
}

/** What of the objects in a cluster is compared, by their kinds. */
interface Specs {
  readonly ConfigMap: unknown;
  readonly Deployment: {
    readonly selector: Selector;
    readonly template: { readonly metadata: { readonly labels: Texts }; readonly spec: Pods };
  };
  readonly Service: {
    readonly selector: Texts;
    readonly ports: readonly { readonly port: number; readonly targetPort: number }[];
  };
  readonly NetworkPolicy: {
    readonly podSelector: Selector;
    readonly policyTypes: readonly string[];
    readonly ingress: readonly {
      readonly from: readonly { readonly podSelector: Selector }[];
      readonly ports: readonly object[];
    }[];
  };
  readonly PodDisruptionBudget: { readonly selector: Selector };
}

type Kind = keyof Specs;

interface ClusterObject<Of extends Kind> {
  readonly kind: Of;
  readonly metadata: { readonly name: string };
  readonly data?: Texts;
  readonly spec: Specs[Of];
}

type AnyObject = { [Of in Kind]: ClusterObject<Of> }[Kind];

/** Where the PDP listens, in its configuration. */
const PDP_PORT = 3592;

/** Reads a composition. Throws where its two programs would not find each other, or others would find the PDP. */
export function composeWay(text: string): Way {
  const file: ComposeFile = parse(text);
  const { app, cerbos } = file.services;
  const port = app.environment["PORT"];
  assert.equal(app.environment["PDP_URL"], `http://cerbos:${PDP_PORT}`, "compose.yaml: PDP_URL is the service's");
  assert.equal(cerbos.environment["PDP_HOST"], "0.0.0.0", "compose.yaml: the PDP listens for another container");
  assert.equal(cerbos.ports, undefined, "compose.yaml: the PDP has no ports");
  assert.deepEqual(cerbos.networks, ["pdp"], "compose.yaml: the PDP is on a network of its own");
  assert(app.networks.includes("pdp") && "pdp" in file.networks, "compose.yaml: both are on that network");
  assert.deepEqual(app.ports, [`${port}:${port}`], "compose.yaml: the port of the server");
  assert("cerbos" in (app.depends_on ?? {}), "compose.yaml: the server waits for the PDP");
  const [form, ...command] = cerbos.healthcheck?.test ?? [];
  assert.equal(form, "CMD");
  return {
    name: "compose.yaml",
    pdp: { env: cerbos.environment, commands: [command], paths: [] },
    app: { env: app.environment, paths: ["/healthz"] },
  };
}

/** Reads what is in a cluster, both ways. Throws where names, ports or labels do not fit each other. */
export function clusterWays(sidecarText: string, centralText: string): Way[] {
  const [sidecar, central] = [objectsOf(sidecarText), objectsOf(centralText)];
  const all = [...sidecar, ...central];

  for (const { metadata, spec } of ofKind(all, "Deployment")) {
    assert.deepEqual(
      spec.template.metadata.labels,
      spec.selector.matchLabels,
      `Deployment ${metadata.name}: its pods are its own`,
    );
  }
  const podsOf = (labels: Texts): Pods => {
    const found = ofKind(all, "Deployment").find(({ spec }) => isSame(spec.selector.matchLabels, labels));
    assert(found, `there are no pods with ${JSON.stringify(labels)}`);
    return found.spec.template.spec;
  };
  for (const { metadata, spec } of ofKind(all, "Service")) {
    const open = new Set(
      podsOf(spec.selector).containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort)),
    );
    for (const { targetPort } of spec.ports)
      assert(open.has(targetPort), `Service ${metadata.name}: ${targetPort} is a port of its pods`);
  }

  const envOf = ({ envFrom, env = [] }: Container): Texts => {
    const maps = envFrom.map(({ configMapRef }) => named(all, "ConfigMap", configMapRef.name).data ?? {});
    return Object.assign({}, ...maps, Object.fromEntries(env.map(({ name, value }) => [name, value])));
  };
  const pdpOf = (container: Container): Way["pdp"] => ({
    env: envOf(container),
    commands: probesOf(container).flatMap(({ exec }) => (exec ? [exec.command] : [])),
    paths: pathsOf(container, PDP_PORT),
  });

  const {
    initContainers: [beside] = [],
    containers: [server],
  } = named(sidecar, "Deployment", "app").spec.template.spec;
  assert(beside, "sidecar.yaml: there is a PDP beside the server");
  const app = { env: envOf(server), paths: pathsOf(server, Number(envOf(server)["PORT"])) };
  assert.deepEqual(server.ports, [{ containerPort: Number(app.env["PORT"]) }]);
  const ofSidecar = pdpOf(beside);
  assert.equal(beside.restartPolicy, "Always", "sidecar.yaml: the PDP is a sidecar");
  assert.equal(ofSidecar.env["PDP_HOST"], undefined, "sidecar.yaml: the PDP listens on loopback alone");
  assert.deepEqual(ofSidecar.paths, [], "sidecar.yaml: the kubelet does not reach loopback");
  assert.equal(app.env["PDP_URL"], `http://127.0.0.1:${PDP_PORT}`, "sidecar.yaml: PDP_URL is loopback");

  const ofCentral = pdpOf(named(central, "Deployment", "cerbos").spec.template.spec.containers[0]);
  assert.equal(ofCentral.env["PDP_HOST"], "0.0.0.0", "central.yaml: the PDP listens for other pods");
  assert.equal(
    named(central, "Service", "cerbos").spec.ports[0]?.port,
    PDP_PORT,
    "central.yaml: PDP_URL is the Service's",
  );
  const { podSelector, policyTypes, ingress } = named(central, "NetworkPolicy", "only-the-server-asks-cerbos").spec;
  assert.equal(podsOf(podSelector.matchLabels).containers[0].name, "cerbos", "central.yaml: whom the policy protects");
  assert.deepEqual(policyTypes, ["Ingress"]);
  const askers = ingress.flatMap(({ from }) =>
    from.map((one) => podsOf(one.podSelector.matchLabels).containers[0].name),
  );
  assert.deepEqual(askers, ["app"], "central.yaml: who may ask");
  assert.deepEqual(
    ingress.map(({ ports }) => ports),
    [[{ port: PDP_PORT }]],
    "central.yaml: what may be asked",
  );
  podsOf(named(central, "PodDisruptionBudget", "cerbos").spec.selector.matchLabels);
  return [
    { name: "sidecar.yaml", pdp: ofSidecar, app },
    { name: "central.yaml", pdp: ofCentral, app },
  ];
}

function objectsOf(text: string): AnyObject[] {
  return parseAllDocuments(text).map((document): AnyObject => {
    assert.deepEqual(document.errors, []);
    return document.toJS();
  });
}

function ofKind<Of extends Kind>(objects: readonly AnyObject[], kind: Of): ClusterObject<Of>[] {
  return objects.filter((object): object is AnyObject & ClusterObject<Of> => object.kind === kind);
}

function named<Of extends Kind>(objects: readonly AnyObject[], kind: Of, name: string): ClusterObject<Of> {
  const found = ofKind(objects, kind).find(({ metadata }) => metadata.name === name);
  assert(found, `there is no ${kind} ${name}`);
  return found;
}

function probesOf({ startupProbe, readinessProbe, livenessProbe }: Container): Probe[] {
  return [...(startupProbe ? [startupProbe] : []), readinessProbe, livenessProbe];
}

function pathsOf(container: Container, port: number): string[] {
  return probesOf(container).flatMap(({ httpGet }) => {
    if (!httpGet) return [];
    assert.equal(httpGet.port, port, `${container.name}: its health is asked at its port`);
    return [httpGet.path];
  });
}

function isSame(one: Texts, other: Texts): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
