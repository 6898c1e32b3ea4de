"""What the parts of a stack are called: everything begins with the name of the stack.

Names are fixed, not made up by CloudFormation: so policies can name what they allow, and a stack
that is set up again takes over the data that an earlier one left.
"""

from __future__ import annotations

from dataclasses import dataclass

GITHUB = "token.actions.githubusercontent.com"
"""Who tells for GitHub which repository and which branch a workflow runs for."""


@dataclass(frozen=True)
class Names:
    """The names in one account and region; without them, those of the stack that is being made."""

    stack: str
    account: str = "${AWS::AccountId}"
    region: str = "${AWS::Region}"

    @property
    def site_bucket(self) -> str:
        """Return the bucket that the edge reads."""
        return f"{self.stack}-site-{self.account}"

    @property
    def private_bucket(self) -> str:
        """Return the bucket of the service and of the deployment."""
        return f"{self.stack}-private-{self.account}"

    @property
    def logs_bucket(self) -> str:
        """Return the bucket that holds who asked the other two for what."""
        return f"{self.stack}-logs-{self.account}"

    @property
    def table(self) -> str:
        """Return the table of the store."""
        return f"{self.stack}-store"

    @property
    def function(self) -> str:
        """Return the function that runs the service; its role has the same name."""
        return f"{self.stack}-service"

    @property
    def edge(self) -> str:
        """Return the function at the edge."""
        return f"{self.stack}-edge"

    @property
    def log_group(self) -> str:
        """Return where the service logs."""
        return f"/inkstead/{self.stack}/service"

    @property
    def configuration_set(self) -> str:
        """Return the set through which mails are sent."""
        return f"{self.stack}-mail"

    @property
    def parameters(self) -> str:
        """Return the path below which the secrets stand."""
        return f"/inkstead/{self.stack}"

    @property
    def publisher(self) -> str:
        """Return the role that publishes from GitHub."""
        return f"{self.stack}-publish"

    @property
    def firewall(self) -> str:
        """Return the stack of the web firewall, which stands in us-east-1."""
        return f"{self.stack}-firewall"

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a part that stands in a region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def everywhere(self, service: str, resource: str) -> str:
        """Return the ARN of a part that belongs to no region."""
        return f"arn:aws:{service}::{self.account}:{resource}"

    def bucket_arns(self, bucket: str, *paths: str) -> list[str]:
        """Return the ARNs of paths in a bucket, without any of the bucket itself."""
        return [f"arn:aws:s3:::{bucket}/{path}" for path in paths] or [f"arn:aws:s3:::{bucket}"]
