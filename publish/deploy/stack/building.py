"""What setting up a stack takes: every part of it by name, where AWS lets a policy name it.

Together they fit into one managed policy, which takes 6,144 characters.
"""

from __future__ import annotations

from publish.deploy.stack.granting import Statement, allow, publishing
from publish.deploy.stack.names import GITHUB, Names


def statements(names: Names) -> list[Statement]:
    """Return the statements: the stack, its parts, and what publishing takes."""
    return [
        *_stack(names),
        *_storage(names),
        *_edge(names),
        *_service(names),
        *_roles(names),
        *_watching(names),
        *_around(names),
        *_publishing(names),
    ]


def _all(service: str, *actions: str) -> list[str]:
    return [f"{service}:{each}" for each in actions]


def _publishing(names: Names) -> list[Statement]:
    """Return the part of a publish that is not allowed above: the objects themselves."""
    told = publishing(names, "*")["Statement"]
    return [each for each in told if each["Sid"] == "Objects"]


def _stack(names: Names) -> list[Statement]:
    firewall = f"arn:aws:cloudformation:us-east-1:{names.account}:stack/{names.firewall}/*"
    actions = _all(
        "cloudformation", "*ChangeSet", "Describe*", "DeleteStack", "ContinueUpdateRollback",
        "*Tag*",
    )  # fmt: skip
    stacks = [names.arn("cloudformation", f"stack/{names.stack}/*"), firewall]
    return [allow("Stack", actions, stacks)]


def _storage(names: Names) -> list[Statement]:
    buckets = [
        f"arn:aws:s3:::{each}"
        for each in (names.site_bucket, names.private_bucket, names.logs_bucket)
    ]
    on_buckets = _all(
        "s3", "CreateBucket", "DeleteBucket", "DeleteBucketPolicy", "GetBucket*",
        "Get*Configuration", "ListBucket*", "PutBucket*", "Put*Configuration",
        "*Tag*",
    )  # fmt: skip
    # No reading of the store: setting it up does not take it.
    on_table = _all(
        "dynamodb", "*Table", "Describe*", "UpdateTimeToLive", "UpdateContinuousBackups",
        "*Tag*", "GetResourcePolicy",
    )  # fmt: skip
    return [
        allow("Buckets", on_buckets, buckets),
        allow("OldLogs", "s3:DeleteObject", f"{buckets[2]}/*"),
        allow("Table", on_table, names.arn("dynamodb", f"table/{names.table}")),
    ]


def _edge(names: Names) -> list[Statement]:
    kinds = ("distribution", "origin-access-control", "cache-policy", "response-headers-policy")
    made = [names.everywhere("cloudfront", f"{each}/*") for each in kinds]
    actions = _all("cloudfront", "Create*", "Update*", "Delete*", "Get*", "*Tag*")
    edge = names.everywhere("cloudfront", f"function/{names.edge}")
    on_function = _all("cloudfront", "*Function", "*Tag*")
    return [allow("Edge", actions, made), allow("EdgeFunction", on_function, edge)]


def _service(names: Names) -> list[Statement]:
    function = names.arn("lambda", f"function:{names.function}")
    on_function = _all("lambda", "*Function*", "Get*", "*Permission", "*Tag*")
    schedule = names.arn("scheduler", f"schedule/default/{names.stack}-tick")
    secrets = names.arn("ssm", f"parameter{names.parameters}")
    on_secrets = _all("ssm", "PutParameter", "GetParameter*", "DeleteParameter*")
    return [
        allow("Function", on_function, [function, f"{function}:*"]),
        allow("Schedule", "scheduler:*Schedule", schedule),
        allow("Secrets", on_secrets, [secrets, f"{secrets}/*"]),
    ]


def _roles(names: Names) -> list[Statement]:
    # By name: "ink-*" would be the roles of a site "ink-blog", too.
    handed = (names.function, f"{names.stack}-tick")
    roles = [names.everywhere("iam", f"role/{each}") for each in (*handed, names.publisher)]
    provider = names.everywhere("iam", f"oidc-provider/{GITHUB}")
    on_roles = _all(
        "iam", "CreateRole", "Delete*", "Get*", "List*", "Put*Policy", "Update*", "*Tag*"
    )
    services = ["lambda.amazonaws.com", "scheduler.amazonaws.com"]
    handed_to = {"StringEquals": {"iam:PassedToService": services}}
    on_provider = _all("iam", "CreateOpenIDConnectProvider", "GetOpenIDConnectProvider")
    return [
        allow("Roles", on_roles, roles),
        allow("HandRoles", "iam:PassRole", roles[:2], handed_to),
        allow("GitHub", on_provider, provider),
    ]


def _watching(names: Names) -> list[Statement]:
    group = names.arn("logs", f"log-group:{names.log_group}")
    on_topics = _all(
        "sns", "*Topic", "Get*", "Set*", "Subscribe", "ListSubscriptionsByTopic",
        "*Tag*",
    )  # fmt: skip
    on_alarms = _all("cloudwatch", "*Alarm*", "*Tag*")
    on_log = _all(
        "logs", "*LogGroup", "PutRetentionPolicy", "*MetricFilter*", "FilterLogEvents", "Describe*",
        "GetDataProtectionPolicy",
        "*Tag*",
    )  # fmt: skip
    on_budget = _all("budgets", "ModifyBudget", "ViewBudget", "*Tag*")
    return [
        allow("Topics", on_topics, names.arn("sns", f"{names.stack}-*")),
        allow("Alarms", on_alarms, names.arn("cloudwatch", f"alarm:{names.stack}-*")),
        allow("ServiceLog", on_log, f"{group}*"),
        allow("Budget", on_budget, names.everywhere("budgets", f"budget/{names.stack}")),
    ]


def _around(names: Names) -> list[Statement]:
    """Return mail, certificates and the firewall, and what AWS allows for an account only."""
    mail = [
        names.arn("ses", "identity/*"),
        names.arn("ses", f"configuration-set/{names.configuration_set}"),
    ]
    on_mail = _all("ses", "*Identity*", "*ConfigurationSet*", "*Tag*")
    firewall = f"arn:aws:wafv2:us-east-1:{names.account}:global"
    walls = [f"{firewall}/webacl/{names.firewall}/*", f"{firewall}/managedruleset/*"]
    certificates = f"arn:aws:acm:us-east-1:{names.account}:certificate/*"
    # None of these knows a resource: they make something without a name, or only look.
    nameless = [
        *_all("acm", "ListCertificates", "RequestCertificate"),
        "cloudwatch:DescribeAlarms",
        "lambda:GetAccountSettings",
        "logs:DescribeLogGroups",
        *_all("ses", "GetAccount", "ListEmailIdentities"),
        *_all("sns", "GetSubscriptionAttributes", "Unsubscribe"),
        "ssm:DescribeParameters",
    ]
    return [
        allow("Mail", on_mail, mail),
        allow("Firewall", _all("wafv2", "*WebACL", "*Tag*"), walls),
        allow("Certificate", _all("acm", "DescribeCertificate", "AddTags*"), certificates),
        allow("Nameless", nameless, "*"),
    ]
