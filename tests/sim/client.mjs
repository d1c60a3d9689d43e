// One API server, spoken to over HTTPS: plain requests, and watches until they fall silent.
import { readFileSync } from "node:fs";
import https from "node:https";

const kSilentMs = 300; // a watch that said nothing for so long has said what there is

export function readKubeconfig(path) {
  const config = JSON.parse(readFileSync(path, "utf8"));
  const { server, "certificate-authority-data": authority } = config.clusters[0].cluster;
  const tokens = Object.fromEntries(config.users.map((entry) => [entry.name, entry.user.token]));
  return { server, authority: Buffer.from(authority, "base64"), tokens };
}

export class Server {
  constructor(title, kubeconfig, tokens) {
    this.title = title;
    this.url = new URL(kubeconfig.server);
    this.tokens = { ...kubeconfig.tokens, ...tokens };
    this.agent = new https.Agent({ ca: kubeconfig.authority, keepAlive: true, maxSockets: 64 });
  }

  #open(method, path, { body, type, accept, user = "admin", headers = {} } = {}, onResponse) {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const sent = { "user-agent": "differential/1", accept: accept ?? "application/json", ...headers };
    if (user !== null) sent.authorization = `Bearer ${this.tokens[user] ?? user}`;
    if (text !== undefined) {
      sent["content-type"] = type ?? "application/json";
      sent["content-length"] = Buffer.byteLength(text);
    }
    const { hostname, port } = this.url;
    const request = https.request(
      { hostname, port, method, path, headers: sent, agent: this.agent }, onResponse);
    request.end(text);
    return request;
  }

  // { status, type, body }: the body parsed when it is JSON.
  // A connection that was closed on the request has status 0.
  call(method, path, options) {
    return new Promise((resolve) => {
      this.#open(method, path, options, async (response) => {
        const parts = [];
        for await (const part of response) parts.push(part);
        const text = Buffer.concat(parts).toString();
        const type = response.headers["content-type"] ?? "";
        resolve({ status: response.statusCode, type, body: parsed(text) });
      }).on("error", (error) => resolve({ status: 0, type: "", body: error.code }));
    });
  }

  // { status, type, body }: the events that came before silence or the end, or the refusal.
  watch(path, options) {
    return new Promise((resolve) => {
      const request = this.#open("GET", path, options, (response) => {
        const type = response.headers["content-type"] ?? "";
        let text = "";
        let silence;
        const finish = () => {
          clearTimeout(silence);
          request.destroy();
          const lines = text.split("\n").filter((line) => line !== "");
          const events = response.statusCode === 200 ? lines.map(parsed) : parsed(text);
          resolve({ status: response.statusCode, type, body: events });
        };
        const wait = () => {
          clearTimeout(silence);
          silence = setTimeout(finish, kSilentMs);
        };
        wait();
        response.on("data", (part) => {
          text += part;
          wait();
        });
        response.on("end", finish);
        response.on("error", finish);
      });
      request.on("error", (error) => resolve({ status: 0, type: "", body: error.code }));
    });
  }

  // Calls onEvent for each event until stop() is called.
  follow(path, onEvent) {
    let rest = "";
    const request = this.#open("GET", path, {}, (response) => {
      response.on("data", (part) => {
        const lines = (rest + part).split("\n");
        rest = lines.pop();
        for (const line of lines) onEvent(JSON.parse(line));
      });
      response.on("error", () => {});
    });
    request.on("error", () => {});
    return () => request.destroy();
  }

  close() {
    this.agent.destroy();
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
