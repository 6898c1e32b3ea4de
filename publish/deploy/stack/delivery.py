"""How readers get a site: the distribution, its edge function, and what it may cache and say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from publish.deploy.stack.names import Names
from publish.deploy.stack.notation import Resource, Resources, resource, when

DAY = 86_400
YEAR = 365 * DAY
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""A cache policy of AWS: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html"""
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""An origin request policy of AWS: a Function URL is found by its own host, not by the site's."""
SERVICE_SECONDS = 30
_ERROR_SECONDS = 10
_NEVER_KEPT = (500, 501, 502, 503, 504)
"""Answers that CloudFront keeps for ten seconds even where they say "no-store", and hands to
everybody who asks for the same path, whatever their question and cookies: one reader's trouble.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
"""
_READ = ["GET", "HEAD"]
_ALL = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]

PLACEHOLDER = """// {"release":"","host":""}
function handler(event) {
  return {
    statusCode: 503,
    statusDescription: 'Service Unavailable',
    headers: {
      'content-type': { value: 'text/html; charset=utf-8' },
      'cache-control': { value: 'no-store' },
      'retry-after': { value: '300' }
    },
    body: '<!doctype html><html lang="en"><meta charset="utf-8">' +
      '<meta name="viewport" content="width=device-width"><title>not published yet</title>' +
      '<p>This site is not published yet.</p><p lang="zh">\\u672c\\u7ad9\\u5c1a\\u672a\\u53d1\\u5e03\\u3002</p>'
  };
}
"""  # noqa: E501
"""What the edge answers until the first release: apply writes the real code, the stack never."""


def resources(names: Names, headers: Mapping[str, str]) -> Resources:
    """Return the distribution and what belongs to it; `headers` are those that answers have."""
    return {
        "OriginAccess": _origin_access(names),
        "CachePolicy": _cache_policy(names),
        "HeadersPolicy": _headers_policy(names, headers),
        "EdgeFunction": _edge_function(names),
        "Distribution": _distribution(names),
    }


def _distribution(names: Names) -> Resource:
    return resource("CloudFront::Distribution", {"DistributionConfig": _config(names)})


def _config(names: Names) -> dict[str, Any]:
    return {
        "Comment": names.stack,
        "Enabled": True,
        "HttpVersion": "http2and3",
        "IPV6Enabled": True,
        # Without South America and Oceania, which are dearer; their readers are served from afar.
        "PriceClass": "PriceClass_200",
        "Aliases": when("HasDomain", when("HasTwin", ["${Host}", "${Twin}"], ["${Host}"])),
        "ViewerCertificate": when(
            "HasDomain",
            {
                "AcmCertificateArn": "${Certificate}",
                "SslSupportMethod": "sni-only",
                "MinimumProtocolVersion": "TLSv1.2_2021",
            },
            {"CloudFrontDefaultCertificate": True},
        ),
        "WebACLId": when("HasFirewall", "${Firewall}"),
        "Origins": [_site(), _service()],
        "DefaultCacheBehavior": {
            **_behaviour("site", _READ, "${CachePolicy}"),
            "CachedMethods": _READ,
            "Compress": True,
        },
        "CacheBehaviors": [
            {
                "PathPattern": "/api/*",
                **_behaviour("service", _ALL, CACHING_DISABLED),
                "OriginRequestPolicyId": ALL_BUT_HOST,
            }
        ],
        "CustomErrorResponses": _errors(),
    }


def _errors() -> list[dict[str, Any]]:
    """Return what becomes of errors: the page of the site, or nothing that is kept."""
    page = {
        "ResponseCode": 404,
        "ResponsePagePath": "/404.html",
        "ErrorCachingMinTTL": _ERROR_SECONDS,
    }
    missing = [{"ErrorCode": code, **page} for code in (403, 404)]
    return missing + [{"ErrorCode": code, "ErrorCachingMinTTL": 0} for code in _NEVER_KEPT]


def _site() -> dict[str, Any]:
    return {
        "Id": "site",
        "DomainName": "${SiteBucket.RegionalDomainName}",
        "OriginAccessControlId": "${OriginAccess}",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }


