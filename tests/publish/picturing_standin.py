"""A process for pictures that does as its mode says: `python picturing_standin.py MODE`."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def tell(**event):
    print(json.dumps(event), flush=True)


def main(mode):
    order = json.loads(sys.stdin.readline())
    assert order["version"] == 1
    Path(order["cache"]).parent.joinpath("order.json").write_text(json.dumps(order))
    for number, folder in enumerate(order["folders"]):
        if mode == "dies" and number:
            print("Traceback: it was the butler", file=sys.stderr, flush=True)
            os._exit(7)
        if mode == "hangs":
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            Path(order["cache"]).parent.joinpath("pids").write_text(f"{os.getpid()} {child.pid}")
            tell(folder=folder, done=0, total=2)
            time.sleep(600)
        if mode == "loud":
            sys.stderr.write("x" * 300_000)
            print("a stray print", flush=True)
            print("[1, 2]", flush=True)
            print('{"folder": 3}', flush=True)
        if mode == "no font":
            tell(folder=folder, made=[], error="no font with Chinese characters was found")
            continue
        for done in (1, 2):
            tell(folder=folder, done=done, total=2)
        tell(folder=folder, made=["cover-1x1.png", "qr.png"], error="")


if __name__ == "__main__":
    main(sys.argv[1])
