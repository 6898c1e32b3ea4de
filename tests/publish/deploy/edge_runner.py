"""The code of the edge run in node, in a context that knows no more than CloudFront's does."""

from __future__ import annotations

import base64
import contextlib
import json
import shutil
import subprocess

from tests.conftest import missing

_HARNESS = r"""
const readline = require("readline"), vm = require("vm"), crypto = require("crypto");
const known = new Map();
function compiled(code) {
  if (!known.has(code)) {
    const allowed = (name) => {
      if (name !== "crypto") throw new Error(name + " is not there");
      return crypto;
    };
    const box = vm.createContext({ require: allowed });
    new vm.Script(code + "\n;globalThis.__handler = handler;").runInContext(box);
    known.clear();
    known.set(code, box.__handler);
  }
  return known.get(code);
}
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const asked = JSON.parse(line);
  let answer;
  try {
    const handler = compiled(Buffer.from(asked.code, "base64").toString());
    answer = asked.events.map((event) => handler(event));
  } catch (broken) {
    answer = { broken: String(broken) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
"""


class EdgeRunner:
    """A node process that runs code of the edge on events, many at once."""

    def __init__(self, process):
        self._process = process

    def run(self, code, events):
        """Return what the function makes of each event."""
        asked = {"code": base64.b64encode(code).decode(), "events": list(events)}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert isinstance(answer, list), answer
        return answer

    def uris(self, code, uris):
        """Return where each request of a reader is sent on to, redirects as their location."""
        return [_went(each) for each in self.run(code, map(event, uris))]


def event(uri, method="GET", host="d1.cloudfront.net", query=None, headers=None, ip="203.0.113.9"):
    """Return an event as CloudFront sends it."""
    return {
        "version": "1.0",
        "context": {"distributionDomainName": "d1.cloudfront.net", "eventType": "viewer-request"},
        "viewer": {"ip": ip},
        "request": {
            "method": method,
            "uri": uri,
            "querystring": query or {},
            "headers": {"host": {"value": host}, **(headers or {})},
            "cookies": {},
        },
    }


def _went(answer):
    return answer["uri"] if "uri" in answer else answer["headers"]["location"]["value"]


@contextlib.contextmanager
def running():
    """Run node for a while."""
    if not shutil.which("node"):
        missing("node is not installed")
    process = subprocess.Popen(
        ["node", "-e", _HARNESS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        yield EdgeRunner(process)
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()
