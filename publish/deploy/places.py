"""Everything outside that a publish works on, by its ports."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from publish.deploy.buckets import PrivateBucket, SiteBucket
from publish.deploy.clients import Clients
from publish.deploy.edges.cloudfront import CloudFrontEdge
from publish.deploy.edges.dry import DryEdge
from publish.deploy.edges.folder import FolderEdge
from publish.deploy.hubs import Nobody, WebSub
from publish.deploy.objects.dry import DryObjects
from publish.deploy.objects.folder import FolderObjects
from publish.deploy.objects.s3 import S3Objects
from publish.deploy.ports import Edge, Hub, Runtime
from publish.deploy.runtimes.folder import FolderRuntime
from publish.deploy.runtimes.function import LambdaRuntime
from publish.deploy.settings import Deployment
from publish.deploy.stack.outputs import Outputs


@dataclass(frozen=True)
class Places:
    """The two buckets, the CDN, the function that runs the service, and the feeds' hub."""

    site: SiteBucket
    private: PrivateBucket
    edge: Edge
    runtime: Runtime
    hub: Hub


def opened(outputs: Outputs, deployment: Deployment, clients: Clients) -> Places:
    """Return the places of a stack; nothing is asked of AWS yet.

    Raises:
        Refused: the profile that is to sign in is not there.
        ValueError: the hub's address is neither https nor on this machine.

    """
    storage = clients.of("s3")
    return Places(
        SiteBucket(S3Objects(outputs.site_bucket, storage)),
        PrivateBucket(S3Objects(outputs.private_bucket, storage)),
        CloudFrontEdge(outputs.edge_function, outputs.distribution, clients.of("cloudfront")),
        LambdaRuntime(outputs.function, outputs.private_bucket, clients.of("lambda")),
        WebSub(deployment.hub) if deployment.hub else Nobody(),
    )


def rehearsing(places: Places) -> Places:
    """Return the same places to plan with: what is read is real, and nothing can be written.

    Records that are read are known to both.
    """
    return replace(
        places,
        site=SiteBucket(DryObjects(places.site.objects)),
        private=replace(places.private, objects=DryObjects(places.private.objects)),
        edge=DryEdge(places.edge),
    )


def in_folder(path: Path, hub: Hub | None = None) -> Places:
    """Return places that are folders below one folder: nothing leaves the machine."""
    return Places(
        SiteBucket(FolderObjects(path / "site")),
        PrivateBucket(FolderObjects(path / "private")),
        FolderEdge(path / "edge"),
        FolderRuntime(path / "function"),
        hub or Nobody(),
    )
