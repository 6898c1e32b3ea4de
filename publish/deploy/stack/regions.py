"""What some regions of AWS do not have; a test compares it with the tables of cfn-lint."""

from __future__ import annotations

WITHOUT_SERVICE = frozenset(
    {
        "ap-east-2", "ap-south-2", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6",
        "ap-southeast-7", "ca-west-1", "eu-central-2", "il-central-1", "me-central-1",
        "mx-central-1",
    }
)  # fmt: skip
"""No address for a function: a site with a paywall cannot stand there."""
WITHOUT_MAIL = frozenset(
    {
        "ap-east-1", "ap-east-2", "ap-southeast-4", "ap-southeast-6", "ap-southeast-7",
        "eu-south-2", "mx-central-1",
    }
)  # fmt: skip
"""No SES: a site there sends no mails."""
WITHOUT_BUDGET = WITHOUT_SERVICE | {
    "af-south-1", "ap-east-1", "ap-northeast-3", "ap-southeast-3", "eu-north-1", "eu-south-1",
    "eu-south-2",
}  # fmt: skip
"""No budget by template: a stack there has none."""
