"""A whole publish on ministack: the stack, the site, and what a second one leaves alone."""

import dataclasses
import urllib.error
import urllib.request

import pytest

from publish.deploy import edge_code, firewall_setup, publishing, setting_up
from publish.deploy.clients import Clients
from publish.deploy.ports import Refused
from publish.deploy.secrets import MADE, ORIGIN_SECRET, Vault
from publish.deploy.stack import policies
from publish.deploy.stack.names import Names
from publish.deploy.stack.progress import silent
from publish.deploy.stack.states import StackState
from publish.trouble import Failure
from tests.aws import REGION
from tests.publish.deploy import roles
from tests.publish.deploy.building import fingerprinted, gated
from tests.publish.deploy.publishers import publisher
from tests.publish.deploy.stack.stacks import account, speak_http

WRITES = ("Put", "Create", "Update", "Delete", "Execute", "Publish")


@pytest.fixture(scope="module", autouse=True)
def packed(built):
    """Pack the service once: it takes longer than all else here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "built", lambda workshop: built)
        yield


@pytest.fixture(scope="module")
def ana(aws, tmp_path_factory):
    """Somebody whose site is published, with a page about the garden."""
    with publisher(aws, tmp_path_factory.mktemp("ana")) as found:
        found.publish(found.build({"garden/index.html": "<p>the garden"}))
        speak_http(aws, setting_up.looked_at(found.deployment, found.clients).outputs)
        yield found


@pytest.fixture
def bob(aws, tmp_path):
    """Somebody who has not published yet."""
    with publisher(aws, tmp_path) as found:
        yield found


def fetch(aws, ana, path):
    """Return status and body as a reader gets them."""
    domain = setting_up.looked_at(ana.deployment, ana.clients).outputs.domain
    headers = {"Host": domain, "X-Forwarded-Proto": "https"}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(aws.endpoint + path, headers=headers)
        ) as a:
            return a.status, a.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()


def writes(asked):
    return {name for name in asked if name.startswith(WRITES)}


def test_what_is_not_agreed_to_leaves_nothing_behind(bob):
    found = bob.prospect(bob.build({}))
    assert found.setup.first
    assert {each.do for each in found.setup.proposal.changes} == {"add"}
    assert {each.reason for each in found.plan.actions} == {"new"}
    publishing.leave(found, bob.clients)
    assert setting_up.stacks(bob.clients).state(bob.deployment.name) is None
    vault = Vault(bob.deployment.name, bob.clients.of("ssm"))
    assert [vault.get(name) for name in MADE] == ["", ""]


def test_a_first_publish_makes_the_stack_its_secrets_and_the_site(aws, ana):
    state = setting_up.stacks(ana.clients).state(ana.deployment.name)
    assert state.outputs.origin == f"https://{state.outputs.domain}"
    vault = Vault(ana.deployment.name, ana.clients.of("ssm"))
    assert all(len(vault.get(name)) >= 32 for name in MADE)
    ana.publish(ana.build({"garden/index.html": "<p>the garden"}))
    assert fetch(aws, ana, "/garden/") == (200, b"<p>the garden")
    assert fetch(aws, ana, "/nowhere/") == (404, b"<p>nothing here")


def test_the_same_again_writes_nothing_and_asks_for_no_change_of_the_stack(aws, ana):
    ready = ana.build({"garden/index.html": "<p>the garden"})
    ana.publish(ready)
    ana.listen("s3", "cloudformation", "cloudfront", "lambda", "ssm")
    ana.asked.clear()
    found = ana.prospect(ready)
    assert found.idle
    publishing.carry_out(found, ana.clients, ana.clock)
    assert writes(ana.asked) == set()
    assert ana.asked.total() < 20


def test_a_changed_page_travels_alone(aws, ana):
    ana.publish(ana.build({"garden/index.html": "<p>the garden"}))
    ready = ana.build({"garden/index.html": "<p>the gardens"})
    found = ana.prospect(ready)
    told = [(each.path, each.reason) for each in found.plan.actions if each.where == "site"]
    assert told == [("garden/index.html", "changed")]
    assert not found.new_bundle
    assert not found.setup.changes
    published = publishing.carry_out(found, ana.clients, ana.clock)
    assert published.applied.flipped
    assert fetch(aws, ana, "/garden/") == (200, b"<p>the gardens")


def test_a_run_that_ended_after_the_stack_goes_on_with_the_site(aws, bob):
    ready = bob.build({"garden/index.html": "<p>the garden"})
    found = bob.prospect(ready)
    setting_up.executed(found.setup, bob.deployment, bob.clients)  # and here it was killed
    again = bob.prospect(ready)
    assert not again.setup.changes
    assert not again.setup.outdated
    assert publishing.carry_out(again, bob.clients, bob.clock).applied.flipped
    assert fetch(aws, bob, "/garden/") == (200, b"<p>the garden")


def test_a_stack_that_an_earlier_run_was_still_making_gets_its_address(bob):
    found = bob.prospect(bob.build({}))
    Vault(bob.deployment.name, bob.clients.of("ssm")).put(ORIGIN_SECRET, found.setup.secret)
    state = setting_up.stacks(bob.clients).execute(found.setup.proposal)
    begun = StackState(state.name, state.id, "CREATE_IN_PROGRESS")
    seen = dataclasses.replace(found.setup, state=begun, proposal=None)
    setup = setting_up.proposed(seen, bob.deployment, bob.clients, frozenset(), silent)
    assert not setup.first
    outputs = setting_up.executed(setup, bob.deployment, bob.clients)
    assert outputs.origin == f"https://{outputs.domain}"


def test_other_settings_change_the_stack_once_and_publishing_alone_says_so(ana):
    ready = ana.build({})
    ana.publish(ready, insist=frozenset({"gone"}))
    before = ana.deployment
    ana.deployment = dataclasses.replace(before, embeds=("https://films.example",))
    try:
        alone = ana.prospect(ready, site_only=True)
        assert alone.setup.outdated
        assert alone.idle
        found = ana.prospect(ready)
        assert [each.kind for each in found.setup.proposal.changes if each.do == "modify"]
        publishing.carry_out(found, ana.clients, ana.clock)
        assert ana.prospect(ready).idle
        assert not ana.prospect(ready, site_only=True).setup.outdated
    finally:
        ana.deployment = before


def test_publishing_alone_wants_a_stack_that_is_there(bob):
    with pytest.raises(Failure, match="no site") as refused:
        bob.prospect(bob.build({}), site_only=True)
    assert "--site-only" in str(refused.value)


def test_another_account_than_that_of_the_site_is_refused_before_anything_is_asked(bob):
    bob.deployment = dataclasses.replace(bob.deployment, account="123456789012")
    ready = bob.build({})
    bob.listen("cloudformation")
    with pytest.raises(Failure, match='"123456789012"'):
        bob.prospect(ready)
    assert not bob.asked


def test_a_guard_that_refuses_leaves_no_change_set(bob):
    bob.listen("cloudformation")
    ready = bob.build({})
    with pytest.raises(Failure, match="no first page"):
        bob.prospect(dataclasses.replace(ready, public={}))
    assert not bob.asked["CreateChangeSet"]


def test_a_picture_that_an_older_release_showed_is_sealed_once_it_is_premium(bob):
    picture, photo = fingerprinted("heron", "a heron"), "a heron"
    bob.publish(bob.build({picture: photo}))
    bob.publish(bob.build({}))
    entry, pieces = gated("/heron/", "heron", "<p>words", [("heron.webp", photo)])
    walled = {"heron/index.html": "<p>a teaser"}
    found = bob.prospect(bob.build(walled, private=pieces, posts={"heron": entry}))
    assert found.plan.sealed == (f"shared/{picture}",)


def test_a_live_release_without_its_record_is_replaced_only_when_that_is_meant(bob):
    bob.publish(bob.build({}))
    live = bob.places.edge.live().release
    bob.places.private.drop_record(live)
    ready = bob.build({"garden/index.html": "<p>the garden"})
    with pytest.raises(Failure, match="--insist record"):
        bob.prospect(ready)
    assert bob.publish(ready, insist=frozenset({"record"})).applied.flipped


def test_a_certificate_brings_the_domain_and_its_dns_brings_the_readers(aws, bob):
    """Between the two the site answers at both addresses, and leads nobody where nothing is."""
    ready = bob.build({})
    bob.publish(ready)
    acm = bob.clients.of("acm", "us-east-1")
    names = ["ink.example", "www.ink.example"]
    arn = acm.request_certificate(
        DomainName=names[0], SubjectAlternativeNames=names, ValidationMethod="DNS"
    )["CertificateArn"]
    dns = {}

    def resolve(name, kind):
        return dns.get((name, kind), [])

    found = bob.prospect(ready, resolve=resolve)
    assert found.setup.wanted.parameters["Host"] == "ink.example"
    assert found.setup.wanted.parameters["Twin"] == "www.ink.example"
    assert found.setup.changes
    published = publishing.carry_out(found, bob.clients, bob.clock)
    domain = published.outputs.domain
    assert published.outputs.origin == f"https://{domain}"
    assert edge_code.told(bob.places.edge.live().code)["host"] == ""
    assert bob.prospect(ready, resolve=resolve).idle

    dns["ink.example", "CNAME"] = [domain]
    found = bob.prospect(ready, resolve=resolve)
    assert found.setup.wanted.host == "ink.example"
    published = publishing.carry_out(found, bob.clients, bob.clock)
    assert published.outputs.origin == "https://ink.example"
    assert edge_code.told(bob.places.edge.live().code)["host"] == "ink.example"
    assert bob.prospect(ready, resolve=resolve).idle
    dns.clear()
    assert bob.prospect(ready, resolve=resolve).idle
    assert bob.prospect(ready, resolve=resolve, site_only=True).idle
    acm.delete_certificate(CertificateArn=arn)
    assert bob.prospect(ready, resolve=resolve).idle  # what readers use is never taken away


def test_a_firewall_comes_and_goes_with_the_setting(bob):
    ready = bob.build({})
    bob.deployment = dataclasses.replace(bob.deployment, firewall=True)
    acl = bob.publish(ready) and firewall_setup.standing(bob.deployment, bob.clients)
    state = setting_up.stacks(bob.clients).state(bob.deployment.name)
    assert acl.startswith("arn:aws:wafv2:us-east-1:")
    assert state.parameters["Firewall"] == acl
    assert bob.prospect(ready).idle
    bob.deployment = dataclasses.replace(bob.deployment, firewall=False)
    assert bob.prospect(ready).setup.firewall == "remove"
    bob.publish(ready)
    assert firewall_setup.standing(bob.deployment, bob.clients) == ""
    assert bob.prospect(ready).idle


def role(aws, ana, without=""):
    """Return the keys of somebody who may do what publishing takes, but for one permission."""
    outputs = setting_up.looked_at(ana.deployment, ana.clients).outputs
    names = Names(ana.deployment.name, account(aws), REGION)
    made = roles.made(aws)
    roles.allow(made, policies.site(names, outputs.distribution), but=without)
    return made.environment


@pytest.mark.parametrize(
    "without",
    ["", "s3:PutObject", "cloudfront:UpdateFunction", "cloudformation:DescribeStacks"],
)
def test_the_role_that_publishes_alone_may_do_that_and_a_missing_permission_is_named(
    aws, ana, without
):
    ana.publish(ana.build({"garden/index.html": "<p>the garden"}))
    ready = ana.build({"garden/index.html": f"<p>by a role without {without}"})
    before, asked = ana.clients, ana.places.edge.live().release
    with Clients(REGION, role(aws, ana, without)) as clients:
        ana.clients = clients
        try:
            if without:
                with pytest.raises(Refused) as refused:
                    ana.publish(ready, site_only=True)
                assert refused.value.action == without
            else:
                assert ana.publish(ready, site_only=True).applied.flipped
        finally:
            ana.clients = before
    assert (ana.places.edge.live().release == asked) is bool(without)
