"""What AWS answers when it does not do what was asked, in words that say what to do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

from publish.contract.catalogue import N_
from publish.deploy.ports import Changed, DeployError, Refused, Unreachable
from publish.deploy.release import ReleaseError
from publish.trouble import Failure

T = TypeVar("T")
Pause: TypeAlias = Callable[[float], object]

TRIES = 4
"""How often we repeat by ourselves, beside what the client repeats: a second and a half in all."""

NOT_ALLOWED = N_(
    'AWS does not allow "{action}" on "{place}"'
    " (add it to the permissions of whoever publishes: inkstead policies prints them)"
)
EXPIRED = N_("the credentials for AWS have expired (sign in again, then repeat the command)")
UNKNOWN = N_("AWS does not know these credentials (check the key and its secret, or AWS_PROFILE)")
PROFILE = N_(
    "AWS_PROFILE names a profile that is not there: {said}"
    " (aws configure list-profiles names those that are)"
)
NONE = N_(
    "there are no credentials for AWS"
    " (sign in with: aws configure sso, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)"
)
CLOCK = N_('the clock of this machine is wrong, so AWS refuses "{action}" (set it, then repeat)')
MISSING = N_('"{place}" is not there (look at the stack in the console: was it deleted?)')
REGION = N_('"{place}" is in another region (correct region under [publish] in site.toml)')
OTHER = N_('AWS refuses "{action}" on "{place}": {said}')
OFFLINE = N_(
    "AWS cannot be reached (look at the network; if it is up, region under [publish] in site.toml"
    " may be misspelt; then repeat the command: nothing is lost)"
)
SILENT = N_('"{place}" does not answer "{action}": {said} (repeat the command: nothing is lost)')

_BY_CODE = {
    code: message
    for message, codes in {
        NOT_ALLOWED: "AccessDenied AccessDeniedException Forbidden 403 UnauthorizedOperation"
        " AuthorizationError UnauthorizedException",
        EXPIRED: "ExpiredToken ExpiredTokenException TokenRefreshRequired"
        " TokenRetrievalError UnauthorizedSSOTokenError SSOTokenLoadError CredentialRetrievalError"
        " LoginRefreshRequired LoginTokenLoadError",
        UNKNOWN: "InvalidAccessKeyId UnrecognizedClientException InvalidClientTokenId InvalidToken"
        " SignatureDoesNotMatch InvalidSignatureException AuthFailure IncompleteSignature"
        " MissingAuthenticationToken MissingAuthenticationTokenException",
        NONE: "NoCredentialsError PartialCredentialsError NoAuthTokenError",
        PROFILE: "ProfileNotFound",
        CLOCK: "RequestTimeTooSkewed RequestExpired RequestInTheFuture",
        MISSING: "NoSuchBucket NoSuchFunctionExists NoSuchDistribution ResourceNotFoundException"
        " 404 NotFound",
        REGION: "PermanentRedirect AuthorizationHeaderMalformed IllegalLocationConstraintException"
        " 301 NoRegionError InvalidRegionError",
    }.items()
    for code in codes.split()
}
_CLOCK_WORDS = ("signature expired", "signature not yet current", "must be within")
_LATER = frozenset(
    {
        "SlowDown",
        "InternalError",
        "ServiceUnavailable",
        "RequestTimeout",
        "RequestLimitExceeded",
        "OperationAborted",
        "TooManyInvalidationsInProgress",
    }
)
_CONNECTING = frozenset({"EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError"})
_OURS = ("ParamValidationError", "UnknownServiceError", "DataNotFoundError")


class Said(DeployError):
    """A sentence of the catalogue with its values, so that a command can say it in Chinese."""

    def __init__(self, message: str, values: Mapping[str, str]) -> None:
        super().__init__(message.format(**values))
        self.message, self.values = message, dict(values)


class No(Said, Refused):
    """AWS says no; `repeated` tells that the client had asked before and got no answer."""

    def __init__(
        self, message: str, values: Mapping[str, str], code: str = "", *, repeated: bool = False
    ) -> None:
        Said.__init__(self, message, values)
        self.action, self.code = values.get("action", ""), code
        self.repeated = repeated


class Later(Said, Unreachable):
    """AWS says nothing, or "later"."""


class Cut(Later):
    """An answer that broke off: what was asked may be done or not."""


def ask(
    call: Callable[[], T], action: str, place: str, pause: Pause = time.sleep, tries: int = TRIES
) -> T:
    """Return the answer to a call that may be repeated; one that broke off is asked again.

    Raises:
        Refused, Unreachable: what AWS says, as `meant` tells it.

    """
    for attempt in range(tries):
        if attempt:
            pause(0.1 * 2**attempt)
        try:
            return call()
        except Exception as cause:
            said = meant(cause, action, place)
            if said is None:
                raise
            if not isinstance(said, Cut) or attempt + 1 == tries:
                raise said from cause
    raise AssertionError("unreachable: the last attempt returns or raises")


def meant(cause: Exception, action: str, place: str) -> Said | None:
    """Return what a failed call means, None for what has nothing to do with AWS."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError
    from urllib3.exceptions import HTTPError

    if isinstance(cause, ClientError):
        return answered(cause.response, action, place)
    values = {"action": action, "place": place, "said": str(cause) or type(cause).__name__}
    if isinstance(cause, BotoCoreError):
        return _from_client(cause, values)
    if isinstance(cause, (ResponseParserError, HTTPError, OSError, _CutShort)):
        return Cut(SILENT, values)
    return None


