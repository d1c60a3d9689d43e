// Every limit of the program with its reason. docs/house.md says which of them are tested at the
// limit and one past it, beside the code that enforces them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace masthead::limits {

inline constexpr size_t kKiB = 1024;
inline constexpr size_t kMiB = 1024 * kKiB;

// --- JSON and objects ---------------------------------------------------------------------------
// etcd refuses values above 1.5 MB and the API server bodies above 3 MiB.
inline constexpr size_t kObjectBytes = 3 * kMiB;
// An object of the largest size and the envelope of a watch event around it.
inline constexpr size_t kWatchLineBytes = 4 * kMiB;
// CRD schemas nest about 30 deep at the worst; hostile bodies nest for ever.
inline constexpr int kJsonDepth = 64;
// A YAML text may repeat itself through aliases ("billion laughs"): so often, and into so much
// JSON.
inline constexpr int kYamlAliases = 10'000;
inline constexpr size_t kYamlExpandedBytes = 16 * kMiB;
// A Helm release: a Secret holds 1 MiB, and the largest charts, with dashboards in their files,
// unpack to 10 MiB.
inline constexpr size_t kReleaseEncodedBytes = 3 * kMiB;
inline constexpr size_t kReleaseBytes = 32 * kMiB;
// A shorter Secret value is not looked for within other texts: it would be found in words.
inline constexpr size_t kMaskedWithin = 8;
// Values of one release: the largest charts have some thousands.
inline constexpr size_t kValuesShown = 20'000;
// Stored revisions that are offered, the newest; Helm keeps ten unless told else.
inline constexpr size_t kRevisionsShown = 100;
// Places of all lists that one targetPath makes: a line of a few bytes may ask for 65,537.
inline constexpr size_t kSetLinePlaces = 200'000;
// Lines of one object that are compared one with another; beyond it the object is said to differ.
inline constexpr size_t kDiffLines = 4'000;
// kubeconfig files of fleets reach 1 MiB.
inline constexpr size_t kKubeconfigBytes = 4 * kMiB;

// --- Upstream: the client of the Kubernetes API -------------------------------------------------
inline constexpr int64_t kConnectTimeoutMs = 10'000;
// Headers of an answer to a request that is not a watch or a list.
inline constexpr int64_t kRequestTimeoutMs = 30'000;
// An exec credential plugin: a person waits for the page.
inline constexpr int64_t kExecPluginTimeoutMs = 10'000;
inline constexpr size_t kExecPluginOutputBytes = 1 * kMiB;
// A plugin that failed, or whose credential the server refuses, is not run again before that.
inline constexpr int64_t kExecPluginRetryMs = 10'000;
// The API server allows 100 streams a connection by default; we stay below.
inline constexpr int kWatchStreamsPerConnection = 80;
// Without HTTP/2 each request takes a connection; watches take one each in any case.
inline constexpr size_t kHttp1ConnectionsPerLane = 8;
// HTTP/2 receive windows; credit is returned only when the cache has taken the bytes. What lies
// between is held by the kernel's socket buffer, not by us. With 1 MiB the API server's goroutines
// wait for credit so often that a list costs it a third more processor time.
inline constexpr int kHttp2StreamWindowBytes = 16 << 20;
inline constexpr int kHttp2ConnectionWindowBytes = 16 << 20;
// Two reads of so much within a moment are a flow, which the kernel hands over in pieces
// (SO_RCVLOWAT): a list comes in frames of some 9 kB, and to wake for each cost a quarter of our
// processor time of a sync. A piece is what one read takes; what is left over waits two moments.
inline constexpr size_t kFlowBytes = 4 << 10;
inline constexpr int kFlowPieceBytes = 64 << 10;
inline constexpr int64_t kFlowMomentMs = 1;
// Half-open connections are the classic silent stale cache: PING after this much silence …
inline constexpr int64_t kPingIdleMs = 12'000;
// … and give the connection up after this much without an answer. 12 + 8 < 30 s, see kStaleAfterMs.
inline constexpr int64_t kPingTimeoutMs = 8'000;
// client-go sends timeoutSeconds in [300, 600): the server ends the watch, we resume from the last
// resourceVersion. Longer ones meet proxies that cut them off.
inline constexpr int kWatchTimeoutMinSeconds = 300;
inline constexpr int kWatchTimeoutMaxSeconds = 600;
// reflector.go: 0.8 s, factor 2, cap 30 s, full jitter, reset after 2 healthy minutes.
inline constexpr int64_t kBackoffFirstMs = 800;
inline constexpr int64_t kBackoffMaxMs = 30'000;
inline constexpr int64_t kBackoffResetMs = 120'000;
// A server that asks for a longer pause than this is asked again after it.
inline constexpr int64_t kRetryAfterMaxMs = 5 * 60'000;
// with_retry.go: a request is sent again at most so often on 429 or Retry-After.
inline constexpr int kRequestRetries = 10;
// The body of an answer that is not streamed: large lists are, this is for single things.
inline constexpr size_t kResponseBytes = 64 * kMiB;
// A streaming list that has not sent its end marker by then is not going to.
inline constexpr int64_t kInitialEventsTimeoutMs = 60'000;
// Relist storms kill API servers (KEP-3157): initial syncs at once per cluster.
inline constexpr int kInitialSyncsAtOnce = 4;
// In an outage one probe per cluster and 2 s; its success wakes all reflectors within the jitter.
inline constexpr int64_t kProbeEveryMs = 2'000;
// Whose state it is that answers is asked after a new connection, no more often than that.
inline constexpr int64_t kIdentityEveryMs = 1'000;
inline constexpr int64_t kWakeJitterMs = 1'000;
// A server that has just come back answers 403 until it has read its roles: not believed so soon.
inline constexpr int64_t kRecoveryGraceMs = 30'000;
// Meanwhile a kind is asked for again after this at the latest: no probe says when it has.
inline constexpr int64_t kRefusedInGraceRetryMs = 3'000;
// A lost watch is shown as stale when it has not come back within that; below, it is a hiccup.
inline constexpr int64_t kHiccupMs = 1'000;
// Shown as live until it was asked for anew: stale when the answer has not come within that.
inline constexpr int64_t kUnansweredMs = 5'000;
// A kind that is forbidden or not served is asked for again so often.
inline constexpr int64_t kRefusedRetryMs = 30'000;
inline constexpr int64_t kRediscoverEveryMs = 10'000;
// Discovery or rights that were not answered, while the server can be reached; doubles.
inline constexpr int64_t kRediscoverSoonMs = 1'000;
// A kind that discovery does not name for this long is gone.
inline constexpr int64_t kKindGoneAfterMs = 15'000;
inline constexpr int64_t kTokenFileReloadMs = 60'000;

