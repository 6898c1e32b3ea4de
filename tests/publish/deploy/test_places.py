"""The places of a stack are opened from what it tells, without asking AWS for anything."""

from __future__ import annotations

import dataclasses

import pytest

from publish.deploy import places
from publish.deploy.clients import Clients
from publish.deploy.hubs import Nobody, WebSub
from publish.deploy.settings import Deployment
from publish.deploy.stack.outputs import Outputs
from tests.aws import REGION

OUTPUTS = Outputs(**{each.name: each.name for each in dataclasses.fields(Outputs)})
DEPLOYMENT = Deployment(name="ink", region=REGION, host="a.example")


def test_each_place_is_the_part_of_the_stack_that_it_is_named_for(faulty):
    with Clients(REGION, faulty.environment()) as clients:
        opened = places.opened(OUTPUTS, DEPLOYMENT, clients)
    assert opened.site.objects.name == "s3://site_bucket"
    assert opened.private.objects.name == "s3://private_bucket"
    assert opened.edge.name == "cloudfront:edge_function"
    assert opened.runtime.name == "lambda:function"
    assert isinstance(opened.hub, Nobody)
    assert faulty.count() == 0


def test_a_hub_is_one_where_the_site_names_one(faulty):
    with Clients(REGION, faulty.environment()) as clients:
        told = dataclasses.replace(DEPLOYMENT, hub="https://hub.example/")
        assert isinstance(places.opened(OUTPUTS, told, clients).hub, WebSub)
        with pytest.raises(ValueError, match="ftp"):
            places.opened(OUTPUTS, dataclasses.replace(DEPLOYMENT, hub="ftp://x"), clients)


def test_folders_are_places_as_well(tmp_path):
    made = places.in_folder(tmp_path)
    assert {made.site.objects.folder, made.private.objects.folder} == {
        tmp_path / "site",
        tmp_path / "private",
    }
    assert made.edge.live().release == made.runtime.bundle() == ""
    assert isinstance(made.hub, Nobody)
