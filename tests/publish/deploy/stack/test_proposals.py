from __future__ import annotations

from typing import Any

import pytest

from publish.deploy.stack.proposals import Change, StackGuard, change, guard


def told(action: str = "Modify", kind: str = "DynamoDB::Table", **more: Any) -> dict[str, Any]:
    return {
        "Action": action,
        "LogicalResourceId": "Part",
        "ResourceType": f"AWS::{kind}",
        **more,
    }


def touched(name: str, recreation: str) -> dict[str, Any]:
    target = {"Attribute": "Properties", "Name": name, "RequiresRecreation": recreation}
    return {"Target": target}


@pytest.mark.parametrize("kind", ["DynamoDB::Table", "S3::Bucket", "SES::EmailIdentity"])
@pytest.mark.parametrize("more", [{"action": "Remove"}, {"Replacement": "True"}])
def test_what_holds_data_is_neither_removed_nor_made_anew(kind: str, more: dict[str, Any]) -> None:
    with pytest.raises(StackGuard):
        guard([change(told(kind=kind, **more))])


def test_nothing_insists_on_losing_the_table_or_a_bucket() -> None:
    for kind in ("DynamoDB::Table", "S3::Bucket"):
        with pytest.raises(StackGuard, match="undo") as caught:
            guard([change(told("Remove", kind))], frozenset({"replace"}))
        assert not caught.value.insist


def test_another_mail_domain_may_be_insisted_on() -> None:
    found = [change(told("Remove", "SES::EmailIdentity"))]
    with pytest.raises(StackGuard) as caught:
        guard(found)
    assert caught.value.insist == "replace"
    guard(found, frozenset({caught.value.insist}))


@pytest.mark.parametrize("property_", ["TableName", "KeySchema", "AttributeDefinitions"])
def test_a_table_that_may_be_made_anew_counts_as_made_anew(property_: str) -> None:
    found = change(told(Replacement="Conditional", Details=[touched(property_, "Conditionally")]))
    assert found.replaced == "maybe"
    with pytest.raises(StackGuard):
        guard([found])


def test_who_tells_no_properties_is_not_believed() -> None:
    for details in ([], [{"Target": {"Attribute": "Properties"}}]):
        found = change(told(Replacement="Conditional", Details=details))
        assert found.replaced == "maybe"


def test_other_properties_of_a_bucket_may_change() -> None:
    details = [touched("LifecycleConfiguration", "Conditionally")]
    found = change(told(kind="S3::Bucket", Replacement="Conditional", Details=details))
    assert found == Change("modify", "Part", "AWS::S3::Bucket", "no", ("LifecycleConfiguration",))
    guard([found])


def test_what_holds_no_data_may_be_made_anew() -> None:
    guard([change(told(kind="Lambda::Function", Replacement="True"))])
    guard([change(told("Remove", "SNS::Topic"))])


def test_what_an_earlier_stack_left_may_be_taken_over() -> None:
    found = change(told("Import"))
    assert found.do == "import"
    guard([found])
