import assert from "node:assert/strict";
import { parse, parseAllDocuments } from "yaml";

/** Names and values: of an environment, of labels. */
interface Texts {
  readonly [name: string]: string;
}

/** What docs/deploy has, in one of its ways: how both programs are started, and how their health is asked. */
export interface Way {
  readonly name: string;
  readonly pdp: {
    readonly env: Texts;
    readonly args: readonly string[];
    readonly commands: readonly (readonly string[])[];
    readonly paths: readonly string[];
  };
  readonly app: {
    readonly env: Texts;
    readonly commands: readonly (readonly string[])[];
    readonly paths: readonly string[];
    /** How many of it share a Redis, or 1. */
    readonly replicas: number;
  };
}

/** What of a Compose file is compared. */
export interface Composition {
  readonly services: { readonly app: Service; readonly cerbos: Service };
  readonly networks: { readonly [name: string]: { readonly internal?: boolean } };
  readonly secrets: { readonly [name: string]: { readonly file: string } };
}

interface Service {
  readonly environment: Texts;
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly secrets?: readonly string[];
  readonly depends_on?: object;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly pids_limit?: number;
  readonly cpus?: number;
  readonly mem_limit?: string;
  readonly tmpfs?: readonly string[];
}

interface Probe {
  readonly exec?: { readonly command: string[] };
  readonly httpGet?: { readonly path: string; readonly port: number; readonly scheme?: string };
}

/** What of a container in a cluster is compared. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly restartPolicy?: string;
  readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly ports?: readonly { readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
  readonly resources: { readonly requests: object; readonly limits: object };
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

interface Pods {
  readonly initContainers?: readonly Container[];
  readonly containers: readonly [Container];
  readonly volumes: readonly { readonly name: string }[];
  readonly securityContext: object;
  readonly automountServiceAccountToken: boolean;
  readonly enableServiceLinks: boolean;
  readonly topologySpreadConstraints: readonly { readonly topologyKey: string; readonly labelSelector: Selector }[];
}

interface Selector {
  readonly matchLabels: Texts;
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly except: readonly string[] };
}

/** What of the objects in a cluster is compared, by their kinds. */
interface Specs {
  readonly Namespace: unknown;
  readonly ConfigMap: unknown;
  readonly Secret: unknown;
  readonly Deployment: {
    readonly replicas: number;
    readonly selector: Selector;
    readonly template: { readonly metadata: { readonly labels: Texts }; readonly spec: Pods };
  };
  readonly Service: {
    readonly selector: Texts;
    readonly ports: readonly { readonly port: number; readonly targetPort: number }[];
  };
  readonly NetworkPolicy: {
    readonly podSelector: Partial<Selector>;
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly { readonly from: readonly Peer[]; readonly ports: readonly object[] }[];
    readonly egress?: readonly { readonly to: readonly Peer[]; readonly ports: readonly object[] }[];
  };
  readonly PodDisruptionBudget: { readonly maxUnavailable: number; readonly selector: Selector };
}

type Kind = keyof Specs;

interface ClusterObject<Of extends Kind> {
  readonly apiVersion: string;
  readonly kind: Of;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Texts };
  readonly data?: Texts;
  readonly spec: Specs[Of];
}

/** An object of a cluster. */
export type AnyObject = { [Of in Kind]: ClusterObject<Of> }[Kind];

/** Where the PDP listens, if it has a port. */
export const PDP_PORT = 3592;

/** The folder that the server and a PDP beside it share. */
export const SOCKETS = "/run/cerbos";

/** Reads a Compose file, with what its services share. */
export function readComposition(text: string): Composition {
  return parse(text, { merge: true });
}

