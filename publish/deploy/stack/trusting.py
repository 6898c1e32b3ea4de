"""GitHub as somebody whose word the account takes: one provider an account, for all its sites."""

from __future__ import annotations

from typing import Any

from publish.deploy import answers
from publish.deploy.answers import No
from publish.deploy.stack.names import GITHUB, Names

_AUDIENCE = "sts.amazonaws.com"


def trust_github(iam: Any, names: Names) -> bool:
    """Make the account take GitHub's word, and tell whether it did not before.

    It stands outside the stack, since an account has it once, however many sites and other tools
    use it; a role is needed beside it, so by itself it allows nothing.

    Raises:
        Refused, Unreachable: AWS says no, or nothing.

    """
    arn = names.everywhere("iam", f"oidc-provider/{GITHUB}")

    def look() -> Any:
        return iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)

    def make() -> Any:
        return iam.create_open_id_connect_provider(
            Url=f"https://{GITHUB}", ClientIDList=[_AUDIENCE]
        )

    try:
        answers.ask(look, "iam:GetOpenIDConnectProvider", GITHUB)
    except No as cause:
        if cause.code != "NoSuchEntity":
            raise
    else:
        return False
    try:
        answers.ask(make, "iam:CreateOpenIDConnectProvider", GITHUB)
    except No as cause:
        if cause.code != "EntityAlreadyExists":
            raise
    return True