// --- Cache --------------------------------------------------------------------------------------
// Nothing confirmed for this long is shown as stale.
inline constexpr int64_t kStaleAfterMs = 30'000;
// One zstd dictionary a kind, trained once at this many objects: 2,000 make it no better, and hold
// the client's thread for a third of a second.
inline constexpr size_t kDictionarySamples = 250;
inline constexpr size_t kDictionaryBytes = 32 * kKiB;
// Changes waiting for one reader; past it one snapshot is cheaper than the changes.
inline constexpr size_t kQueuedChanges = 200'000;

// --- Terminal ---------------------------------------------------------------------------------
// `masthead status` and `doctor` give up and say what they could not read.
inline constexpr int64_t kStatusTimeoutMs = 30'000;
// They give up on a server that cannot be reached after this long.
inline constexpr int64_t kStatusPatienceMs = 3'000;

// --- Live socket --------------------------------------------------------------------------------
inline constexpr int64_t kCoalesceMs = 50;
// Home and details are made as a whole: no oftener than this, and at least this often.
inline constexpr int64_t kAnswerEveryMs = 200;
inline constexpr int64_t kAnswerAtLeastEveryMs = 10'000;
inline constexpr size_t kFrameBytes = 1 * kMiB;
// What a page may send: a query with its filter and names. Subscriptions keep theirs.
inline constexpr size_t kClientFrameBytes = 16 * kKiB;
inline constexpr size_t kSubscriptionsPerTab = 64;
inline constexpr size_t kSessions = 2'000;
inline constexpr size_t kSessionQueueBytes = 1 * kMiB;
inline constexpr size_t kWindowRows = 500;
inline constexpr size_t kFilterBytes = 1 * kKiB;
inline constexpr size_t kFilterTerms = 32;
inline constexpr int64_t kSocketPingMs = 20'000;
inline constexpr int64_t kSocketDeadMs = 60'000;
// A peer that does not take our goodbye is left without one.
inline constexpr int64_t kSocketCloseMs = 2'000;