/** Reads a composition. Throws where its two programs would not find each other, or others would find the PDP. */
export function composeWay({ services: { app, cerbos }, networks, secrets }: Composition): Way {
  const port = app.environment["PORT"];
  assert.equal(app.environment["PDP_URL"], `http://cerbos:${PDP_PORT}`, "compose.yaml: PDP_URL is the service's");
  assert.equal(cerbos.environment["PDP_HTTP"], `0.0.0.0:${PDP_PORT}`, "compose.yaml: the PDP listens for another");
  assert.match(cerbos.environment["PDP_GRPC"] ?? "", /^127\.0\.0\.1:/, "compose.yaml: nobody else needs gRPC");
  assert.equal(cerbos.ports, undefined, "compose.yaml: the PDP has no ports");
  for (const name of [...app.networks, ...cerbos.networks]) assert(name in networks, `compose.yaml: network ${name}`);
  assert.deepEqual(app.ports, [`127.0.0.1:${port}:${port}`], "compose.yaml: the port of the server");
  assert("cerbos" in (app.depends_on ?? {}), "compose.yaml: the server waits for the PDP");
  assert.deepEqual(app.secrets, Object.keys(secrets), "compose.yaml: the secrets of the server");
  for (const name of app.secrets ?? [])
    assert(Object.values(app.environment).includes(`/run/secrets/${name}`), `compose.yaml: where ${name} is`);
  const commands = [cerbos, app].map(({ healthcheck }) => {
    const [form, ...command] = healthcheck?.test ?? [];
    assert.equal(form, "CMD");
    return command;
  });
  return {
    name: "compose.yaml",
    pdp: { env: cerbos.environment, args: ["server"], commands: commands.slice(0, 1), paths: [] },
    app: { env: app.environment, commands: commands.slice(1), paths: ["/healthz"], replicas: 1 },
  };
}

/** Reads what is in a cluster, both ways. Throws where names, ports, paths or labels do not fit each other. */
export function clusterWays(sidecar: readonly AnyObject[], central: readonly AnyObject[]): Way[] {
  const all = [...sidecar, ...central];

  for (const { metadata, spec } of objectsOfKind(all, "Deployment")) {
    assert.deepEqual(
      spec.template.metadata.labels,
      spec.selector.matchLabels,
      `Deployment ${metadata.name}: its pods are its own`,
    );
  }
  const podsOf = (labels: Texts): Pods => {
    const found = objectsOfKind(all, "Deployment").find(({ spec }) => isSame(spec.selector.matchLabels, labels));
    assert(found, `there are no pods with ${JSON.stringify(labels)}`);
    return found.spec.template.spec;
  };
  for (const { metadata, spec } of objectsOfKind(all, "Service")) {
    const open = new Set(
      podsOf(spec.selector).containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort)),
    );
    for (const { targetPort } of spec.ports)
      assert(open.has(targetPort), `Service ${metadata.name}: ${targetPort} is a port of its pods`);
  }

  const dataOf = (name: string): Texts => named(all, "ConfigMap", name).data ?? {};
  const envOf = ({ envFrom, env = [] }: Container): Texts => {
    const maps = envFrom.map(({ configMapRef }) => dataOf(configMapRef.name));
    return Object.assign({}, ...maps, Object.fromEntries(env.map(({ name, value }) => [name, value])));
  };
  const pdpOf = (container: Container): Way["pdp"] => ({
    env: envOf(container),
    args: container.args ?? ["server"],
    commands: probesOf(container).flatMap(({ exec }) => (exec ? [exec.command] : [])),
    paths: pathsOf(container, PDP_PORT, "HTTPS"),
  });

  const { replicas, template } = named(sidecar, "Deployment", "app").spec;
  const {
    initContainers: [beside] = [],
    containers: [server],
  } = template.spec;
  assert(beside, "sidecar.yaml: there is a PDP beside the server");
  const app = { env: envOf(server), commands: [], paths: pathsOf(server, Number(envOf(server)["PORT"])), replicas };
  assert.deepEqual(server.ports, [{ containerPort: Number(app.env["PORT"]) }]);
  const ofSidecar = pdpOf(beside);
  assert.equal(beside.restartPolicy, "Always", "sidecar.yaml: the PDP is a sidecar");
  assert.equal(beside.ports, undefined, "sidecar.yaml: the PDP has no port");
  for (const name of ["PDP_HTTP", "PDP_GRPC"])
    assert.equal(ofSidecar.env[name], undefined, "sidecar.yaml: the PDP listens on sockets alone");
  assert.deepEqual(ofSidecar.paths, [], "sidecar.yaml: the kubelet does not reach a socket");
  assert.equal(app.env["PDP_SOCKET"], `${SOCKETS}/http.sock`, "sidecar.yaml: PDP_SOCKET is the PDP's");
  const [one, other] = [beside, server].map(({ volumeMounts }) => volumeMounts.find(({ name }) => name === "pdp"));
  assert.deepEqual([one?.mountPath, other?.mountPath], [SOCKETS, SOCKETS], "sidecar.yaml: both have the socket");
  requireMounted(server, app.env);

  const cerbos = named(central, "Deployment", "cerbos").spec.template.spec.containers[0];
  const ofCentral = pdpOf(cerbos);
  assert.equal(ofCentral.env["PDP_HTTP"], `0.0.0.0:${PDP_PORT}`, "central.yaml: the PDP listens for other pods");
  assert.match(ofCentral.env["PDP_GRPC"] ?? "", /^127\.0\.0\.1:/, "central.yaml: nobody else needs gRPC");
  assert.equal(
    named(central, "Service", "cerbos").spec.ports[0]?.port,
    PDP_PORT,
    "central.yaml: PDP_URL is the Service's",
  );
  const { PDP_SOCKET: _, ...others } = app.env;
  const appOfCentral = { ...app, env: { ...others, ...dataOf("pdp") } };
  assert.equal(appOfCentral.env["PDP_URL"], `https://cerbos:${PDP_PORT}`, "central.yaml: PDP_URL is the Service's");
  requireMounted(server, appOfCentral.env);

  const { podSelector, policyTypes, ingress } = named(central, "NetworkPolicy", "only-the-server-asks-cerbos").spec;
  assert.equal(podsOf(podSelector.matchLabels ?? {}).containers[0].name, "cerbos", "central.yaml: whom it protects");
  assert.deepEqual(policyTypes, ["Ingress", "Egress"]);
  assert.deepEqual(
    ingress,
    [{ from: [{ podSelector: { matchLabels: { app: "app" } } }], ports: [{ port: PDP_PORT }] }],
    "central.yaml: who may ask, and what",
  );
  // Policies add up: no other one may let anything else in.
  for (const { metadata, spec } of objectsOfKind(all, "NetworkPolicy")) {
    if (metadata.name === "only-the-server-asks-cerbos" || !spec.ingress) continue;
    assert.equal(podsOf(spec.podSelector.matchLabels ?? {}).containers[0].name, "app", `${metadata.name}: for the app`);
    for (const { ports } of spec.ingress)
      assert.deepEqual(
        ports,
        server.ports?.map(({ containerPort }) => ({ port: containerPort })),
      );
  }
  return [
    { name: "sidecar.yaml", pdp: ofSidecar, app },
    { name: "central.yaml", pdp: ofCentral, app: appOfCentral },
  ];
}

