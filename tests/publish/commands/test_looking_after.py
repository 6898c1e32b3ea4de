"""Commands that look after a site that is published: doctor, status, secrets, domain, policies."""

import json
import os
import re
import subprocess

import pytest

from publish.commands import secrets as command
from publish.deploy import answers, resolving, watched
from publish.deploy.secrets import KEYS, STRIPE_KEY, WEBHOOK_SECRETS, Vault
from publish.deploy.stack.following import standing
from tests.aws import REGION
from tests.publish.commands.published import folder_of
from tests.publish.commands.running import COMMAND, environment
from tests.publish.deploy.publishers import publisher
from tests.publish.deploy.stack import stacks


@pytest.fixture(scope="module")
def ana(aws, tmp_path_factory):
    """Somebody whose site stands and was published once."""
    folder = tmp_path_factory.mktemp("ana")
    with publisher(aws, folder, host="ground.test") as made:
        made.publish(made.build({"posts/a/index.html": "<p>a"}))
        yield made


@pytest.fixture
def shop(ana):
    """Their folder; the site has a domain, and the account is named."""
    made = folder_of(ana)
    toml = made.folder / "site.toml"
    text = toml.read_text().replace("https://ink.example", "https://ground.test")
    toml.write_text(f'{text}account = "{ana.clients.account()}"\n')
    return made


@pytest.fixture
def site(shop, aws, monkeypatch):
    """Run a command there; DNS knows nothing."""
    monkeypatch.setattr(resolving, "system", lambda name, kind: [])
    return lambda *words, **more: shop.run(*words, **{**aws.environment(), **more})


@pytest.fixture
def vault(ana):
    return Vault(ana.deployment.name, ana.clients.of("ssm"))


def piped(shop, aws, text, *words):
    """Run a command in a process of its own, with something that comes through a pipe."""
    return subprocess.run(
        [*COMMAND, *words],
        cwd=shop.folder,
        env=environment(**aws.environment()),
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def described(ana):
    name = standing(ana.clients, ana.deployment.name).outputs.function
    return ana.clients.of("lambda").get_function_configuration(FunctionName=name)


def test_status_says_what_is_live_and_how_the_service_is(site, ana):
    ran = site("status")
    live = ana.places.edge.live().release
    lines = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "")
    assert lines[0].startswith(f"{ana.clients.account()} · ")
    assert lines[0].endswith(f" · {REGION} · {ana.deployment.name}")
    assert re.fullmatch(rf"live: the release of .+, {live}, at https://\S+", lines[1])
    assert {"no alarm rings", "no errors in 24 hours"} <= {*lines}
    assert any(re.fullmatch(r"people +0 +members: 0", line) for line in lines)


def test_status_tells_a_program_the_same(site, ana):
    told = json.loads(site("status", "--json").out)
    assert told["live"]["release"] == ana.places.edge.live().release
    assert told["stack"] == standing(ana.clients, ana.deployment.name).status
    assert (told["alarms"], told["errors"]) == ([], [])
    assert told["health"]["people"] == {"n": 0, "more": False}


def test_status_says_what_it_may_not_look_at_and_goes_on(site, monkeypatch):
    refused = answers.No(answers.NOT_ALLOWED, {"action": "cloudwatch:DescribeAlarms", "place": "x"})

    def ringing(*_):
        raise refused

    monkeypatch.setattr(watched, "ringing", ringing)
    ran = site("status")
    assert ran.code == 0
    assert 'AWS does not allow "cloudwatch:DescribeAlarms"' in ran.out
    assert "people" in ran.out


def test_doctor_finds_nothing_wrong_with_a_site_that_stands(site):
    ran = site("doctor")
    levels = {line.split()[0] for line in ran.out.splitlines() if not line.startswith(" ")}
    assert "wrong" not in levels, ran.out
    assert ran.code == 0
    for name in ("credentials", "account", "clock", "stack", "secrets", "release"):
        assert re.search(rf"^ok +{name} ", ran.out, re.M), ran.out


def test_doctor_speaks_chinese_and_to_programs(site):
    assert "已上线" in site("doctor", "--lang", "zh").out
    told = json.loads(site("doctor", "--json").out)
    assert told["ok"] is True
    assert {"level", "name", "text", "way"} == {*told["findings"][0]}


def test_doctor_asks_nothing_of_another_account(site, shop):
    toml = shop.folder / "site.toml"
    toml.write_text(re.sub(r"account = .*", 'account = "999999999999"', toml.read_text()))
    ran = site("doctor")
    assert ran.code == 1
    assert re.search(r"^wrong +account .*999999999999", ran.out, re.M)
    assert re.search(r"^not asked +the rest ", ran.out, re.M)
    assert "certificate  " not in ran.out


def test_doctor_says_all_that_is_wrong_in_site_toml(site, shop):
    toml = shop.folder / "site.toml"
    toml.write_text(toml.read_text() + 'keep = 1\nhub = "x"\n')
    ran = site("doctor")
    assert ran.code == 1
    assert len(re.findall(r"^wrong +site.toml:\d+ ", ran.out, re.M)) == 2


@pytest.mark.parametrize("command", [("secrets", "list"), ("domain",), ("status",), ("destroy",)])
def test_another_account_than_the_named_one_is_never_touched(site, shop, command):
    toml = shop.folder / "site.toml"
    toml.write_text(re.sub(r"account = .*", 'account = "999999999999"', toml.read_text()))
    ran = site(*command)
    assert ran.code == 1
    assert 'site.toml names "999999999999"' in ran.err