// --- HTTP server --------------------------------------------------------------------------------
inline constexpr size_t kRequestHeaderBytes = 16 * kKiB;
inline constexpr size_t kRequestBodyBytes = 3 * kMiB;
inline constexpr size_t kRequestBodyBeforeLoginBytes = 64 * kKiB;
inline constexpr int64_t kRequestHeaderTimeoutMs = 10'000;
// Between requests, and for a peer to take an answer.
inline constexpr int64_t kKeepAliveMs = 75'000;
inline constexpr size_t kServerConnections = 4'000;

inline constexpr size_t kConfigBytes = 1 * kMiB;

// --- Access -------------------------------------------------------------------------------------
inline constexpr int64_t kReviewCacheMs = 10'000;
inline constexpr int64_t kReviewOutageMs = 15 * 60'000;
inline constexpr int kReviewsAtOnce = 8;
inline constexpr size_t kNamespacesReviewed = 2'000;
// Answers about single objects; beyond it those that are too old to be used are forgotten.
inline constexpr size_t kRightsKept = 2'000;

// --- Operations ---------------------------------------------------------------------------------
// Objects of one request: what a person can have looked at before the click.
inline constexpr size_t kOperationObjects = 100;
// Running and ended ones that are kept to be shown; the oldest ended ones go first.
inline constexpr size_t kOperationsKept = 300;
// Ended ones are shown for so long; the audit log keeps them.
inline constexpr int64_t kOperationShownMs = 30 * 60'000;
// A step is watched for so long, or as long as its object's own timeout and a minute.
inline constexpr int64_t kOperationTimeoutMs = 5 * 60'000;
inline constexpr int64_t kOperationTimeoutMaxMs = 60 * 60'000;
// Why something is suspended; an annotation, so it is read in terminals too.
inline constexpr size_t kReasonBytes = 500;

// --- Flux ---------------------------------------------------------------------------------------
// An inventory is a list in one object of at most 3 MiB: about 30,000 entries of 100 bytes.
inline constexpr size_t kInventoryEntries = 50'000;
// Of the objects that a failed health check names: the controller's own message ends long before.
inline constexpr size_t kHealthChecksNamed = 100;

// --- Home ---------------------------------------------------------------------------------------
// Causes are found anew at each change, and at least this often, since time alone makes some.
inline constexpr int64_t kAnalyseEveryMs = 5'000;
// After an analysis the analyst rests for so many times what it took, while lists go on: over tens
// of thousands of pods it takes milliseconds. At most kAnswerEveryMs, the beat of Home.
inline constexpr int64_t kAnalystRest = 10;
inline constexpr int64_t kMovedMs = 60 * 60'000;
inline constexpr size_t kMovedRows = 2'000;
inline constexpr size_t kMovedShown = 50;
inline constexpr size_t kWaitingShown = 50;
// Of the causes, the worst first: with who waits a few hundred kB, five times a second in a storm.
// All are counted, and each is in its list.
inline constexpr size_t kCausesShown = 200;
inline constexpr size_t kSearchHits = 50;
// Of a long text that a search has found: so much in all, and so much of it before the word.
inline constexpr size_t kWhyBytes = 160;
inline constexpr size_t kWhyBefore = 60;
// Events shown of one object, newest first.
inline constexpr size_t kEventsShown = 200;
inline constexpr size_t kOwnedShown = 200;
// Kinds beyond those of the plugins that are watched at once, each while somebody looks at one of
// its objects, and for how long after that.
inline constexpr size_t kDemandedKinds = 64;
inline constexpr int64_t kDemandLingerMs = 60'000;
// Of an inventory with all that its objects have applied and made: rows that are known of, how
// deep, and how many a page may have opened.
inline constexpr size_t kTreeRows = 20'000;
inline constexpr size_t kTreeDepth = 16;
inline constexpr size_t kTreeOpened = 200;
// A tree, a graph, a dashboard rests for so many times what it took to make, so that a large one
// leaves time for others.
inline constexpr int64_t kAnswerRest = 20;
// Of an inventory, the worst first: with its messages a tenth of a frame. All are counted.
inline constexpr size_t kInventoryShown = 500;
// From an object up to the Kustomization at the root: five is deep.
inline constexpr size_t kAppliedByChain = 16;

