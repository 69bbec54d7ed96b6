import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { parse, parseAllDocuments } from "yaml";

/** Environment variables or labels: names and their values. */
interface Texts {
  readonly [name: string]: string;
}

/** One way to deploy the files of docs/deploy: how both programs are started, and how their health is checked. */
export interface Way {
  readonly name: string;
  readonly pdp: {
    readonly env: Texts;
    readonly args: readonly string[];
    readonly commands: readonly (readonly string[])[];
    readonly paths: readonly string[];
    /** The most memory it may use, in bytes. */
    readonly memoryLimit: number;
  };
  readonly app: {
    readonly env: Texts;
    readonly commands: readonly (readonly string[])[];
    readonly paths: readonly string[];
    /** The most memory it may use, in bytes. */
    readonly memoryLimit: number;
    /** The number of processes that share a Redis, or 1. */
    readonly replicas: number;
  };
}

/** The parts of a Compose file that are checked. */
export interface Composition {
  readonly services: { readonly app: Service; readonly cerbos: Service };
  readonly networks: { readonly [name: string]: { readonly internal?: boolean } };
  readonly secrets: { readonly [name: string]: { readonly file: string } };
}

interface Service {
  readonly build: string;
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
  readonly mem_limit: string;
  readonly tmpfs?: readonly string[];
}

interface Probe {
  readonly exec?: { readonly command: string[] };
  readonly httpGet?: { readonly path: string; readonly port: number; readonly scheme?: string };
}

/** The parts of a Kubernetes container that are checked. */
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
  readonly resources: { readonly requests: object; readonly limits: { readonly memory: string } };
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

interface Pods {
  readonly initContainers?: readonly Container[];
  readonly containers: readonly [Container];
  readonly volumes: readonly Volume[];
  readonly securityContext: object;
  readonly automountServiceAccountToken: boolean;
  readonly enableServiceLinks: boolean;
  readonly topologySpreadConstraints: readonly { readonly topologyKey: string; readonly labelSelector: Selector }[];
}

interface Volume {
  readonly name: string;
  readonly emptyDir?: object;
  readonly secret?: { readonly secretName: string; readonly items?: readonly { readonly path: string }[] };
}

interface Selector {
  readonly matchLabels: Texts;
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly except: readonly string[] };
}

/** The parts of Kubernetes objects that are checked, by the kind of the object. */
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

/** A Kubernetes object of any of these kinds. */
export type AnyObject = { [Of in Kind]: ClusterObject<Of> }[Kind];

/** The PDP's port, if it has one. */
export const PDP_PORT = 3592;

/** The folder of the PDP's sockets, which the server and the PDP beside it share. */
export const SOCKETS = "/run/cerbos";

/** Parses a Compose file, and merges the settings that its services share. */
export function readComposition(text: string): Composition {
  return parse(text, { merge: true });
}

/** The way of a Compose file. Throws if its two programs would not find each other, or others could reach the PDP. */
export function composeWay({ services: { app, cerbos }, networks, secrets }: Composition): Way {
  const port = app.environment["PORT"];
  assert.deepEqual([app.build, cerbos.build], ["./app", "./cerbos"], "compose.yaml: the folders of the images");
  assert.equal(app.environment["PDP_URL"], `http://cerbos:${PDP_PORT}`, "compose.yaml: PDP_URL is the service's");
  assert.equal(cerbos.environment["PDP_HTTP"], `0.0.0.0:${PDP_PORT}`, "compose.yaml: the PDP listens for the server");
  assert.match(cerbos.environment["PDP_GRPC"] ?? "", /^127\.0\.0\.1:/, "compose.yaml: gRPC is only for the PDP itself");
  assert.equal(cerbos.ports, undefined, "compose.yaml: the PDP has no ports");
  for (const name of [...app.networks, ...cerbos.networks]) assert(name in networks, `compose.yaml: network ${name}`);
  assert.deepEqual(app.ports, [`127.0.0.1:${port}:${port}`], "compose.yaml: the port of the server");
  assert("cerbos" in (app.depends_on ?? {}), "compose.yaml: the server waits for the PDP");
  assert.deepEqual(app.secrets, Object.keys(secrets), "compose.yaml: the secrets of the server");
  for (const name of app.secrets ?? [])
    assert(Object.values(app.environment).includes(`/run/secrets/${name}`), `compose.yaml: a variable names ${name}`);
  const commands = [cerbos, app].map(({ healthcheck }) => {
    const [form, ...command] = healthcheck?.test ?? [];
    assert.equal(form, "CMD");
    return command;
  });
  return {
    name: "compose.yaml",
    pdp: {
      env: cerbos.environment,
      args: ["server"],
      commands: commands.slice(0, 1),
      paths: [],
      memoryLimit: bytesIn(cerbos.mem_limit),
    },
    app: {
      env: app.environment,
      commands: commands.slice(1),
      paths: ["/healthz"],
      memoryLimit: bytesIn(app.mem_limit),
      replicas: 1,
    },
  };
}

/**
 * The two ways in a cluster, each with all of its objects. Throws if names, ports, paths or labels do not match, or
 * others could reach the PDP.
 */
