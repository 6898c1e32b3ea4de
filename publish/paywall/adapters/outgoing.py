"""What both adapters do to an answer before it leaves: text is compressed for who takes it so.

CloudFront compresses nothing where it may not cache, which is all of the service. No other site can
learn from the length of a reader's page: what it asks for comes without the reader's cookies.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import replace

from publish.paywall.http import Request, Response

LEAST = 1024
_GZIP = 31
"""The window of zlib, and a gzip header that names no time: the same answer, the same bytes."""
_LEVEL = 6
_TEXT = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|xml|javascript)\b|image/svg\+xml\b")
_REFUSED = re.compile(r"\s*;\s*q\s*=\s*0(?:\.0*)?\s*$")


def is_text(kind: str) -> bool:
    """Tell whether a content type is one of text."""
    return bool(_TEXT.match(kind))


def squeezed(request: Request, response: Response) -> Response:
    """Return an answer as it travels: compressed where the reader takes it and it is worth it."""
    body = response.body
    encoded = any(name == "Content-Encoding" for name, _ in response.headers)
    if len(body) < LEAST or encoded or not is_text(response.type):
        return response
    varies = replace(response, headers=(*response.headers, ("Vary", "Accept-Encoding")))
    if not _takes_gzip(request.header("accept-encoding")):
        return varies
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    small = compressor.compress(body) + compressor.flush()
    if len(small) >= len(body):
        return varies
    return replace(varies, body=small, headers=(*varies.headers, ("Content-Encoding", "gzip")))


def _takes_gzip(accepts: str) -> bool:
    """Tell whether gzip is named and not refused: one that is only not excluded is not meant."""
    named = [each.strip().lower() for each in accepts.split(",")]
    found = [each for each in named if each.partition(";")[0].strip() in ("gzip", "x-gzip")]
    return any(not _REFUSED.search(each) for each in found)
