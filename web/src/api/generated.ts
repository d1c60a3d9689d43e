// Generated from api/openapi.yaml by `npm run generate`; do not edit.

export interface paths {
    readonly "/api/meta": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description Who, where, and which tables there are. Fetched at start and again when a `meta` frame announces a new revision. */
        readonly get: operations["getMeta"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/search": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description Objects by name, namespace, kind and what their rows hold, best first, within what the user may list. */
        readonly get: operations["search"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/yaml": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description One object as YAML, newest state the cache or, with `live`, the API server has. managedFields are folded into a summary. */
        readonly get: operations["getYaml"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/log": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description The whole log of one container as a file, streamed as the API server sends it. */
        readonly get: operations["getLog"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/offers": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** @description What one action would do to each of the objects, and where it is not possible, why not. Changes nothing. */
        readonly post: operations["postOffers"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/operations": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * @description Starts an action on each of the objects. Answered when every started one is in the audit log. Like all POSTs it is
         *     answered to our own page alone: exact Origin, the session's cookie, JSON. 403 with `--read-only`; 400, and nothing is
         *     started, when the action asks for a reason and none is given.
         */
        readonly post: operations["postOperations"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/operations/give-up": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** @description Stops watching an operation. What was asked of the cluster goes on there. */
        readonly post: operations["postGiveUp"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/audit": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description What was done through Masthead, newest first. */
        readonly get: operations["getAudit"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/release/contents": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * @description What Helm stores of a HelmRelease's release, read as the user when he asks and kept nowhere: its manifest, notes,
         *     hooks and tests. What Secrets hold is masked wherever it stands. A missing right is a Problem with the params
         *     `right` and `role`.
         */
        readonly get: operations["getReleaseContents"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/release/values": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * @description The values of a HelmRelease with where each comes from: merged as the controller would merge them now, or what Helm
         *     was given for a stored revision. Those of Secrets are masked; of a stored revision also those that may have been.
         */
        readonly get: operations["getReleaseValues"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/release/diff": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description What two stored revisions differ in, masked alike. */
        readonly get: operations["getReleaseDiff"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/release/reveal": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * @description One masked value, for a user who may get the Secret it is in. Who saw which is in the audit log before it is
         *     answered. Answered to our own page alone, as all POSTs are; also with `--read-only`, since nothing is changed.
         */
        readonly post: operations["postReveal"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/substitutions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description The variables of a Kustomization's spec.postBuild, each with where it comes from, read now. Of a Secret the names alone. */
        readonly get: operations["getSubstitutions"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/licenses": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get: operations["getLicenses"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly Problem: {
            readonly code: components["schemas"]["ErrorCode"];
            /** @description What happened. */
            readonly text: string;
            /** @description What to do. */
            readonly hint?: string;
            readonly params?: {
                readonly [key: string]: string;
            };
        };
        /** @enum {string} */
        readonly ErrorCode: "invalid" | "not_found" | "unauthenticated" | "forbidden" | "conflict" | "gone" | "too_many_requests" | "too_large" | "unavailable" | "timeout" | "tls" | "unsupported" | "cancelled" | "internal";
        /**
         * @description The one vocabulary of states, worst first.
         * @enum {string}
         */
        readonly Status: "Failed" | "Stalled" | "Blocked" | "Retrying" | "Unknown" | "Terminating" | "Waiting" | "Progressing" | "Suspended" | "Ready" | "Static";
        /** @enum {string} */
        readonly Badge: "retrying" | "stuck" | "drifted" | "outdated" | "requested" | "fetching" | "failed" | "unconfirmed";
        /** @description One object of the cluster. `table` is present where the object's kind has a list. */
        readonly Ref: {
            readonly group: string;
            readonly kind: string;
            readonly namespace: string;
            readonly name: string;
            readonly table?: string;
        };
        readonly StatusCell: {
            readonly status: components["schemas"]["Status"];
            /** @description A kind's own finer word, as kubectl says it, such as CrashLoopBackOff; shown after the status. */
            readonly word?: string;
            readonly reason?: string;
            readonly message?: string;
            readonly badges?: readonly components["schemas"]["Badge"][];
            /** @description Start of the unbroken spell. */
            readonly since?: number;
            /** @description false: at least since then */
            readonly sinceExact?: boolean;
            /** @description The first broken object that this one waits on. */
            readonly cause?: components["schemas"]["Ref"];
        };
        readonly Ratio: {
            readonly have: number;
            readonly want: number;
        };
        /** @description An object and, where the user may see it, its state. */
        readonly LinkedRef: {
            readonly ref: components["schemas"]["Ref"];
            readonly status?: components["schemas"]["Status"];
            /** @description How it is related: source, chart source, depends on, owner, owned, applied by, … */
            readonly relation?: string;
            /** @description The user may list such objects and it does not exist. */
            readonly missing?: boolean;
            readonly remark?: string;
        };
        /**
         * @description How a value travels and is drawn: `text` string; `mono` string in a fixed font; `number` number; `time` integer;
         *     `duration` integer (ms); `status` StatusCell; `ratio` Ratio; `ref` LinkedRef; `refs` list of LinkedRef; `revision`
         *     string such as `main@sha1:4f2c…`; `url` string (credentials already masked); `flag` boolean; `tally` object of Status to count;
         *     `labels` object of strings; `list` list of strings; `entries` list of what happened when, in details alone; `message` always null: it is drawn
         *     from the `message` of the row's status while that is not Ready. Every value may be null: not known, or not there.
         * @enum {string}
         */
        readonly CellType: "text" | "mono" | "number" | "time" | "duration" | "status" | "ratio" | "ref" | "refs" | "revision" | "url" | "flag" | "tally" | "labels" | "list" | "entries" | "message";
        /** @description A value of the column's type; see CellType. */
        readonly Cell: null | string | number | boolean | components["schemas"]["StatusCell"] | components["schemas"]["Ratio"] | components["schemas"]["LinkedRef"] | readonly components["schemas"]["LinkedRef"][] | readonly string[] | readonly components["schemas"]["Entry"][] | {
            readonly [key: string]: string;
        } | {
            readonly [key: string]: number;
        };
        readonly Entry: {
            readonly text: string;
            readonly at?: number;
        };
        readonly Column: {
            readonly id: string;
            readonly title: string;
            readonly type: components["schemas"]["CellType"];
            readonly sortable: boolean;
            /** @description Shown until the person chooses otherwise. */
            readonly shown: boolean;
            /** @description Preferred width in pixels. */
            readonly width?: number;
            readonly explanation?: string;
        };
        /** @description Something that may be done to objects of a kind. */
        readonly Action: {
            readonly id: string;
            readonly title: string;
            /** @description It is started with a reason, or refused, and optionally an end. */
            readonly asksReason: boolean;
        };
        /** @description An action on one object, with what it leads to. */
        readonly Offer: {
            readonly id: string;
            readonly title: string;
            readonly asksReason: boolean;
            readonly possible: boolean;
            /** @description Why it is not possible. */
            readonly why?: string;
            /** @description The right that is missing. */
            readonly right?: string;
            /** @description A Role in YAML that would give it. */
            readonly role?: string;
            readonly consequences: readonly string[];
            readonly warnings: readonly string[];
        };
        readonly ObjectAddress: {
            readonly table: string;
            readonly namespace: string;
            readonly name: string;
        };
        readonly Offers: {
            /** @description One an object, in the order of the request. */
            readonly offers: readonly {
                readonly table: string;
                readonly namespace: string;
                readonly name: string;
                /** @description Absent: there is no such object or action. */
                readonly offer?: components["schemas"]["Offer"];
            }[];
        };
        readonly OperationRequest: {
            readonly action: string;
            readonly objects: readonly components["schemas"]["ObjectAddress"][];
            /** @description Required, and not blank, for an action with `asksReason`. */
            readonly reason?: string;
            /** @description When a suspension should end; after that it is shown as overdue. */
            readonly until?: number;
        };
        readonly Started: {
            /** @description One an object, in the order of the request: its operation, or why there is none. */
            readonly results: readonly {
                readonly id?: number;
                readonly problem?: components["schemas"]["Problem"];
            }[];
        };
        /** @enum {string} */
        readonly Outcome: "running" | "succeeded" | "failed" | "still running" | "given up" | "not known";
        readonly OperationStep: {
            readonly ref: components["schemas"]["Ref"];
            readonly title: string;
            /** @enum {string} */
            readonly state: "waiting" | "requested" | "working" | "succeeded" | "failed";
            /** @description The controller's own words where there are some. */
            readonly text: string;
        };
        readonly Operation: {
            /** @description Of its entry in the audit log. */
            readonly id: number;
            readonly action: string;
            readonly title: string;
            readonly ref: components["schemas"]["Ref"];
            readonly began: number;
            readonly ended?: number;
            readonly state: components["schemas"]["Outcome"];
            readonly text: string;
            readonly revision?: string;
            readonly steps: readonly components["schemas"]["OperationStep"][];
        };
        readonly AuditEntry: {
            readonly id: number;
            readonly at: number;
            readonly user: string;
            readonly action: string;
            readonly title: string;
            readonly ref: components["schemas"]["Ref"];
            /** @description The object's state before. */
            readonly before?: string;
            readonly reason?: string;
            readonly until?: number;
            readonly outcome: components["schemas"]["Outcome"];
            readonly message?: string;
            readonly revision?: string;
            readonly ended?: number;
        };
        readonly AuditPage: {
            /** @description That match, on all pages. */
            readonly total: number;
            readonly entries: readonly components["schemas"]["AuditEntry"][];
        };
        /** @description One kind. Columns `status` (where the kind has one), `namespace`, `name` come first and are pinned. */
        readonly Table: {
            /** @description `resource.group`, as CRDs are named; `pods` for the core group. */
            readonly id: string;
            readonly group: string;
            readonly kind: string;
            /** @description The served version that is watched. */
            readonly version?: string;
            /** @description Plural for menus. */
            readonly title: string;
            readonly singular: string;
            readonly namespaced: boolean;
            /** @description Id of the navigation section. */
            readonly section: string;
            readonly columns: readonly components["schemas"]["Column"][];
            readonly sort: string;
            readonly descending: boolean;
            /** @description What may be done to its objects; absent: nothing. */
            readonly actions?: readonly components["schemas"]["Action"][];
        };
        readonly Section: {
            readonly id: string;
            readonly title: string;
            readonly tables: readonly string[];
        };
        /** @description Something the person should know or do about the cluster as a whole. */
        readonly Guidance: {
            readonly id: string;
            /** @enum {string} */
            readonly severity?: "info" | "warning" | "error";
            readonly text: string;
            /** @description Commands in it stand between backticks. */
            readonly hint?: string;
        };
        readonly Cluster: {
            /** @description UID of the kube-system namespace; absent until known or when it may not be read. */
            readonly uid?: string;
            readonly name: string;
            readonly context?: string;
            readonly server: string;
            readonly version?: string;
        };
        readonly Meta: {
            readonly revision: number;
            readonly version: string;
            readonly cluster: components["schemas"]["Cluster"];
            readonly user: string;
            readonly readOnly: boolean;
            /** @description false: discovery has not answered yet; tables is empty because it is unknown. */
            readonly ready: boolean;
            readonly sections: readonly components["schemas"]["Section"][];
            readonly tables: readonly components["schemas"]["Table"][];
            /** @description Those the user is known to see something in. */
            readonly namespaces: readonly string[];
            /** @description false: there may be others that he may not list. */
            readonly namespacesComplete: boolean;
            readonly guidance: readonly components["schemas"]["Guidance"][];
        };
        readonly SearchResult: {
            readonly total: number;
            /** @description The best alone, those first whose name it is. */
            readonly hits: readonly {
                readonly ref: components["schemas"]["Ref"];
                readonly status?: components["schemas"]["Status"];
                /** @description Where the words stand that are not in the name: `image ghcr.io/x/web:1.2`. */
                readonly why?: string;
            }[];
        };
        readonly YamlText: {
            readonly yaml: string;
            readonly resourceVersion: string;
            /** @description false: from the cache, since the API server did not answer */
            readonly live: boolean;
        };
        readonly StoredRevision: {
            readonly revision: number;
            /** @description As Helm says: deployed, superseded, failed, … */
            readonly status?: string;
            /** @description What made it: install, upgrade, rollback, … */
            readonly action?: string;
            readonly changed?: number;
            readonly chart?: string;
            readonly chartVersion?: string;
            readonly appVersion?: string;
        };
        readonly Hook: {
            readonly name: string;
            readonly kind: string;
            /** @description The template it is from. */
            readonly path?: string;
            readonly weight: number;
            readonly test: boolean;
            readonly events: readonly string[];
            readonly deletePolicies: readonly string[];
            /** @description Of its last run. */
            readonly phase?: string;
            readonly started?: number;
            readonly completed?: number;
        };
        readonly Release: {
            /** @description `namespace/name` of the release in Helm's storage. */
            readonly storage: string;
            /** @description Whether `revisions` are those that are stored; else those of the HelmRelease's history. */
            readonly listed: boolean;
            readonly revisions: readonly components["schemas"]["StoredRevision"][];
            readonly revision: number;
            readonly chart?: string;
            readonly chartVersion?: string;
            readonly appVersion?: string;
            readonly status?: string;
            readonly description?: string;
            readonly notes?: string;
            readonly firstDeployed?: number;
            readonly lastDeployed?: number;
            readonly manifest: string;
            readonly hooks: readonly components["schemas"]["Hook"][];
        };
        readonly ReleaseContents: {
            readonly release: components["schemas"]["Release"];
            /** @description What the manifest names. */
            readonly objects: readonly components["schemas"]["LinkedRef"][];
        };
        /** @description Keys of maps and places in lists. */
        readonly ValuePath: readonly (string | number)[];
        readonly ReleaseValue: {
            readonly path: components["schemas"]["ValuePath"];
            /** @description A place in `origins`. */
            readonly origin: number;
            /** @description It is not shown; there is no `value`. */
            readonly masked?: boolean;
            /** @description A scalar, or an empty map or list. */
            readonly value?: null | string | number | boolean | Record<string, never> | readonly unknown[];
        };
        readonly ValueOrigin: {
            /**
             * @description `stored`: it is in the release, and not known from where.
             * @enum {string}
             */
            readonly kind: "chart" | "configMap" | "secret" | "inline" | "stored";
            /** @description In spec.valuesFrom. */
            readonly index?: number;
            readonly ref?: components["schemas"]["Ref"];
            readonly key?: string;
            readonly targetPath?: string;
            readonly optional?: boolean;
        };
        readonly ReleaseValues: {
            /** @description 0: as of now. */
            readonly revision: number;
            readonly origins: readonly components["schemas"]["ValueOrigin"][];
            readonly values: readonly components["schemas"]["ReleaseValue"][];
            /** @description There are more than are shown. */
            readonly cut: boolean;
            /** @description Why the controller refuses them, in its words. */
            readonly problems: readonly string[];
            readonly missing: readonly components["schemas"]["Missing"][];
            readonly defaultsProblem?: components["schemas"]["Problem"];
            readonly listed: boolean;
            readonly revisions: readonly components["schemas"]["StoredRevision"][];
        };
        readonly Substitutions: {
            /** @description In the order of the controller, which lets later ones win; the last is spec.postBuild.substitute. */
            readonly origins: readonly {
                readonly ref?: components["schemas"]["Ref"];
                readonly optional?: boolean;
                /** @enum {string} */
                readonly state: "read" | "absent" | "unread";
            }[];
            readonly variables: readonly {
                readonly name: string;
                /** @description Its place in origins. */
                readonly origin: number;
                /** @description Absent: of a Secret. */
                readonly value?: string;
                /** @description The origins before that give it too. */
                readonly overrides?: readonly number[];
            }[];
            /** @description There are more than are shown. */
            readonly cut: boolean;
            /** @description Why the controller refuses them, in its words. */
            readonly problems: readonly string[];
            readonly missing: readonly components["schemas"]["Missing"][];
        };
        readonly ReleaseDiff: {
            readonly from: number;
            readonly to: number;
            readonly objects: readonly {
                readonly ref: components["schemas"]["Ref"];
                /**
                 * @description `masked`: only in what is not shown.
                 * @enum {string}
                 */
                readonly change: "added" | "removed" | "changed" | "masked";
                /** @description Each begins with ` `, `+`, `-`, or is `@` where lines are left out. */
                readonly lines: readonly string[];
            }[];
            readonly values: readonly {
                readonly path: string;
                readonly before?: string;
                readonly after?: string;
            }[];
        };
        readonly RevealRequest: {
            readonly namespace: string;
            /** @description Of the HelmRelease. */
            readonly name: string;
            readonly path: components["schemas"]["ValuePath"];
            /** @description Of a stored release; now, if absent. */
            readonly revision?: number;
        };
        readonly RevealedValue: {
            readonly value: null | string | number | boolean;
        };
        readonly Freshness: {
            /** @enum {string} */
            readonly state: "syncing" | "live" | "stale" | "forbidden" | "absent" | "partial";
            readonly since?: number;
            readonly confirmed?: number;
            readonly nextTry?: number;
            readonly cause?: components["schemas"]["Problem"];
        };
        /** @description Something the answer does not cover. */
        readonly Missing: {
            readonly table?: string;
            /** @description Absent: all namespaces. */
            readonly namespace?: string;
            readonly text: string;
            /** @description The right that is missing, such as `list kustomizations.kustomize.toolkit.fluxcd.io`. */
            readonly right?: string;
            /** @description A Role or ClusterRole in YAML that would give it. */
            readonly role?: string;
        };
        readonly ListQuery: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "list";
            readonly table: string;
            /** @description Free text and terms `ns:`, `kind:`, `status:`, `label:key=value`, `secret:NAMESPACE/NAME`, `configmap:NAME` (what names it), each negated by a leading `-`. */
            readonly filter?: string;
            readonly sort?: string;
            readonly descending?: boolean;
            readonly first: number;
            readonly count: number;
        };
        readonly HomeQuery: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "home";
            /** @description Only this namespace; absent is all. */
            readonly namespace?: string;
        };
        readonly DashboardQuery: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "dashboard";
            /** @description Whose kinds: `flux`. */
            readonly plugin: string;
            /** @description Only this namespace; absent is all. */
            readonly namespace?: string;
        };
        readonly ControllersQuery: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "controllers";
            /** @description What reconciles whose kinds: `flux`. */
            readonly plugin: string;
        };
        readonly GraphQuery: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "graph";
            /** @description Whose objects: `flux`. */
            readonly plugin: string;
            /** @description Only this namespace and what is needed there; absent is all. */
            readonly namespace?: string;
        };
        readonly DetailQuery: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "detail";
            readonly table: string;
            readonly namespace?: string;
            readonly name: string;
        };
        /** @description What an object has applied, and what that has applied or made in turn, down to pods: one window of the rows that are open. */
        readonly TreeQuery: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "tree";
            readonly table: string;
            readonly namespace?: string;
            readonly name: string;
            /** @description Words that must all be found in a row; everything is open then, and what leads to a row is shown with it. */
            readonly filter?: string;
            /** @description Rows are open but those in `opened`. */
            readonly openAll?: boolean;
            /** @description Ids of rows. */
            readonly opened?: readonly string[];
            readonly first: number;
            readonly count: number;
        };
        /** @description Running and recently ended operations. */
        readonly OperationsQuery: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "operations";
        };
        /**
         * @description The logs of an object's pods, or what its controller said about it. Read as the user for this page alone. After
         *     `update` or on a new socket they begin anew; `since` says from when on, and lines of that second may come again.
         */
        readonly LogsQuery: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "logs";
            readonly table: string;
            readonly namespace?: string;
            readonly name: string;
            /** @description The lines of its controller's log that tell of it. */
            readonly controller?: boolean;
            /** @description Absent: all of them, up to a limit. */
            readonly pod?: string;
            /** @description Absent: all but init containers that are done. */
            readonly container?: string;
            /** @description The run before the last restart. */
            readonly previous?: boolean;
            readonly follow?: boolean;
            /** @description Absent: the last lines. */
            readonly since?: number;
        };
        readonly Query: components["schemas"]["ListQuery"] | components["schemas"]["HomeQuery"] | components["schemas"]["DashboardQuery"] | components["schemas"]["ControllersQuery"] | components["schemas"]["GraphQuery"] | components["schemas"]["DetailQuery"] | components["schemas"]["TreeQuery"] | components["schemas"]["OperationsQuery"] | components["schemas"]["LogsQuery"];
        readonly ClientFrame: {
            /** @constant */
            readonly type: "subscribe";
            readonly id: number;
            readonly query: components["schemas"]["Query"];
        } | {
            /** @constant */
            readonly type: "update";
            readonly id: number;
            readonly query: components["schemas"]["Query"];
        } | {
            /** @constant */
            readonly type: "unsubscribe";
            readonly id: number;
        } | {
            /** @constant */
            readonly type: "credit";
            readonly n: number;
        };
        readonly Row: {
            /** @description `namespace/name`, or `/name` for cluster-scoped kinds. */
            readonly key: string;
            /** @description In the order of the table's columns. */
            readonly cells: readonly components["schemas"]["Cell"][];
        };
        readonly HelloFrame: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "hello";
            /** @constant */
            readonly protocol: 1;
            readonly serverTime: number;
            readonly version: string;
            readonly metaRevision: number;
            /** @description The server sends some frame (a `connection` if nothing else) at least this often; the page takes a socket that is silent for twice as long for dead. Absent: no promise. */
            readonly heartbeatMs?: number;
        };
        /** @description The whole window. */
        readonly ResetFrame: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "reset";
            readonly id: number;
            readonly seq: number;
            /** @description Rows that match the filter. */
            readonly total: number;
            /** @description Rows without the filter. */
            readonly unfiltered: number;
            /** @description Rows that match without the filter's `ns:` terms. */
            readonly elsewhere?: number;
            /** @description Index of the first row of the window. */
            readonly first: number;
            readonly rows: readonly components["schemas"]["Row"][];
        };
        /**
         * @description The window's changes. Apply: drop `removes`, put `upserts`, then, where `order` is present, arrange the window
         *     as it says (all its keys). Rows that left the window but still exist are among `removes` as well.
         */
        readonly DeltaFrame: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "delta";
            readonly id: number;
            readonly seq: number;
            readonly total: number;
            readonly unfiltered: number;
            readonly elsewhere?: number;
            readonly first: number;
            readonly upserts: readonly components["schemas"]["Row"][];
            readonly removes: readonly string[];
            /** @description Those of `removes` that no longer exist in the list at all. */
            readonly gone?: readonly string[];
            readonly order?: readonly string[];
        };
        /** @description How far a subscription's data can be trusted, and what it does not cover. Sent at start and at each change. */
        readonly StateFrame: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "state";
            readonly id: number;
            readonly freshness: components["schemas"]["Freshness"];
            readonly missing: readonly components["schemas"]["Missing"][];
        };
        /** @description Without id it is about the socket, which is closed after it; with id the subscription is over. */
        readonly ErrorFrame: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "error";
            readonly id?: number;
            readonly code: components["schemas"]["ErrorCode"];
            readonly text: string;
            readonly hint?: string;
        };
        readonly MetaFrame: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "meta";
            readonly revision: number;
        };
        /** @description The state of the connection to the cluster as a whole, for the banner and the freshness mark. Sent after hello and at each change; costs no credit. */
        readonly ConnectionFrame: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "connection";
            readonly freshness: components["schemas"]["Freshness"];
        };
        readonly HomeFrame: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "home";
            readonly id: number;
            readonly seq: number;
            readonly home: components["schemas"]["Home"];
        };
        readonly DashboardFrame: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "dashboard";
            readonly id: number;
            readonly seq: number;
            readonly dashboard: components["schemas"]["Dashboard"];
        };
        readonly ControllersFrame: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "controllers";
            readonly id: number;
            readonly seq: number;
            readonly controllers: components["schemas"]["Controllers"];
        };
        /** @description Nodes that are new or have changed. Apply: forget everything at `reset`, drop `gone`, put `nodes`. */
        readonly GraphFrame: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "graph";
            readonly id: number;
            readonly seq: number;
            readonly reset: boolean;
            readonly nodes: readonly components["schemas"]["GraphNode"][];
            readonly gone: readonly number[];
            /** @description Nodes after this frame. */
            readonly total: number;
            /** @description Objects that are not in the graph because there are too many; those in trouble are in it first. */
            readonly leftOut: number;
        };
        readonly DetailFrame: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "detail";
            readonly id: number;
            readonly seq: number;
            /** @description Absent: there is no such object (or it may not be seen). */
            readonly detail?: components["schemas"]["Detail"];
        };
        readonly TreeFrame: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "tree";
            readonly id: number;
            readonly seq: number;
            /** @description Absent: there is no such object (or it may not be seen), or it applies nothing. */
            readonly tree?: components["schemas"]["Tree"];
        };
        /** @description All of them, newest first. */
        readonly OperationsFrame: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "operations";
            readonly id: number;
            readonly seq: number;
            readonly operations: readonly components["schemas"]["Operation"][];
        };
        readonly LogContainer: {
            readonly name: string;
            /** @enum {string} */
            readonly kind: "container" | "init" | "sidecar" | "ephemeral";
            /** @enum {string} */
            readonly state: "unknown" | "waiting" | "running" | "terminated";
            readonly reason?: string;
            readonly restarts: number;
            /** @description How its last run ended. */
            readonly lastEnd?: string;
        };
        readonly LogPod: {
            readonly namespace: string;
            readonly name: string;
            readonly containers: readonly components["schemas"]["LogContainer"][];
        };
        /** @description One container that is read. */
        readonly LogSource: {
            readonly namespace: string;
            readonly pod: string;
            readonly container: string;
            /** @enum {string} */
            readonly state: "reading" | "following" | "waiting" | "ended" | "failed";
            /** @description Why it waits, how it ended, what failed. */
            readonly text?: string;
            readonly hint?: string;
        };
        readonly LogLine: {
            /** @description Index into the last `sources`. */
            readonly source: number;
            /** @description As the API server wrote it, to the nanosecond; empty where it wrote none. */
            readonly time: string;
            /** @description As the container wrote it: it may hold escape sequences. What is not UTF-8 is replaced. */
            readonly text: string;
            /** @description Bytes of a long line that are not here. */
            readonly leftOut?: number;
            /** @description Not of the log: a restart, lines that are not shown. */
            readonly marker?: boolean;
        };
        /**
         * @description Lines in order, as far as containers' clocks agree, behind those of the frames before. A `pods` or `sources` that
         *     is there replaces the one before.
         */
        readonly LogsFrame: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "logs";
            readonly id: number;
            readonly seq: number;
            /** @description What may be chosen, the worst first. */
            readonly pods?: readonly components["schemas"]["LogPod"][];
            /** @description There may be more than are named. */
            readonly podsTotal?: number;
            readonly sources?: readonly components["schemas"]["LogSource"][];
            readonly missing?: readonly components["schemas"]["Missing"][];
            readonly lines: readonly components["schemas"]["LogLine"][];
        };
        readonly ServerFrame: components["schemas"]["HelloFrame"] | components["schemas"]["ResetFrame"] | components["schemas"]["DeltaFrame"] | components["schemas"]["StateFrame"] | components["schemas"]["ErrorFrame"] | components["schemas"]["MetaFrame"] | components["schemas"]["ConnectionFrame"] | components["schemas"]["HomeFrame"] | components["schemas"]["DashboardFrame"] | components["schemas"]["ControllersFrame"] | components["schemas"]["GraphFrame"] | components["schemas"]["DetailFrame"] | components["schemas"]["TreeFrame"] | components["schemas"]["OperationsFrame"] | components["schemas"]["LogsFrame"];
        /** @description Something that moved and may explain what came after. */
        readonly Change: {
            readonly at: number;
            readonly text: string;
            readonly revision?: string;
            /** @description Subject of the commit. */
            readonly subject?: string;
            readonly ref?: components["schemas"]["Ref"];
            /** @description How long before the trouble it happened. */
            readonly beforeMs?: number;
        };
        readonly Cause: {
            readonly ref: components["schemas"]["Ref"];
            readonly status: components["schemas"]["StatusCell"];
            /** @description Objects that wait on it */
            readonly waiting: number;
            readonly waitingObjects: readonly components["schemas"]["LinkedRef"][];
            readonly before?: components["schemas"]["Change"];
        };
        readonly Moved: {
            readonly at: number;
            readonly ref: components["schemas"]["Ref"];
            readonly status: components["schemas"]["Status"];
            readonly from?: components["schemas"]["Status"];
            readonly revision?: string;
            readonly subject?: string;
            readonly message?: string;
        };
        readonly Count: {
            readonly table: string;
            readonly title: string;
            readonly total: number;
            readonly byStatus: {
                readonly [key: string]: number;
            };
        };
        readonly Home: {
            /** @description false: not everything has been read yet, so nothing may be called fine. */
            readonly known: boolean;
            /** @description The worst first; the first 200. */
            readonly causes: readonly components["schemas"]["Cause"][];
            readonly causesTotal: number;
            /** @description Objects waiting, over all causes, each once. */
            readonly waiting: number;
            readonly oldest?: number;
            readonly moved: readonly components["schemas"]["Moved"][];
            /** @description In the last hour. */
            readonly movedTotal: number;
            /** @description From when on changes are known: an hour ago, or later where Masthead has not watched that long. */
            readonly movedSince: number;
            readonly counts: readonly components["schemas"]["Count"][];
            /** @description All objects in the counts. */
            readonly total: number;
            readonly lastChange?: components["schemas"]["Moved"];
            /** @description Versions of the Flux controllers that run, as one line; absent when not known. */
            readonly flux?: string;
        };
        /** @description What goes on among the kinds of one plugin. */
        readonly Dashboard: {
            /** @description Of lists that have been read; each is the total of its list. */
            readonly counts: readonly components["schemas"]["Count"][];
            readonly unknown: readonly components["schemas"]["Uncounted"][];
            /** @description The worst first; the first 200. */
            readonly causes: readonly components["schemas"]["Cause"][];
            readonly causesTotal: number;
            /** @description Objects waiting, over all causes, each once. */
            readonly waiting: number;
            /** @description Those past their end first, then the longest; the first 200. */
            readonly suspended: readonly components["schemas"]["Suspended"][];
            readonly suspendedTotal: number;
            /** @description The last pass over each object, the newest 30 of them, newest first. */
            readonly passes: readonly components["schemas"]["Pass"][];
        };
        /** @description What reconciles the kinds of a plugin, how that is, and what the next upgrade of it needs. */
        readonly Controllers: {
            /** @description The worst of them. */
            readonly state: components["schemas"]["Status"];
            readonly summary: string;
            /** @description What the next release needs. */
            readonly upgrade: string;
            readonly notes: readonly {
                readonly attention: boolean;
                readonly text: string;
            }[];
            readonly installations: readonly {
                readonly namespace: string;
                /** @description Absent: not known. */
                readonly version?: string;
                /** @description What says so: `its FluxReport`. */
                readonly knownBy?: string;
            }[];
            readonly controllers: readonly components["schemas"]["Controller"][];
            /** @description Objects that no running controller is told to look after. */
            readonly unwatched: readonly components["schemas"]["Unwatched"][];
            readonly apis: readonly components["schemas"]["ServedApi"][];
            /** @description By release, the next one first; the first 200. */
            readonly needs: readonly components["schemas"]["UpgradeNeed"][];
        };
        /** @description One Deployment of a controller; without `ref` one of which none is seen though its kinds are served. */
        readonly Controller: {
            /** @description `source-controller` */
            readonly component: string;
            readonly status: components["schemas"]["StatusCell"];
            readonly ref?: components["schemas"]["Ref"];
            readonly ready?: number;
            readonly wanted?: number;
            /** @description Its image's tag. */
            readonly version?: string;
            /** @description `tag`, `digest` where the image has no tag, or `label`. */
            readonly versionFrom?: string;
            /** @description The release of Flux that its version belongs to: `2.7`. */
            readonly release?: string;
            readonly shard?: string;
            /** @description What it is told to look after; absent: everything. */
            readonly watches?: string;
            /** @description Of its pods; absent with `pods`: they may not be seen. */
            readonly restarts?: number;
            readonly lastRestart?: number;
            /** @description `OOMKilled, exit code 137` */
            readonly lastExit?: string;
            readonly pods?: readonly components["schemas"]["LinkedRef"][];
            /** @description What it reconciles, with how many objects are its to look after. */
            readonly kinds: readonly {
                readonly table: string;
                readonly title: string;
                /** @description Absent: not known. */
                readonly total?: number;
            }[];
            readonly flags: readonly {
                readonly flag: string;
                /** @description Absent: it is shown as it is. */
                readonly meaning?: string;
            }[];
        };
        readonly Unwatched: {
            readonly table: string;
            readonly title: string;
            readonly text: string;
            readonly total: number;
            /** @description Of the list that holds all of them, and may hold others. */
            readonly filter: string;
            /** @description The first 20. */
            readonly objects: readonly components["schemas"]["Ref"][];
        };
        readonly ServedApi: {
            readonly table: string;
            readonly title: string;
            readonly group: string;
            /** @description That are served, the preferred one first. */
            readonly versions: readonly {
                readonly name: string;
                readonly deprecated?: boolean;
                /** @description The first release that does not serve it: `2.8`. */
                readonly removedIn?: string;
            }[];
            /** @description Versions in which objects may be stored; absent: not known. */
            readonly stored?: readonly string[];
        };
        /** @description Objects that are applied, or stored, in a version that a release does not serve any more. */
        readonly UpgradeNeed: {
            readonly table: string;
            readonly title: string;
            readonly release: string;
            /** @description It is the next release. */
            readonly next: boolean;
            readonly version: string;
            readonly text: string;
            /** @description 0: none is applied so, but they may be stored so. */
            readonly total: number;
            /** @description What applied them. */
            readonly by?: components["schemas"]["Ref"];
            readonly source?: components["schemas"]["Ref"];
            /** @description Of the list that holds all of them, and may hold others. */
            readonly filter: string;
            /** @description The first 20. */
            readonly objects: readonly components["schemas"]["Ref"][];
        };
        /** @description A kind whose list is not known. */
        readonly Uncounted: {
            readonly table: string;
            readonly title: string;
            /** @description As the state of a Freshness: `forbidden`, `syncing`, … */
            readonly state: string;
        };
        readonly Suspended: {
            readonly ref: components["schemas"]["Ref"];
            readonly status: components["schemas"]["StatusCell"];
            readonly by?: string;
            readonly reason?: string;
            readonly until?: number;
            /** @description Its end is over and it still stands still. */
            readonly overdue?: boolean;
        };
        /** @description The last time a controller worked on an object, as far as the object and its events tell. */
        readonly Pass: {
            readonly ref: components["schemas"]["Ref"];
            readonly at: number;
            /** @description The object's state now. */
            readonly status: components["schemas"]["Status"];
            /** @description Absent: neither is said. */
            readonly succeeded?: boolean;
            readonly revision?: string;
            readonly message?: string;
            readonly tookMs?: number;
        };
        readonly GraphNode: {
            /** @description The same as long as the object exists and the subscription lasts. */
            readonly id: number;
            /** @description Absent: the core group. */
            readonly group?: string;
            readonly kind: string;
            readonly namespace?: string;
            readonly name: string;
            /**
             * @description Why nothing but its name is known: it does not exist, may not be listed, has not been read, or is of a kind that is not watched. Absent: it is known.
             * @enum {string}
             */
            readonly state?: "missing" | "hidden" | "unread" | "unwatched";
            readonly status?: components["schemas"]["Status"];
            readonly badges?: readonly components["schemas"]["Badge"][];
            /** @description It applies objects; its detail tells which. */
            readonly inventory?: boolean;
            /** @description The node that it waits on in the end. */
            readonly cause?: number;
            readonly needs?: readonly components["schemas"]["GraphNeed"][];
        };
        readonly GraphNeed: {
            readonly id: number;
            /** @enum {string} */
            readonly by: "source" | "dependency" | "owner" | "input";
        };
        readonly Condition: {
            readonly type: string;
            /** @description True, False or Unknown, or what the object says. */
            readonly status: string;
            /** @description Whether this value is what one wants; null: neither. */
            readonly good: boolean | null;
            readonly reason?: string;
            readonly message?: string;
            readonly since?: number;
            readonly observedGeneration?: number;
        };
        /** @description Those of one type, reason, source and revision whose messages differ in digits alone, counted together. */
        readonly Event: {
            /** @enum {string} */
            readonly type: "Normal" | "Warning" | "Other";
            readonly reason: string;
            /** @description Of the newest. */
            readonly message: string;
            readonly count: number;
            readonly first?: number;
            readonly last?: number;
            readonly source?: string;
            readonly revision?: string;
            /** @description Of the commit of that revision, where an event of its source tells it to you. */
            readonly subject?: string;
        };
        readonly Field: {
            readonly id: string;
            readonly label: string;
            readonly type: components["schemas"]["CellType"];
            readonly value: components["schemas"]["Cell"];
            readonly explanation?: string;
        };
        /** @description What an object has applied. Only of kinds that apply others. */
        readonly Inventory: {
            /** @description Whether its controller keeps an inventory; if not, the entries are those that carry its labels. */
            readonly told: boolean;
            /** @description All that is applied; `entries` may be fewer. */
            readonly total: number;
            /** @description Entries that name no object. */
            readonly unreadable?: number;
            /** @description Where no inventory is kept, the kinds and namespaces that the status names instead. */
            readonly kinds?: readonly string[];
            /** @description What names the cluster they are on, if not this one: nothing is known of their state. */
            readonly remote?: string;
            /** @description Objects by Status, by `Missing` and by `NotWatched`. */
            readonly counts: {
                readonly [key: string]: number;
            };
            /** @description The worst first. */
            readonly entries: readonly components["schemas"]["InventoryEntry"][];
        };
        readonly InventoryEntry: {
            readonly ref: components["schemas"]["Ref"];
            /** @description In which it was applied. */
            readonly version?: string;
            readonly status?: components["schemas"]["Status"];
            readonly message?: string;
            /** @description The user may list such objects and it does not exist. */
            readonly missing?: boolean;
            readonly remark?: string;
        };
        readonly Tree: {
            /** @description Whether its controller keeps an inventory; if not, the rows are those that carry its labels. */
            readonly told: boolean;
            /** @description All that it has applied itself. */
            readonly total: number;
            /** @description Entries that name no object. */
            readonly unreadable?: number;
            /** @description Where no inventory is kept, the kinds and namespaces that the status names instead. */
            readonly kinds?: readonly string[];
            /** @description What names the cluster they are on, if not this one: nothing is known of their state. */
            readonly remote?: string;
            /** @description What it has applied itself by Status, by `Missing` and by `NotWatched`. */
            readonly counts: {
                readonly [key: string]: number;
            };
            /** @description There are more rows than are followed. */
            readonly cut?: boolean;
            /** @description Rows that are open. */
            readonly length: number;
            /** @description Of which this is the first in `rows`. */
            readonly first: number;
            readonly rows: readonly components["schemas"]["TreeRow"][];
        };
        readonly TreeRow: {
            /** @description Of the object; it may stand in a tree more than once. */
            readonly id: string;
            readonly depth: number;
            /** @description Absent where there are none. */
            readonly children?: number;
            readonly open?: boolean;
            readonly ref: components["schemas"]["Ref"];
            /** @description In which it was applied. */
            readonly version?: string;
            readonly status?: components["schemas"]["Status"];
            readonly message?: string;
            /** @description The user may list such objects and it does not exist. */
            readonly missing?: boolean;
            readonly remark?: string;
        };
        /** @description Who has applied an object, by inventories first and by its labels second. */
        readonly AppliedBy: {
            /** @description Where inventories and labels disagree. */
            readonly note?: string;
            /** @description Its owners, up to the one that was applied: an object that was made by another. */
            readonly through?: readonly components["schemas"]["Ref"][];
            readonly by: readonly components["schemas"]["Applier"][];
        };
        readonly Applier: {
            readonly ref: components["schemas"]["Ref"];
            readonly status?: components["schemas"]["Status"];
            readonly source?: components["schemas"]["Ref"];
            readonly path?: string;
            readonly revision?: string;
            /** @description What applied that, up to the root. */
            readonly chain: readonly components["schemas"]["Ref"][];
        };
        readonly DetailSection: {
            readonly id: string;
            readonly title: string;
            readonly fields: readonly components["schemas"]["Field"][];
        };
        readonly Detail: {
            readonly actions: readonly components["schemas"]["Offer"][];
            readonly ref: components["schemas"]["Ref"];
            readonly uid: string;
            readonly apiVersion?: string;
            readonly created?: number;
            readonly generation?: number;
            /** @description deletionTimestamp */
            readonly deleting?: number;
            readonly finalizers?: readonly string[];
            readonly status?: components["schemas"]["StatusCell"];
            /** @description The cause in one sentence, for the second line of the drawer. */
            readonly sentence?: string;
            readonly sections: readonly components["schemas"]["DetailSection"][];
            readonly conditions: readonly components["schemas"]["Condition"][];
            readonly events: readonly components["schemas"]["Event"][];
            readonly eventsFreshness: components["schemas"]["Freshness"];
            readonly owners: readonly components["schemas"]["LinkedRef"][];
            readonly owned: readonly components["schemas"]["LinkedRef"][];
            readonly ownedTotal?: number;
            readonly related: readonly components["schemas"]["LinkedRef"][];
            readonly inventory?: components["schemas"]["Inventory"];
            readonly appliedBy?: components["schemas"]["AppliedBy"];
            readonly labels: {
                readonly [key: string]: string;
            };
            readonly annotations: {
                readonly [key: string]: string;
            };
            /** @description Pods may belong to it; their logs are read by a `LogsQuery`. */
            readonly hasPods?: boolean;
            /** @description The Deployment of Flux whose log tells of it. */
            readonly controller?: string;
            /** @description Why the object could not be read as its kind; it is shown raw. */
            readonly garbage?: string;
        };
    };
    responses: {
        /** @description What went wrong. */
        readonly Problem: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly getMeta: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Meta"];
                };
            };
            readonly default: components["responses"]["Problem"];
        };
    };
    readonly search: {
        readonly parameters: {
            readonly query: {
                /** @description As the filter of a ListQuery. */
                readonly q: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SearchResult"];
                };
            };
            readonly default: components["responses"]["Problem"];
        };
    };
    readonly getYaml: {
        readonly parameters: {
            readonly query: {
                readonly table: string;
                readonly namespace?: string;
                readonly name: string;
                readonly managedFields?: "folded" | "full";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["YamlText"];
                };
            };
            readonly default: components["responses"]["Problem"];
        };
    };
    readonly getLog: {
        readonly parameters: {
            readonly query: {
                readonly namespace: string;
                readonly pod: string;
                readonly container: string;
                readonly previous?: boolean;
                readonly timestamps?: boolean;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": string;
                };
            };
            readonly default: components["responses"]["Problem"];
        };
    };
    readonly postOffers: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["OperationRequest"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Offers"];
                };
            };
            readonly default: components["responses"]["Problem"];
        };
    };
    readonly postOperations: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["OperationRequest"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Started"];
                };
            };
            readonly default: components["responses"]["Problem"];
        };
    };
    readonly postGiveUp: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly id: number;
                };
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": Record<string, never>;
                };
            };
            readonly default: components["responses"]["Problem"];
        };
    };
    readonly getAudit: {
        readonly parameters: {
            readonly query?: {
                /** @description Entries older than the one with that id: the next page. */
                readonly before?: number;
                readonly since?: number;
                readonly until?: number;
                readonly user?: string;
                readonly action?: string;
                readonly outcome?: components["schemas"]["Outcome"];
                /** @description A part of `Kind namespace/name`. */
                readonly object?: string;
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AuditPage"];
                };
            };
            readonly default: components["responses"]["Problem"];
        };
    };
    readonly getReleaseContents: {
        readonly parameters: {
            readonly query: {
                readonly namespace: string;
                readonly name: string;
                /** @description The newest, if absent. */
                readonly revision?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ReleaseContents"];
                };
            };
            readonly default: components["responses"]["Problem"];
        };
    };
    readonly getReleaseValues: {
        readonly parameters: {
            readonly query: {
                readonly namespace: string;
                readonly name: string;
                /** @description Of a stored one; now, if absent. */
                readonly revision?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ReleaseValues"];
                };
            };
            readonly default: components["responses"]["Problem"];
        };
    };
    readonly getReleaseDiff: {
        readonly parameters: {
            readonly query: {
                readonly namespace: string;
                readonly name: string;
                readonly from: number;
                readonly to: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ReleaseDiff"];
                };
            };
            readonly default: components["responses"]["Problem"];
        };
    };
    readonly postReveal: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RevealRequest"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RevealedValue"];
                };
            };
            readonly default: components["responses"]["Problem"];
        };
    };
    readonly getSubstitutions: {
        readonly parameters: {
            readonly query: {
                readonly namespace: string;
                readonly name: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Substitutions"];
                };
            };
            readonly default: components["responses"]["Problem"];
        };
    };
    readonly getLicenses: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The notices of third parties. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": string;
                };
            };
        };
    };
}
