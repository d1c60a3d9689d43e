"""Buckets that can be read, for tests/sim/record_flux_shapes. No test needs an object store, so scripts/cluster has none:
say in OBJECT_STORE (host:port) where an S3 server with a bucket `backups` is, recorded with
`gofakes3 -backend memory -initialbucket backups` (Go module github.com/johannesboyne/gofakes3)."""

import os
import urllib.request

from flux_states import source

STORE = os.environ.get("OBJECT_STORE")


def put(text):
    request = urllib.request.Request(f"http://{STORE}/backups/note.txt", data=text.encode(), method="PUT")
    urllib.request.urlopen(request, timeout=5).close()


def objects():
    def bucket(name, **spec):
        return source("Bucket", name, timeout="10s", provider="generic", endpoint=STORE, insecure=True,
                      secretRef={"name": "bucket"}, **{"bucketName": "backups", **spec})

    return [bucket("read"), bucket("moving"), bucket("none", bucketName="none"), bucket("suspended", suspend=True)]


COMMANDS = [
    ["patch", "bucket/moving", "--type", "merge", "-p", '{"spec":{"endpoint":"127.0.0.1:1"}}'],
    ["annotate", "--overwrite", "bucket/read", "reconcile.fluxcd.io/requestedAt=now"],
]
