"""A batch of redemption codes as a file: for a spreadsheet, a program, or one a line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from publish import moments
from publish.operating.cells import defused
from publish.paywall.codes import Batch

COLUMNS = ("code", "product", "days", "expires", "batch", "magnet")


def content(batch: Batch, codes: Sequence[str], kind: str) -> bytes:
    """Return the file for an ending: ".csv", ".json", all else is one code a line."""
    if kind == ".json":
        told = {"batch": value(batch), "codes": list(codes)}
        return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
    if kind != ".csv":
        return ("\n".join(codes) + "\n").encode()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    ends = batch.expires.isoformat() if batch.expires else ""
    for code in codes:
        row = (code, batch.product, str(batch.days or ""), ends, batch.id, batch.magnet)
        writer.writerow([defused(each) for each in row])
    return out.getvalue().encode("utf-8-sig")


def value(batch: Batch) -> dict[str, Any]:
    """Return a batch for programs, times as ISO 8601 in UTC."""
    return {
        "id": batch.id,
        "product": batch.product,
        "magnet": batch.magnet,
        "days": batch.days,
        "count": batch.count,
        "uses": batch.uses,
        "made": moments.iso(batch.made),
        "expires": moments.iso(batch.expires) if batch.expires else None,
        "price": batch.price,
        "channel": batch.channel,
        "note": batch.note,
        "revoked": batch.revoked,
    }
