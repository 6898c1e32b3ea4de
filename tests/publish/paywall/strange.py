"""What strangers try: a connection that keeps every byte, odd addresses, headers and cookies."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from publish.contract.manifest import Manifest, Premium
from publish.paywall import keys
from tests.publish.paywall.house import House


@dataclass
class Wire:
    """A connection that stays open and keeps everything that came back."""

    port: int
    connection: http.client.HTTPConnection | None = None

    def ask(
        self, target: str, method: str = "GET", body: bytes = b"", **headers: str
    ) -> tuple[int, bytes]:
        """Return the status and everything that was answered, headers and body."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.putrequest(
            method, target, skip_host="host" in given, skip_accept_encoding=True
        )
        for name, value in given.items():
            self.connection.putheader(name, value)
        if body or method in ("POST", "PUT", "PATCH"):
            self.connection.putheader("content-length", str(len(body)))
        self.connection.endheaders(body or None)
        answer = self.connection.getresponse()
        whole = str(answer.headers).encode() + answer.read()
        if answer.will_close:
            self.close()
        return answer.status, whole

    def close(self) -> None:
        if self.connection:
            self.connection.close()
            self.connection = None

    def raw(self, request: bytes) -> bytes:
        """Send bytes that no client would send and return all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as wire:
            wire.sendall(request)
            wire.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: wire.recv(65536), b""))


def premiums(manifest: Manifest) -> Iterator[tuple[str, Premium]]:
    for key, post in manifest.posts.items():
        if post.premium:
            yield key, post.premium
    for key, product in manifest.products.items():
        for text in product.texts.values():
            if text.premium:
                yield key, text.premium


def targets(manifest: Manifest) -> list[str]:
    """Return every address behind which something premium lies."""
    found: list[str] = []
    for key, premium in premiums(manifest):
        found += [f"/api/read/{quote(key, safe='')}", f"/api/page/{quote(key)}"]
        found += [each.url for each in premium.files]
    return sorted(set(found))


def tricks(target: str) -> Iterator[str]:
    """Yield addresses that somebody may hope to be read as the target, or as the file itself."""
    start, _, rest = target.removeprefix("/api/").partition("/")
    yield from (f"{target}{tail}" for tail in (
        "/", "//", "/.", "/..", "%2F", "%00", "%00.html", "%20", "%0a", "%0d%0aX:y", ".html",
        ".css", ";.css", ";jsessionid=1", "?", "?lang=en", "?key=1", "?key=", "?key=a.b.c",
        "?preview=1", "?x=/api/sign-in", "#x", "/x.png", "/../walled", "%2f..%2fwalled", "~",
        ".bak", "%ff", "%",
    ))  # fmt: skip
    yield from (
        f"//api/{start}/{rest}", f"/api//{start}/{rest}", f"/api/{start}//{rest}",
        f"/api/./{start}/{rest}", f"/api/{start}/./{rest}", f"/api/x/../{start}/{rest}",
        f"/api/%2e%2e/api/{start}/{rest}", f"/api/{start}/%2e%2e/{start}/{rest}",
        f"/api/{start}/..%2f{start}%2f{rest}", f"/api%2F{start}%2F{quote(rest, safe='')}",
        f"/api/{start}/{quote(rest, safe='')}", f"/api/{start}/{quote(quote(rest, safe=''))}",
        f"/API/{start.upper()}/{rest}", f"/api/{start.title()}/{rest}", f"/api\\{start}\\{rest}",
        f"/api/{start}/%5c{rest}", f"/api/{start}/.%2e/{rest}", f"/api;x/{start}/{rest}",
        f"/api/{start}%20/{rest}", f"/api/{start}/%EF%BC%8E%EF%BC%8E/{rest}", f"/{start}/{rest}",
        f"http://127.0.0.1/api/{start}/{rest}", f"/api/{start}/{rest.upper()}",
    )  # fmt: skip


def files_themselves(manifest: Manifest) -> Iterator[str]:
    """Yield addresses of the files as they lie in the generation."""
    for _, premium in premiums(manifest):
        for path in (premium.fragment, premium.page, *(each.path for each in premium.files)):
            for start in (
                "/", "/api/", "/api/read/", "/api/page/", "/api/files/", "/api/files/../",
                "/api/files/%2e%2e/", "/api/files/posts/..%2f..%2f", "/api/read/..%2f..%2f",
                "/api/feeds/", "/current/", "/api/files/posts/../../../",
            ):  # fmt: skip
                yield start + quote(path)


def strange_headers(home: House, target: str) -> Iterator[dict[str, str]]:
    """Yield headers that have opened doors elsewhere."""
    for name in (
        "x-original-url", "x-rewrite-url", "x-original-uri", "x-accel-redirect", "x-sendfile",
        "x-forwarded-path", "referer",
    ):  # fmt: skip
        yield {name: target}
    for name in ("x-http-method-override", "x-http-method", "x-method-override"):
        yield {name: "POST"}
    for name in (
        "x-forwarded-for", "x-real-ip", "forwarded", "x-client-ip", "true-client-ip",
        "cf-connecting-ip", "cloudfront-viewer-address", "x-forwarded-host", "host",
    ):  # fmt: skip
        yield {name: "127.0.0.1"}
    for agent in (
        "Googlebot/2.1 (+http://www.google.com/bot.html)",
        "Baiduspider",
        "facebookexternalhit/1.1",
        "curl/8",
    ):
        yield {"user-agent": agent, "referer": "https://www.google.com/"}
    yield from (
        {"range": "bytes=0-20"}, {"range": "bytes=-5"}, {"range": "bytes=0-0,5-9"},
        {"if-none-match": "*"}, {"if-modified-since": "Sat, 01 Jan 2000 00:00:00 GMT"},
        {"if-range": '"x"', "range": "bytes=0-"}, {"accept": "application/json"},
        {"accept": "text/event-stream"}, {"accept": "*/*;q=0"}, {"accept-encoding": "gzip, br"},
        {"authorization": "Basic YWRtaW46YWRtaW4="}, {"authorization": "Bearer x"},
        {"x-release": "0" * 16}, {"x-release": "../generation"}, {"x-origin-secret": "x"},
        {"x-forwarded-user": "admin"}, {"x-amzn-requestid": "1"}, {"sec-purpose": "prefetch"},
        {"accept-language": "en;q=nan, *"}, {"te": "trailers"}, {"expect": "x"},
    )  # fmt: skip
    yield from ({"cookie": cookie} for cookie in forged(home))


def forged(home: House) -> Iterator[str]:
    """Yield cookies that look like a member's."""
    member = home.signed_in(home.person("member@example.test"))
    name = home.world.cookies.session
    value, hint = member.jar[name], home.world.cookies.hint
    told, _, signature = value.rpartition(".")
    other = home.world.ring.sign("browser", told)
    person = keys.person(home.person("member@example.test").id)
    yield from (
        f"{hint}=1", f"{name}=", f"{name}=x", f"{name}={told}", f"{name}={told}.",
        f"{name}={told}x.{signature}", f"{name}={value[:-1]}", f"{name}={value}x",
        f"{name}={other}", f"{name}={home.world.ring.sign('session', person + '|')}",
        f"{name}={home.world.ring.sign('session', person + '|self')}",
        f"{name}={home.world.ring.sign('session', 'person#|x')}", f"{name}={person}|x.{signature}",
        f"ink={value}", f"__Secure-ink={value}", f"{name.lower()}x={value}",
        f"{name}=x; {name}={value}", f"{name}={told}.{signature.swapcase()}",
    )  # fmt: skip