class _CutShort(Exception):
    """An answer with fewer bytes than it announced."""


def whole(response_dict: Mapping[str, Any], operation_model: Any = None, **_: object) -> None:
    """Refuse an answer that was cut: botocore takes the bytes that came for all there are.

    Raises:
        Exception: one that `meant` knows.

    """
    if operation_model is not None and operation_model.http.get("method") == "HEAD":
        return
    body = response_dict.get("body")
    announced = str(response_dict["headers"].get("content-length", ""))
    if isinstance(body, bytes) and announced.isdigit() and len(body) < int(announced):
        raise _CutShort(f"{len(body)} of {announced} bytes came")


def _from_client(cause: Exception, values: Mapping[str, str]) -> Said:
    """Return what a failure of the client itself means, by the name of it or of what it is."""
    names = [each.__name__ for each in type(cause).__mro__]
    known = next((name for name in names if name in _BY_CODE), "")
    if known:
        return No(_BY_CODE[known], values, known)
    if any(name in _OURS for name in names):
        return No(OTHER, values, names[0])
    if _CONNECTING & set(names):
        return Later(OFFLINE, values)
    cut = {"IncompleteReadError", "ResponseStreamingError", "FlexibleChecksumError"}
    return Cut(SILENT, values) if cut & set(names) else Later(SILENT, values)


def answered(response: Mapping[str, Any], action: str, place: str) -> Said:
    """Return what an answer that is no success means."""
    error, about = response.get("Error", {}), response.get("ResponseMetadata", {})
    code, said = str(error.get("Code", "")), str(error.get("Message", ""))
    values = {"action": action, "place": place, "said": f"{code}: {said}" if said else code}
    status = int(about.get("HTTPStatusCode", 0))
    if code in _LATER or "Throttl" in code or "TooManyRequests" in code or status >= 500:
        return Later(SILENT, values)
    message = _BY_CODE.get(code, OTHER)
    if message == UNKNOWN and any(words in said.lower() for words in _CLOCK_WORDS):
        message = CLOCK
    return No(message, values, code, repeated=about.get("RetryAttempts", 0) > 0)


@contextmanager
def as_failures() -> Iterator[None]:
    """Let what a cloud answers be a failure in the creator's language.

    Raises:
        Failure: instead of what adapters and records raise.

    """
    try:
        yield
    except (DeployError, ReleaseError) as cause:
        raise failure(cause) from cause


def failure(cause: Exception) -> Failure:
    """Return what an adapter raised as a sentence of the catalogue."""
    if isinstance(cause, Said):
        return Failure(cause.message, **cause.values)
    if isinstance(cause, Changed):
        message = N_("somebody else changed it meanwhile: {cause} (run it again)")
        return Failure(message, cause=cause)
    return Failure("{cause}", cause=cause)