export function clusterWays(sidecar: readonly AnyObject[], central: readonly AnyObject[]): Way[] {
  return [sidecarWay(sidecar), centralWay(central, named(sidecar, "Deployment", "app").spec.template.spec)];
}

function sidecarWay(objects: readonly AnyObject[]): Way {
  requireMatches(objects);
  const { initContainers = [], containers } = named(objects, "Deployment", "app").spec.template.spec;
  const [beside, server] = [initContainers[0], containers[0]];
  assert(beside, "sidecar.yaml: there is a PDP beside the server");
  const [pdp, app] = [pdpOf(beside, objects), appOf(objects)];
  assert.equal(beside.restartPolicy, "Always", "sidecar.yaml: the PDP is a sidecar");
  assert.equal(beside.ports, undefined, "sidecar.yaml: the PDP has no port");
  for (const name of ["PDP_HTTP", "PDP_GRPC"])
    assert.equal(pdp.env[name], undefined, "sidecar.yaml: the PDP listens only on sockets");
  assert.deepEqual(pdp.paths, [], "sidecar.yaml: the kubelet cannot reach a socket");
  assert.equal(app.env["PDP_SOCKET"], `${SOCKETS}/http.sock`, "sidecar.yaml: PDP_SOCKET is the PDP's");
  const mounts = [beside, server].map(({ volumeMounts }) => volumeMounts.find(({ name }) => name === "pdp")?.mountPath);
  assert.deepEqual(mounts, [SOCKETS, SOCKETS], "sidecar.yaml: both containers mount the folder of the socket");
  requireClientsOnly(objects, []);
  return { name: "sidecar.yaml", pdp, app };
}

/** @param ofSidecar the pods of the other way, whose server is the same except for its connection to the PDP */
function centralWay(objects: readonly AnyObject[], ofSidecar: Pods): Way {
  requireMatches(objects);
  const { template } = named(objects, "Deployment", "app").spec;
  assert.deepEqual(
    withoutPdp(template.spec),
    withoutPdp(ofSidecar),
    "sidecar.yaml and central.yaml: the server differs in its connection to the PDP only",
  );
  const app = appOf(objects);
  assert.equal(app.env["PDP_URL"], `https://cerbos:${PDP_PORT}`, "central.yaml: PDP_URL is the Service's");
  assert.equal(
    named(objects, "Service", "cerbos").spec.ports[0]?.port,
    PDP_PORT,
    "central.yaml: PDP_URL is the Service's",
  );
  const pdp = pdpOf(named(objects, "Deployment", "cerbos").spec.template.spec.containers[0], objects);
  assert.equal(pdp.env["PDP_HTTP"], `0.0.0.0:${PDP_PORT}`, "central.yaml: the PDP listens for other pods");
  assert.match(pdp.env["PDP_GRPC"] ?? "", /^127\.0\.0\.1:/, "central.yaml: gRPC is only for the PDP itself");

  const [label, value] = ["pdp-client", "true"];
  assert.equal(template.metadata.labels[label], value, "central.yaml: the server has the label of the PDP's clients");
  const clients: Selector = { matchLabels: { [label]: value } };
  assert.deepEqual(named(objects, "NetworkPolicy", "pdp-clients").spec, {
    podSelector: clients,
    policyTypes: ["Egress"],
    egress: [
      {
        to: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
            podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
          },
        ],
        ports: [
          { port: 53, protocol: "UDP" },
          { port: 53, protocol: "TCP" },
        ],
      },
      { to: [{ podSelector: { matchLabels: { app: "cerbos" } } }], ports: [{ port: PDP_PORT }] },
    ],
  });
  requireClientsOnly(objects, [{ from: [{ podSelector: clients }], ports: [{ port: PDP_PORT }] }]);
  return { name: "central.yaml", pdp, app };
}

/** The pods of the server, without their PDP and without the server's connection to it. */
function withoutPdp(pods: Pods): object {
  const [server] = pods.containers;
  return {
    ...pods,
    initContainers: [],
    volumes: pods.volumes.filter(isOfServer),
    containers: [
      { ...server, env: server.env?.filter(isOfServer), volumeMounts: server.volumeMounts.filter(isOfServer) },
    ],
  };
}

/** Whether a variable or volume has nothing to do with the PDP, whose names start with `PDP` or `pdp`. */
function isOfServer({ name }: { readonly name: string }): boolean {
  return !name.toLowerCase().startsWith("pdp");
}

/** Throws if labels, ports, volumes or files that objects refer to do not exist. */
function requireMatches(objects: readonly AnyObject[]): void {
  for (const { metadata, spec } of objectsOfKind(objects, "Deployment")) {
    const { labels } = spec.template.metadata;
    assert.partialDeepStrictEqual(labels, spec.selector.matchLabels, `Deployment ${metadata.name}: it finds its pods`);
    const pods = spec.template.spec;
    for (const container of containersOf(pods)) requireMounted(container, pods.volumes, envOf(container, objects));
    const mounted = new Set(containersOf(pods).flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name)));
    assert.deepEqual([...mounted].toSorted(), pods.volumes.map(({ name }) => name).toSorted(), "volumes are mounted");
  }
  for (const { metadata, spec } of objectsOfKind(objects, "Service")) {
    const open = new Set(
      podsOf(objects, spec.selector).containers.flatMap(({ ports = [] }) =>
        ports.map(({ containerPort }) => containerPort),
      ),
    );
    for (const { targetPort } of spec.ports)
      assert(open.has(targetPort), `Service ${metadata.name}: ${targetPort} is a port of its pods`);
  }
}