// --- Dashboard ----------------------------------------------------------------------------------
// Suspended objects that are read to say who suspended them; all are counted.
inline constexpr size_t kSuspendedShown = 200;
// Objects that are named of those that nobody reconciles, or that an upgrade asks to be changed, a
// group, and groups of them; all are counted.
inline constexpr size_t kObjectsNamed = 20;
inline constexpr size_t kUpgradeNeeds = 200;
// Objects that a controller passed over last.
inline constexpr size_t kPassesShown = 30;
// Objects in a graph, the broken ones first: about 150 bytes each in one frame of kFrameBytes.
inline constexpr size_t kGraphNodes = 6'000;
// Of so many namespaces graphs are kept; beyond it all are made anew.
inline constexpr size_t kGraphsKept = 32;

// --- History ------------------------------------------------------------------------------------
// Objects whose events are kept in mind, and dates of failures of each: events of one object
// beyond ten are combined by whoever writes them, so that a spell of failures seldom has more than
// that many dates.
inline constexpr size_t kObjectsWithEvents = 20'000;
inline constexpr size_t kFailuresDated = 32;
inline constexpr size_t kHistoryQueue = 50'000;  // writes that wait; beyond it the oldest go
inline constexpr int64_t kHistoryRetryMs = 5'000;
// The oldest beyond it go: years of one person's actions.
inline constexpr size_t kAuditEntries = 100'000;
inline constexpr size_t kAuditPage = 200;

// --- Logs ---------------------------------------------------------------------------------------
inline constexpr size_t kLogFieldBytes = 2 * kKiB;

// --- Logs of pods -------------------------------------------------------------------------------
// Container runtimes write 16 KiB at a time; what is longer is data, and is in the download.
inline constexpr size_t kLogLineBytes = 64 * kKiB;
// Pods that may be chosen, those that are read at once, and their containers: more than that no
// person reads side by side.
inline constexpr size_t kLogPodsNamed = 200;
inline constexpr size_t kLogPods = 20;
inline constexpr size_t kLogStreams = 40;
// Pages that read logs, over all sessions.
inline constexpr size_t kLogFeeds = 50;
inline constexpr size_t kLogDownloads = 16;
// The lines that a page begins with, over all containers; and where it says since when.
inline constexpr size_t kLogTailLines = 2'000;
inline constexpr size_t kLogSinceLines = 20'000;
// Of a controller that tells of all its objects: where those about one are looked for.
inline constexpr size_t kLogControllerLines = 50'000;
// What waits for one page; beyond it the API server is held back.
inline constexpr size_t kLogQueueBytes = 1 * kMiB;
// The first lines of all containers are put in order before they are shown, unless that takes
// longer or they are larger.
inline constexpr int64_t kLogGatherMs = 2'000;
inline constexpr size_t kLogGatherBytes = 8 * kMiB;
// Lines of one frame: it is parsed between two pictures of the page.
inline constexpr size_t kLogFrameBytes = 128 * kKiB;
// A container that has not started is asked for again after this, or when its pod has changed.
inline constexpr int64_t kLogWaitMs = 5'000;
// Pods of an object are looked for again after a change, at most so often.
inline constexpr int64_t kLogPodsEveryMs = 1'000;
// To know again after a reconnect: the lines of two seconds, of a container that writes very fast.
inline constexpr size_t kLogLinesRemembered = 100'000;

// --- The embedded cluster (sim) -----------------------------------------------------------------
// Changes that a watch may resume from, and that lists of the past are made of.
inline constexpr size_t kSimHistoryEvents = 20'000;
// A watcher that lets so much pile up is ended, as the API server ends slow watchers.
inline constexpr size_t kSimWatchQueueBytes = 16 * kMiB;
// cacher.go: "bookmarkFrequency … a minute".
inline constexpr int64_t kSimBookmarkEveryMs = 60'000;
// --min-request-timeout: a watch without timeoutSeconds lasts this long and up to twice as long.
inline constexpr int64_t kSimWatchSeconds = 1'800;
// Lines that a controller of the fleet has in its log.
inline constexpr size_t kSimControllerLines = 2'000;
// A follower of a log sees a new line within this time.
inline constexpr int64_t kSimLogFollowMs = 250;
// Controllers of the fleet that wake each other for ever stop here, until the next turn.
inline constexpr size_t kSimReconcilesATurn = 20'000;
// `demo --size large`.
inline constexpr size_t kSimLargePods = 100'000;
// Somebody pushes a commit.
inline constexpr int64_t kSimCommitEveryMs = 25'000;
// "JSONPatch … exceeds the maximum allowed operations".
inline constexpr size_t kSimPatchOperations = 10'000;
// All that the copies of one JSON patch copy: each may double the object otherwise.
inline constexpr size_t kSimPatchCopyBytes = 3 * kMiB;

}  // namespace masthead::limits
