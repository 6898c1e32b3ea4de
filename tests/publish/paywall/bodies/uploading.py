"""Put a release into a bucket as a publish does: objects by their hash, and an index of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def upload(client: Any, bucket: str, prefix: str, release: str, files: Mapping[str, bytes]) -> None:
    """Write the objects and the index of a release; `prefix` is "" or ends in a slash."""
    index: dict[str, list[Any]] = {}
    for path, content in files.items():
        digest = hashlib.sha256(content).hexdigest()
        index[path] = [digest, len(content)]
        client.put_object(Bucket=bucket, Key=f"{prefix}objects/{digest}", Body=content)
    told = json.dumps({"version": 1, "files": index}, ensure_ascii=False).encode()
    client.put_object(Bucket=bucket, Key=f"{prefix}{release}/index.json", Body=told)
