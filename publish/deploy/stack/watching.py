"""What looks after a site while nobody does: alarms, those whom they write to, and a budget."""

from __future__ import annotations

from typing import Any

from publish.deploy.stack.mailing import topic, topic_policy
from publish.deploy.stack.names import Names
from publish.deploy.stack.notation import Resource, Resources, resource
from publish.deploy.stack.regions import WITHOUT_BUDGET
from publish.deploy.stack.service import SECONDS

_MINUTES = 60
_MARKS = {"webhook-failed": "WebhookFailed", "mail-dead": "MailDead"}
"""What the service writes into its log behind "inkstead ", and the metric that counts it."""


def resources(names: Names, mail: str, region: str) -> Resources:
    """Return the alarms, their topic, and the budget; those on mails where any are sent."""
    return {
        "Alarms": topic(f"{names.stack}-alarms"),
        "AlarmsPolicy": topic_policy("Alarms", "cloudwatch.amazonaws.com"),
        "AlarmsMail": resource(
            "SNS::Subscription",
            {"TopicArn": "${Alarms}", "Protocol": "email", "Endpoint": "${AlarmMail}"},
            Condition="HasAlarmMail",
        ),
        **_function(names),
        **_log_lines(names),
        **(_reputation(names) if mail else {}),
        **({} if region in WITHOUT_BUDGET else {"MonthlyBudget": _budget(names)}),
    }


def _function(names: Names) -> Resources:
    of = {
        "Namespace": "AWS/Lambda",
        "Dimensions": [{"Name": "FunctionName", "Value": "${Service}"}],
    }
    return {
        "AlarmErrors": _alarm(names, "errors", of, "Errors", "Sum", 5, 15),
        "AlarmThrottles": _alarm(names, "throttles", of, "Throttles", "Sum", 5, 15),
        "AlarmSlow": _alarm(names, "slow", of, "Duration", "Maximum", SECONDS * 900, 15),
    }


def _log_lines(names: Names) -> Resources:
    found: Resources = {}
    space = f"Inkstead/{names.stack}"
    for mark, metric in _MARKS.items():
        counted = {"MetricNamespace": space, "MetricName": metric, "MetricValue": "1"}
        found[f"Count{metric}"] = resource(
            "Logs::MetricFilter",
            {
                "LogGroupName": "${ServiceLog}",
                "FilterPattern": f'"inkstead {mark}"',
                "MetricTransformations": [counted],
            },
        )
        of = {"Namespace": space}
        found[f"Alarm{metric}"] = _alarm(names, mark, of, metric, "Sum", 1, 5)
    return found


def _reputation(names: Names) -> Resources:
    """Return the alarms before SES would stop the account: it warns at 5 % and at 0.1 %.

    https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-bounce-rate.html
    """
    of, hour = {"Namespace": "AWS/SES"}, 60
    return {
        "AlarmBounces": _alarm(
            names, "bounces", of, "Reputation.BounceRate", "Maximum", 0.04, hour
        ),
        "AlarmComplaints": _alarm(
            names, "complaints", of, "Reputation.ComplaintRate", "Maximum", 0.0008, hour
        ),
    }


def _alarm(
    names: Names,
    name: str,
    of: dict[str, Any],
    metric: str,
    statistic: str,
    threshold: float,
    minutes: int,
) -> Resource:
    return resource(
        "CloudWatch::Alarm",
        {
            "AlarmName": f"{names.stack}-{name}",
            "AlarmActions": ["${Alarms}"],
            **of,
            "MetricName": metric,
            "Statistic": statistic,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "Threshold": threshold,
            "Period": minutes * _MINUTES,
            "EvaluationPeriods": 1,
            "TreatMissingData": "notBreaching",
        },
    )


def _budget(names: Names) -> Resource:
    """Return the budget of the whole account: tags count only where somebody switched them on."""
    subscribers = [{"SubscriptionType": "EMAIL", "Address": "${AlarmMail}"}]
    return resource(
        "Budgets::Budget",
        {
            "Budget": {
                "BudgetName": names.stack,
                "BudgetType": "COST",
                "TimeUnit": "MONTHLY",
                "BudgetLimit": {"Amount": "${Budget}", "Unit": "USD"},
            },
            "NotificationsWithSubscribers": [
                {
                    "Notification": {
                        "NotificationType": kind,
                        "ComparisonOperator": "GREATER_THAN",
                        "Threshold": percent,
                        "ThresholdType": "PERCENTAGE",
                    },
                    "Subscribers": subscribers,
                }
                for kind, percent in (("ACTUAL", 80), ("FORECASTED", 100))
            ],
        },
        Condition="HasBudget",
    )
