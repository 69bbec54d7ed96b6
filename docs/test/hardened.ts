import assert from "node:assert/strict";
import {
  type AnyObject,
  type Composition,
  type Container,
  containersOf,
  named,
  objectsOfKind,
} from "./deployment-ways.ts";
import { USER } from "./sandbox.ts";

/** Throws if a service of a Compose file has a right that it does not need. */
export function requireHardenedComposition({ services, networks }: Composition): void {
  for (const [name, service] of Object.entries(services)) {
    const { user, read_only, cap_drop, security_opt, pids_limit, cpus, mem_limit, tmpfs = [] } = service;
    assert.deepEqual(
      { user, read_only, cap_drop, security_opt },
      {
        user: `${USER}:${USER}`,
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
      },
      `service ${name}`,
    );
    assert(pids_limit && cpus && mem_limit, `service ${name}: processes, CPU and memory are limited`);
    assert(service.healthcheck, `service ${name}: it has a health check`);
    for (const mount of tmpfs) assert.match(mount, /size=\d+m,noexec,nosuid,nodev/, `service ${name}: ${mount}`);
    for (const right of ["privileged", "cap_add", "devices", "pid", "ipc", "network_mode", "userns_mode", "volumes"])
      assert(!(right in service), `service ${name}: it has ${right}`);
    for (const port of service.ports ?? []) assert.match(port, /^127\.0\.0\.1:/, `service ${name}: ${port}`);
    requireNoSecrets(service.environment, `service ${name}`);
  }
  assert.equal(networks["pdp"]?.internal, true, "the network pdp is internal");
  const onNetwork = (network: string): string[] =>
    Object.entries(services).flatMap(([name, { networks: of }]) => (of.includes(network) ? [name] : []));
  assert.deepEqual(onNetwork("pdp"), ["app", "cerbos"], "the services on the network pdp");
  assert.deepEqual(onNetwork("keys"), ["cerbos"], "the services on the network keys");
}

/** Throws if a container of a way in a cluster has a right that it does not need, or a connection is open to all. */
export function requireHardenedCluster(objects: readonly AnyObject[]): void {
  const namespace = named(objects, "Namespace", "app");
  assert.equal(
    namespace.metadata.labels?.["pod-security.kubernetes.io/enforce"],
    "restricted",
    "the namespace's label",
  );
  for (const { kind, metadata } of objects) {
    if (kind !== "Namespace") assert.equal(metadata.namespace, "app", `${kind} ${metadata.name}: its namespace`);
    assert.notEqual(kind, "Secret", "no Secret is in the repository");
  }

  for (const { metadata, spec } of objectsOfKind(objects, "Deployment")) {
    const name = `Deployment ${metadata.name}`;
    const { template, replicas, selector } = spec;
    const labels = selector.matchLabels;
    const pods = template.spec;
    assert(replicas > 1, `${name}: it survives the loss of a pod`);
    assert.deepEqual(
      pods.securityContext,
      {
        runAsNonRoot: true,
        runAsUser: USER,
        runAsGroup: USER,
        fsGroup: USER,
        seccompProfile: { type: "RuntimeDefault" },
      },
      `${name}: the user of its processes`,
    );
    assert.equal(pods.automountServiceAccountToken, false, `${name}: it has no token of the cluster's API`);
    assert.equal(pods.enableServiceLinks, false, `${name}: no variables with the names of other Services`);
    for (const right of ["hostNetwork", "hostPID", "hostIPC", "hostUsers"])
      assert(!(right in pods), `${name}: it has ${right}`);
    assert.deepEqual(
      pods.topologySpreadConstraints.map(({ topologyKey, labelSelector }) => [topologyKey, labelSelector.matchLabels]),
      ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((key) => [key, labels]),
      `${name}: its pods are spread`,
    );
    const volumes = new Map(pods.volumes.map(({ name: volume, ...source }) => [volume, Object.keys(source)]));
    for (const container of containersOf(pods)) {
      requireHardenedContainer(container, `${name}, container ${container.name}`);
      for (const { name: volume, mountPath, readOnly } of container.volumeMounts) {
        const source = volumes.get(volume)?.[0] ?? "";
        assert(["emptyDir", "secret"].includes(source), `${name}: the volume ${volume}`);
        const isWritable = container.name === "cerbos" && source === "emptyDir";
        assert.equal(readOnly ?? false, !isWritable, `${name}: ${mountPath} is read-only, except for sockets`);
      }
    }
    const budget = named(objects, "PodDisruptionBudget", metadata.name).spec;
    assert.deepEqual(
      budget,
      { maxUnavailable: 1, selector: { matchLabels: labels } },
      `${name}: its disruption budget`,
    );
  }

  const { spec: denied } = named(objects, "NetworkPolicy", "deny-all");
  assert.deepEqual(
    denied,
    { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    "the policy that denies everything",
  );
  for (const { metadata, spec } of objectsOfKind(objects, "NetworkPolicy")) {
    if (metadata.name !== "deny-all") {
      const types = [...(spec.ingress ? ["Ingress"] : []), ...(spec.egress ? ["Egress"] : [])];
      assert.deepEqual(spec.policyTypes, types, `${metadata.name}: its types`);
    }
    for (const { from } of spec.ingress ?? []) assert(from.length > 0, `${metadata.name}: it names the clients`);
    for (const { to, ports } of spec.egress ?? []) {
      assert(to.length > 0 && ports.length > 0, `${metadata.name}: it names the servers and their ports`);
      for (const { ipBlock, namespaceSelector, podSelector } of to) {
        if (namespaceSelector?.matchLabels["kubernetes.io/metadata.name"] === "kube-system")
          assert(podSelector, `${metadata.name}: only DNS in kube-system`);
        if (!ipBlock) continue;
        assert.deepEqual(ports, [{ port: 443 }], `${metadata.name}: only port 443 of the internet`);
        // Private networks, and the metadata service of a cloud.
        assert.deepEqual(ipBlock.except, [
          "10.0.0.0/8",
          "100.64.0.0/10",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.168.0.0/16",
        ]);
      }
    }
  }
}

function requireHardenedContainer(container: Container, name: string): void {
  assert.deepEqual(
    container.securityContext,
    { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    `${name}: its rights`,
  );
  for (const part of ["requests", "limits"] as const)
    assert.deepEqual(Object.keys(container.resources[part]), ["cpu", "memory"], `${name}: its ${part}`);
  assert(container.livenessProbe && container.readinessProbe, `${name}: its health is probed`);
  assert.match(container.image, /^[\w./-]+@sha256:/, `${name}: its image is named by its digest`);
  for (const port of container.ports ?? []) assert(!("hostPort" in port), `${name}: it has a port of the host`);
  requireNoSecrets(Object.fromEntries((container.env ?? []).map((one) => [one.name, one.value])), name);
}

/** Throws if a variable has a secret, which everyone sees who may read a container's settings. A file is safer. */
function requireNoSecrets(env: { readonly [name: string]: string }, name: string): void {
  for (const variable of Object.keys(env)) {
    if (/SECRET|PASSWORD|TOKEN|REDIS/.test(variable)) assert.match(variable, /_FILE$/, `${name}: ${variable}`);
  }
}
