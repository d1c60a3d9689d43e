"""The few things tests ask of etcd itself, through its JSON gateway."""

import json
import urllib.request

from . import control_plane


def call(url, path, body):
    request = urllib.request.Request(f"{url}{path}", data=json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json"})
    with control_plane.LOOPBACK.open(request, timeout=60) as answer:
        return json.load(answer)


def revision(url):
    # Any read names the current revision; the key need not exist.
    return int(call(url, "/v3/kv/range", {"key": "AA=="})["header"]["revision"])


def compact(url):
    now = revision(url)
    call(url, "/v3/kv/compaction", {"revision": now, "physical": True})
    return now
