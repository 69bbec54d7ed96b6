// An nginx of the tests' own.
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describeExit, freePort, startChild } from "../../cli/src/internal.ts";

/** A running nginx. */
export interface Nginx {
  /** Without a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

/** How nginx is set up. */
export interface NginxSettings {
  /** The server behind it, with its port. */
  readonly upstream: string;
  /** Lines of its own for `location`. Default: none, nginx proxies as it does by itself. */
  readonly location?: string;
  /** Lines of its own for `server`, such as certificates. Default: none, it is plain HTTP/1.1. */
  readonly server?: string;
  /** What follows the port in `listen`, such as `ssl http2`. */
  readonly listen?: string;
}

/** The program. Debian puts it where only root looks. `undefined` if there is none. */
export const nginxProgram: string | undefined = [
  ...(process.env["PATH"] ?? "").split(delimiter),
  "/usr/sbin",
  "/usr/local/sbin",
]
  .map((folder) => join(folder, "nginx"))
  .find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

const TEMPORARY = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

/** Starts it on a free port. All its files are in a folder that goes with it. */
export async function startNginx({ upstream, location = "", server = "", listen = "" }: NginxSettings): Promise<Nginx> {
  if (nginxProgram === undefined) throw new Error("There is no nginx. Install it: apt-get install nginx-light.");
  const folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-nginx-"));
  const port = await freePort();
  const config = `
daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr notice;
events {}
http {
  access_log off;
  ${TEMPORARY.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n  ")}
  server {
    listen 127.0.0.1:${port} ${listen};
    ${server}
    location / {
      proxy_pass ${upstream};
      ${location}
    }
  }
}
`;
  writeFileSync(join(folder, "nginx.conf"), config);
  const ready = Promise.withResolvers<void>();
  const child = startChild({
    name: "nginx",
    command: nginxProgram,
    args: ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr"],
    onLine: (line) => {
      if (line.includes("using the") && line.includes("event method")) ready.resolve();
    },
  });
  void child.exited.then((exit) => ready.reject(new Error(describeExit(child, exit))));
  await ready.promise;
  return {
    url: `${listen.includes("ssl") ? "https" : "http"}://127.0.0.1:${port}`,
    async stop() {
      await child.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
