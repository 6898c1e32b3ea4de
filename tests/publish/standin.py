"""A build process that misbehaves on request: only for tests of the driver, never of a build.

Run as `python standin.py MODE`; it speaks the protocol of publish.contract.report.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from publish.contract.report import (
    Done,
    Event,
    Pending,
    Progress,
    Said,
    decode_request,
    encode,
)


def tell(event: Event) -> None:
    print(encode(event), flush=True)


def main(mode: str) -> None:
    for line in sys.stdin:
        request = decode_request(line)
        if mode == "dies":
            tell(Said("warning", "posts/a.md", 3, "half a thought"))
            print("Traceback: it was the butler", file=sys.stderr, flush=True)
            os._exit(7)
        if mode == "silent":
            os.close(1)
            time.sleep(600)
        if mode == "garbage":
            print("a stray print of a plugin", flush=True)
            print('{"event": "done", "ok": "yes", "unknown": 1}', flush=True)
        if mode == "loud":
            sys.stderr.write("x" * 3_000_000)
            sys.stderr.flush()
        if mode == "hangs":
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            tell(Progress("read", f"pids {os.getpid()} {child.pid}", 0, 1))
            print(f"pids {os.getpid()} {child.pid}", file=sys.stderr, flush=True)
            time.sleep(600)
        if mode == "fails":
            tell(Said("error", "posts/a.md", 4, 'price "12" has no currency (write "12 CNY")'))
            tell(Said("warning", "", 0, "three posts have no date"))
            tell(Done(ok=False, output=request.output, errors=1, warnings=1))
            continue
        tell(Progress("read", str(os.getpid()), 1, 1))
        tell(Said("warning", "posts/b.md", 2, "a warning"))
        scheduled = (Pending("posts/c.md", "Later", "2026-12-01T01:00:00+00:00"),)
        drafts = (Pending("posts/d.md", "草稿一篇"), Pending("posts/long-name.md", "Draft"))
        tell(
            Done(
                ok=True,
                output=request.output,
                generation="abc",
                counts={"posts": 2, "pages": 1, "products": 0},
                warnings=1,
                next="2026-12-01T01:00:00+00:00",
                scheduled=scheduled,
                drafts=drafts,
                seconds=0.25,
            )
        )


if __name__ == "__main__":
    main(sys.argv[1])