/** Throws if a path in a variable or argument is a file of no volume. */
function requireMounted({ name, args = [], volumeMounts }: Container, volumes: readonly Volume[], env: Texts): void {
  const files = [
    ...Object.entries(env).flatMap(([variable, path]) => (variable.endsWith("_FILE") ? [path] : [])),
    ...args.flatMap((arg) => /=(\/.+)$/.exec(arg)?.[1] ?? []),
  ];
  for (const path of files) {
    const mount = volumeMounts.find(({ mountPath }) => path.startsWith(`${mountPath}/`));
    assert(mount, `${name}: ${path} is in a volume`);
    const items = volumes.find((volume) => volume.name === mount.name)?.secret?.items;
    if (items)
      assert(
        items.some((item) => `${mount.mountPath}/${item.path}` === path),
        `${name}: ${path} is an item of its volume`,
      );
  }
}

/** Throws if a network policy lets in anything except `toPdp` to the PDP, and requests to the server's port. */
function requireClientsOnly(objects: readonly AnyObject[], toPdp: readonly object[]): void {
  const found: object[] = [];
  for (const { metadata, spec } of objectsOfKind(objects, "NetworkPolicy")) {
    if (!spec.ingress) continue;
    const [container] = podsOf(objects, spec.podSelector.matchLabels ?? {}).containers;
    if (container.name === "cerbos") {
      found.push(...spec.ingress);
      continue;
    }
    for (const { ports } of spec.ingress)
      assert.deepEqual(
        ports,
        container.ports?.map(({ containerPort }) => ({ port: containerPort })),
        `NetworkPolicy ${metadata.name}: the port of the server`,
      );
  }
  // Policies add up, so none of them may let in more.
  assert.deepEqual(found, toPdp, "which pods may connect to the PDP, and to which port");
}

function pdpOf(container: Container, objects: readonly AnyObject[]): Way["pdp"] {
  return {
    env: envOf(container, objects),
    args: container.args ?? ["server"],
    commands: probesOf(container).flatMap(({ exec }) => (exec ? [exec.command] : [])),
    paths: pathsOf(container, PDP_PORT, "HTTPS"),
    memoryLimit: bytesIn(container.resources.limits.memory),
  };
}

function appOf(objects: readonly AnyObject[]): Way["app"] {
  const { replicas, template } = named(objects, "Deployment", "app").spec;
  const [server] = template.spec.containers;
  const env = envOf(server, objects);
  const port = Number(env["PORT"]);
  assert.deepEqual(server.ports, [{ containerPort: port }], "the server's port is PORT");
  const memoryLimit = bytesIn(server.resources.limits.memory);
  return { env, commands: [], paths: pathsOf(server, port), memoryLimit, replicas };
}

function envOf({ envFrom, env = [] }: Container, objects: readonly AnyObject[]): Texts {
  const maps = envFrom.map(({ configMapRef }) => named(objects, "ConfigMap", configMapRef.name).data);
  return Object.assign({}, ...maps, Object.fromEntries(env.map(({ name, value }) => [name, value])));
}

function podsOf(objects: readonly AnyObject[], labels: Texts): Pods {
  const found = objectsOfKind(objects, "Deployment").find(({ spec }) =>
    isDeepStrictEqual(spec.selector.matchLabels, labels),
  );
  assert(found, `there are no pods with ${JSON.stringify(labels)}`);
  return found.spec.template.spec;
}

/** Parses the objects of a file by YAML 1.1, the version that Kubernetes uses. */
export function readObjects(text: string): AnyObject[] {
  return parseAllDocuments(text, { version: "1.1" }).map((document): AnyObject => {
    assert.deepEqual(document.errors, []);
    return document.toJS();
  });
}

/** All objects of a kind. */
export function objectsOfKind<Of extends Kind>(objects: readonly AnyObject[], kind: Of): ClusterObject<Of>[] {
  return objects.filter((object): object is AnyObject & ClusterObject<Of> => object.kind === kind);
}

/** The object of a kind and a name. Throws if it does not exist. */
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
    assert(exec ?? httpGet, `${container.name}: each probe has a command or a path`);
    if (!httpGet) return [];
    assert.equal(httpGet.port, port, `${container.name}: the port of its probes`);
    assert.equal(httpGet.scheme, scheme, `${container.name}: the protocol of its probes`);
    return [httpGet.path];
  });
}

/** The number of bytes in `512m` of Compose or `512Mi` of Kubernetes, which are both mebibytes. */
function bytesIn(text: string): number {
  const [, count] = /^(\d+)(?:m|Mi)$/.exec(text) ?? [];
  assert(count, `${text} is an amount of memory`);
  return Number(count) * 2 ** 20;
}