def test_a_secret_comes_through_a_pipe_and_the_service_starts_again(shop, aws, ana, vault):
    before = described(ana)
    ran = piped(shop, aws, "sk_test_from_a_pipe\n", "secrets", "set", STRIPE_KEY)
    assert ran.returncode == 0, ran.stderr
    assert vault.get(STRIPE_KEY) == "sk_test_from_a_pipe"
    assert "the service starts again and takes it" in ran.stdout
    assert "from_a_pipe" not in ran.stdout + ran.stderr
    after = described(ana)
    assert after["Description"] != before["Description"]
    assert after["Environment"] == before["Environment"]


def test_a_list_of_secrets_shows_none(site, vault):
    vault.put(WEBHOOK_SECRETS, "whsec_hidden")
    ran = site("secrets", "list")
    assert re.search(r"^STRIPE_WEBHOOK_SECRETS +20\d\d-", ran.out, re.M)
    assert "hidden" not in ran.out
    told = json.loads(site("secrets", "list", "--json").out)
    assert next(each["name"] for each in told["secrets"]) == KEYS
    assert "hidden" not in json.dumps(told)


def test_a_value_that_cannot_be_right_changes_nothing(site, vault, monkeypatch):
    vault.put(STRIPE_KEY, "sk_live_right")
    monkeypatch.setattr(command, "_value", lambda name: "pk_live_wrong")
    ran = site("secrets", "set", STRIPE_KEY)
    assert ran.code == 1
    assert "pk_live" not in ran.err.replace("sk_live_, ", "")
    assert vault.get(STRIPE_KEY) == "sk_live_right"


@pytest.mark.parametrize(
    "words", [(STRIPE_KEY, "sk_live_x"), ("sk_live_x",), (STRIPE_KEY, "a", "sk_live_x")]
)
def test_a_value_is_never_part_of_the_command_nor_said_again(site, words):
    ran = site("secrets", "set", *words)
    assert ran.code == 2
    assert "sk_live_x" not in ran.err + ran.out


def test_a_new_signing_key_has_to_be_meant(site, vault):
    before = vault.get(KEYS)
    assert site("secrets", "new", KEYS).code == 2  # nobody to ask
    assert vault.get(KEYS) == before
    assert site("secrets", "new", KEYS, "--yes").code == 0
    assert vault.get(KEYS).split(",")[0] == before
    assert site("secrets", "new", STRIPE_KEY, "--yes").code == 2


def test_domain_asks_for_the_certificate_and_shows_the_records(site, ana):
    edge = standing(ana.clients, ana.deployment.name).outputs.domain
    ran = site("domain")
    assert ran.code == 0, ran.err
    assert "ground.test, www.ground.test: the certificate is ready" in ran.out
    assert re.search(rf"missing +ALIAS +ground.test\n +→ {edge}", ran.out)
    assert "next: inkstead publish" in ran.out
    told = json.loads(site("domain", "--json").out)
    assert told["certificate"].split(":")[3] == "us-east-1"
    assert {each["state"] for each in told["records"]} == {"missing"}
    again = json.loads(site("domain", "--json", "--look").out)
    assert again["certificate"] == told["certificate"]


def test_policies_are_json_and_nothing_else(site, ana):
    ran = site("policies", "site")
    names = {each["Sid"] for each in json.loads(ran.out)["Statement"]}
    assert {"Objects", "Edge", "Bundle"} <= names
    assert ana.deployment.name in ran.out
    whole = site("policies")
    assert whole.out.count('"Version": "2012-10-17"') == 4


def test_policies_need_no_credentials_where_the_account_is_told(shop):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        assert not os.environ.get(name)
    nobody = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    ran = shop.run("policies", "infrastructure", "--account", "111122223333", **nobody)
    assert ran.code == 0, ran.err
    assert "111122223333" in ran.out
    assert shop.run("policies", "--account", "1111", **nobody).code == 2


@pytest.fixture
def stood(aws, tmp_path):
    """Somebody whose stack stands, though nothing was published."""
    made = stacks.fresh()
    with publisher(aws, tmp_path, name=made.name, host="ground.test") as found:
        stacks.set_up(aws, made)
        Vault(made.name, found.clients.of("ssm")).ensure()
        yield found


def test_destroy_has_to_be_meant_twice_and_keeps_what_readers_are_owed(stood, aws):
    shop, name = folder_of(stood), stood.deployment.name
    environ = aws.environment()
    for words in ((), ("--confirm", "another")):
        assert shop.run("destroy", *words, **environ).code == 2
    assert standing(stood.clients, name) is not None
    ran = shop.run("destroy", "--confirm", name, **environ)
    assert ran.code == 0, ran.err
    assert standing(stood.clients, name) is None
    stays = re.findall(r"^stays: (\S+)", ran.out, re.M)
    assert [each.split(":")[0] for each in stays[1:]] == ["dynamodb", "s3", "ses", "ssm"]
    assert Vault(name, stood.clients.of("ssm")).get(KEYS)
    last = shop.run("destroy", "--confirm", name, "--data", "--json", **environ)
    assert last.code == 0, last.err
    told = json.loads(last.out)
    assert {each.split(":")[0] for each in told["gone"]} == {"dynamodb", "s3", "ssm"}
    assert not Vault(name, stood.clients.of("ssm")).get(KEYS)
    assert "nothing" in shop.run("status", **environ).out
