"""What each role may do, and no more: the stack's own roles, and documents to copy.

Each takes names; those of a stack that is being made hold references ("${AWS::Region}"), those to
copy hold the account and the region.
"""

from __future__ import annotations

from publish.deploy.secrets import KEYS, STRIPE_KEY
from publish.deploy.stack import building
from publish.deploy.stack.granting import Document, Statement, allow, document, publishing
from publish.deploy.stack.names import GITHUB, Names


def infrastructure(names: Names) -> Document:
    """Return what setting up, changing and removing the stack takes, for a person or a pipeline.

    It includes what a publish takes. Whoever may make roles could give them more than this: it is
    for the owner of the account, not for everybody who publishes.
    """
    return document(*building.statements(names))


def site(names: Names, distribution: str) -> Document:
    """Return what publishing takes once the stack is there: objects, edge, bundle, and no more."""
    return publishing(names, distribution)


def operating(names: Names, mail: str = "") -> Document:
    """Return what commands with --live take: readers, orders, codes, backups, letters.

    Nothing of it publishes. `mail` is the domain that letters may come from ("" for none).
    """
    stack = names.arn("cloudformation", f"stack/{names.stack}/*")
    needed = [f"parameter{names.parameters}/{each}" for each in (KEYS, STRIPE_KEY)]
    return document(
        allow("Stack", "cloudformation:DescribeStacks", stack),
        *_knowing(names, "Scan"),
        allow("Secrets", "ssm:GetParameter", [names.arn("ssm", each) for each in needed]),
        *([_sending(names, mail)] if mail else []),
    )


def function(names: Names, mail: str = "") -> Document:
    """Return what the service takes; `mail` is the domain it may send from ("" for none)."""
    statements = [
        *_knowing(names),
        allow("Secrets", "ssm:GetParameters", names.arn("ssm", f"parameter{names.parameters}/*")),
        allow(
            "CallItself", "lambda:InvokeFunction", names.arn("lambda", f"function:{names.function}")
        ),
        allow(
            "Log",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            names.arn("logs", f"log-group:{names.log_group}:*"),
        ),
    ]
    return document(*statements, *([_sending(names, mail)] if mail else []))


def _knowing(names: Names, *more: str) -> list[Statement]:
    """Return the right to the table and to the released pieces."""
    on_items = (
        "GetItem", "Query", "ConditionCheckItem", "PutItem", "UpdateItem", "DeleteItem", *more,
    )  # fmt: skip
    return [
        allow(
            "Store",
            [f"dynamodb:{each}" for each in on_items],
            names.arn("dynamodb", f"table/{names.table}"),
        ),
        allow("Pieces", "s3:GetObject", names.bucket_arns(names.private_bucket, "site/*")),
        # Only with this does S3 say "there is none" instead of "not allowed".
        allow("PiecesOrNot", "s3:ListBucket", names.bucket_arns(names.private_bucket)),
    ]


def _sending(names: Names, mail: str) -> Statement:
    """Return the right to send: SES asks for the recipients' identities, too, in its sandbox."""
    identities = names.arn("ses", "identity/*")
    through = names.arn("ses", f"configuration-set/{names.configuration_set}")
    return allow(
        "Mails",
        ["ses:SendEmail", "ses:SendRawEmail"],
        [identities, through],
        {"StringLikeIfExists": {"ses:FromAddress": f"*@{mail}"}},
    )


def trust(names: Names, repository: str) -> Document:
    """Return who may take on the role that publishes: the main branch of one repository."""
    branches = [f"repo:{repository}:ref:refs/heads/{each}" for each in ("main", "master")]
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": names.everywhere("iam", f"oidc-provider/{GITHUB}")},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": branches},
        },
    }
    return document(statement)