def _service() -> dict[str, Any]:
    """Return the function's own address, which answers only those who bring the secret."""
    return {
        "Id": "service",
        "DomainName": {"Fn::Select": [2, {"Fn::Split": ["/", "${FunctionUrl.FunctionUrl}"]}]},
        "OriginCustomHeaders": [
            {"HeaderName": "x-origin-secret", "HeaderValue": "${OriginSecret}"}
        ],
        "CustomOriginConfig": {
            "OriginProtocolPolicy": "https-only",
            "OriginSSLProtocols": ["TLSv1.2"],
            "OriginReadTimeout": SERVICE_SECONDS,
        },
    }


def _behaviour(origin: str, methods: list[str], cache_policy: str) -> dict[str, Any]:
    function = {"EventType": "viewer-request", "FunctionARN": "${EdgeFunction.FunctionARN}"}
    return {
        "TargetOriginId": origin,
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": methods,
        "CachePolicyId": cache_policy,
        "ResponseHeadersPolicyId": "${HeadersPolicy}",
        "FunctionAssociations": [function],
    }


def _origin_access(names: Names) -> Resource:
    config = {
        "Name": f"{names.stack}-site",
        "OriginAccessControlOriginType": "s3",
        "SigningBehavior": "always",
        "SigningProtocol": "sigv4",
    }
    return resource("CloudFront::OriginAccessControl", {"OriginAccessControlConfig": config})


def _cache_policy(names: Names) -> Resource:
    """Return how long the edge keeps what lies under a key: keys never change their bytes.

    The answers say "max-age=0" to browsers; the shortest time here goes before that.
    """
    config = {
        "Name": f"{names.stack}-site",
        "MinTTL": DAY,
        "DefaultTTL": YEAR,
        "MaxTTL": YEAR,
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": True,
            "EnableAcceptEncodingBrotli": True,
            "CookiesConfig": {"CookieBehavior": "none"},
            "HeadersConfig": {"HeaderBehavior": "none"},
            "QueryStringsConfig": {"QueryStringBehavior": "none"},
        },
    }
    return resource("CloudFront::CachePolicy", {"CachePolicyConfig": config})


def _headers_policy(names: Names, headers: Mapping[str, str]) -> Resource:
    """Return the headers of every answer; what the service says itself goes before them."""
    left = {name.lower(): value for name, value in headers.items()}
    security: dict[str, Any] = {}
    for header, (member, how) in _KNOWN.items():
        if header in left:
            security[member] = {"Override": False, **how(left.pop(header))}
    items = [{"Header": name, "Value": left[name], "Override": False} for name in sorted(left)]
    config = {
        "Name": f"{names.stack}-headers",
        "SecurityHeadersConfig": security,
        **({"CustomHeadersConfig": {"Items": items}} if items else {}),
    }
    return resource("CloudFront::ResponseHeadersPolicy", {"ResponseHeadersPolicyConfig": config})


def _transport_security(value: str) -> dict[str, Any]:
    told = [part.strip().lower() for part in value.split(";")]
    ages = [part.removeprefix("max-age=") for part in told if part.startswith("max-age=")]
    return {
        "AccessControlMaxAgeSec": int(ages[0]),
        "IncludeSubdomains": "includesubdomains" in told,
        "Preload": "preload" in told,
    }


_Config: TypeAlias = Callable[[str], dict[str, Any]]


def _named(member: str) -> _Config:
    return lambda value: {member: value}


def _nothing(value: str) -> dict[str, Any]:
    return {}


_KNOWN: Mapping[str, tuple[str, _Config]] = {
    "content-security-policy": ("ContentSecurityPolicy", _named("ContentSecurityPolicy")),
    "referrer-policy": ("ReferrerPolicy", _named("ReferrerPolicy")),
    "strict-transport-security": ("StrictTransportSecurity", _transport_security),
    "x-content-type-options": ("ContentTypeOptions", _nothing),
    "x-frame-options": ("FrameOptions", _named("FrameOption")),
}


def _edge_function(names: Names) -> Resource:
    """Return the edge function with its placeholder.

    Nothing of it may ever change here: CloudFormation would write the placeholder over the release
    that is live. A test holds its bytes.
    """
    config = {"Comment": names.stack, "Runtime": "cloudfront-js-2.0"}
    return resource(
        "CloudFront::Function",
        {
            "Name": names.edge,
            "AutoPublish": True,
            "FunctionCode": PLACEHOLDER,
            "FunctionConfig": config,
        },
    )
