// Makes the answers of two servers comparable: what each server chooses for itself (uids, times,
// revisions, random names) gets the name of the request that it first appeared in.

const kUuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const kTime = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

// Fields that say nothing about the API: chosen by each server, path below the object.
const kServerSpecific = {
  Table: ["columnDefinitions.description"],
  APIResourceList: ["resources.storageVersionHash"],
  APIVersions: ["serverAddressByClientCIDRs"],
  SelfSubjectAccessReview: ["metadata.managedFields"],
  SubjectAccessReview: ["metadata.managedFields"],
  LocalSubjectAccessReview: ["metadata.managedFields"],
  TokenReview: ["metadata.managedFields", "status.audiences"],
  Service: ["spec.clusterIP", "spec.clusterIPs"],
  Namespace: ["status.conditions"],
};

export class Normaliser {
  #names = new Map();
  #fresh = new Map(); // request → how many names were given in it

  // `answer` of the request called `name`. `loose` answers are of objects that controllers change
  // meanwhile: their revisions, generations and statuses are left out.
  answer(name, answer, { loose = false, generated = false } = {}) {
    const value = this.#value(name, answer.body, [], { loose });
    let text = JSON.stringify({ status: answer.status, type: answer.type, body: value });
    text = text.replace(kTime, "TIME").replace(kUuid, (uid) => this.#named("uid", name, uid));
    if (generated) text = text.replace(/("(?:made-|g{58}))[a-z0-9]{5}(?=")/g, "$1GENERATED");
    return JSON.parse(text);
  }

  #named(what, request, value) {
    const key = `${what}/${value}`;
    if (!this.#names.has(key)) {
      const count = (this.#fresh.get(`${what}/${request}`) ?? 0) + 1;
      this.#fresh.set(`${what}/${request}`, count);
      this.#names.set(key, `${what} ${count} of ${request}`);
    }
    return this.#names.get(key);
  }

  #value(request, value, path, how) {
    if (typeof value === "string") return this.#text(request, value, how);
    if (Array.isArray(value)) {
      return value.map((item, i) => this.#value(request, item, [...path, i], how));
    }
    if (value === null || typeof value !== "object") return value;
    const out = {};
    for (const key of Object.keys(value).sort()) {
      const child = this.#field(request, value, key, [...path, key], how);
      if (child !== undefined) out[key] = child;
    }
    strip(out);
    return byName(out);
  }

  #field(request, owner, key, path, how) {
    const value = owner[key];
    const inMetadata = path.at(-2) === "metadata";
    if (key === "resourceVersion" && inMetadata && typeof value === "string") {
      if (how.loose) return undefined;
      return /^\d+$/.test(value) ? this.#revision(request, owner, value) : value;
    }
    if (key === "token") return "TOKEN";
    if (key === "cells") return value.map((cell) => (/^\d+[smhd]$/.test(cell) ? "AGE" : cell));
    if (key === "verbs" && Array.isArray(value)) return [...value].sort();
    if (key === "continue" && inMetadata && value !== "") return "TOKEN";
    if (how.loose && (key === "status" || key === "generation") && typeof value !== "string") {
      return undefined;
    }
    if (key === "managedFields") {
      if (how.loose) return undefined;
      return this.#owners(request, value, path, how);
    }
    return this.#value(request, value, path, how);
  }

  // In one order, since the servers' is by time; without what says who owns which item of a list.
  #owners(request, value, path, how) {
    const owners = value.map((owner) => this.#value(request, owner, path, how));
    for (const owner of owners) delete owner.fieldsV1?.["f:metadata"]?.["f:finalizers"];
    const key = ({ manager, operation, subresource = "" }) => `${manager} ${operation} ${subresource}`;
    return owners.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  // A list's own revision is the whole store's, where others write too.
  #revision(request, metadata, value) {
    const ofObject = metadata.uid !== undefined;
    return ofObject ? this.#named("revision", request, value) : "REVISION";
  }

  #text(request, text) {
    return text
      .replace(/(resource version: )\d+( \(\d+\))?/g, "$1REVISION")
      .replace(/(ResourceVersion in record \()\d+/g, "$1REVISION")
      .replace(/(ResourceVersion in precondition: \d+, ResourceVersion in object meta: )\d+/g, "$1REVISION")
      .replace(/(, current: )\d+/g, "$1REVISION");
  }
}

function strip(object) {
  for (const path of kServerSpecific[object.kind] ?? []) remove(object, path.split("."));
}

function remove(from, [key, ...rest]) {
  if (from === undefined || from === null) return;
  if (Array.isArray(from)) from.forEach((item) => remove(item, [key, ...rest]));
  else if (rest.length === 0) delete from[key];
  else remove(from[key], rest);
}

// Discovery is compared by name: order is the servers' own.
function byName(object) {
  for (const list of ["groups", "resources", "subresources"]) {
    if (!Array.isArray(object[list]) || typeof object[list][0] !== "object") continue;
    object[list] = Object.fromEntries(
      object[list].map((item) => [item.name ?? item.resource ?? item.subresource, item]));
  }
  if (object.kind === "APIGroupDiscoveryList") {
    object.items = Object.fromEntries(object.items.map((item) => [item.metadata.name, item]));
  }
  return object;
}

// What one server serves beyond the other is no difference.
export function common(all, some) {
  if (all === null || some === null || typeof all !== "object" || typeof some !== "object") return all;
  if (Array.isArray(all)) return all.map((item, i) => common(item, some[i]));
  return Object.fromEntries(
    Object.keys(all).filter((key) => key in some).map((key) => [key, common(all[key], some[key])]));
}

// The paths where two normalised answers differ, with both values.
export function differences(a, b, path = "") {
  if (a === b) return [];
  const plain = (value) => value === null || typeof value !== "object";
  if (plain(a) || plain(b) || Array.isArray(a) !== Array.isArray(b)) {
    return [{ path, a: JSON.stringify(a), b: JSON.stringify(b) }];
  }
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key) => differences(a[key], b[key], path === "" ? key : `${path}.${key}`));
}
