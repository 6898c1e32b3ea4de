"""Processes that help with a build end when it does, however it ends.

One that outlived a killed build would hold its lock for ever: every build after it would wait.
"""

from __future__ import annotations

import multiprocessing
import os
import threading


def follow() -> None:
    """Watch, in the background of this process, for the end of the one that began it."""
    threading.Thread(target=_end_with_it, daemon=True).start()


def _end_with_it() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