/** Throws if a variable names a file that is in no volume. */
function requireMounted({ name, volumeMounts }: Container, env: Texts): void {
  for (const [variable, path] of Object.entries(env)) {
    if (variable.endsWith("_FILE"))
      assert(
        volumeMounts.some(({ mountPath }) => path.startsWith(`${mountPath}/`)),
        `${name}: ${variable} is mounted`,
      );
  }
}

/** Reads the objects of a file, as Kubernetes does. */
export function readObjects(text: string): AnyObject[] {
  return parseAllDocuments(text, { version: "1.1" }).map((document): AnyObject => {
    assert.deepEqual(document.errors, []);
    return document.toJS();
  });
}

/** Those of a kind. */
export function objectsOfKind<Of extends Kind>(objects: readonly AnyObject[], kind: Of): ClusterObject<Of>[] {
  return objects.filter((object): object is AnyObject & ClusterObject<Of> => object.kind === kind);
}

/** The one of a kind and a name. Throws if there is none. */
export function named<Of extends Kind>(objects: readonly AnyObject[], kind: Of, name: string): ClusterObject<Of> {
  const found = objectsOfKind(objects, kind).find(({ metadata }) => metadata.name === name);
  assert(found, `there is no ${kind} ${name}`);
  return found;
}

/** All containers of a pod. */
export function containersOf({ initContainers = [], containers }: Pods): Container[] {
  return [...initContainers, ...containers];
}

function probesOf({ startupProbe, readinessProbe, livenessProbe }: Container): Probe[] {
  return [...(startupProbe ? [startupProbe] : []), readinessProbe, livenessProbe];
}

function pathsOf(container: Container, port: number, scheme?: "HTTPS"): string[] {
  return probesOf(container).flatMap(({ exec, httpGet }) => {
    assert(exec ?? httpGet, `${container.name}: each probe has a way to ask`);
    if (!httpGet) return [];
    assert.equal(httpGet.port, port, `${container.name}: its health is asked at its port`);
    assert.equal(httpGet.scheme, scheme, `${container.name}: its health is asked with its protocol`);
    return [httpGet.path];
  });
}

function isSame(one: Texts, other: Texts): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
