"""A helping process ends with the one that began it, even when nobody can tell it to."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

PROGRAM = """\
import concurrent.futures, multiprocessing, time
from plugins.model.following import follow

context = multiprocessing.get_context("fork")
pool = concurrent.futures.ProcessPoolExecutor(3, mp_context=context, initializer=follow)
print(sum(pool.map(abs, range(3))), flush=True)
other = concurrent.futures.ProcessPoolExecutor(1, mp_context=context, initializer=follow)
other.submit(time.sleep, 60)
print("ready", flush=True)
time.sleep(60)
"""


def test_what_a_killed_process_began_ends_too():
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert program.stdout.readline() == "3\n"
    assert program.stdout.readline() == "ready\n"
    program.kill()
    # All of them hold the other end: this returns when the last one is gone.
    program.communicate(timeout=10)
