"""The table [publish] of site.toml is read whole, and every mistake is told with its line."""

import pytest

from publish.contract.catalogue import speak
from publish.contract.deployment import KEYS
from publish.deploy import settings
from publish.deploy.settings import Deployment, SettingsWrong

LEAST = 'url = "https://example.com"\n[publish]\nregion = "eu-central-1"\n'
FULL = """\
url = "https://Blog.Example.com"

[mail]
from = "林墨 <lin@Letters.example.com>"

[publish]
name = "my-site"
region = "ap-northeast-1"
account = "012345678901"
alarms = "me@example.com"
budget = 25
keep = 5
github = "lin-mo/site.2"
embeds = ["https://player.bilibili.com", "https://*.youtube.com"]
hub = "https://pubsubhubbub.appspot.com/"
firewall = true
"""


def read(folder, text):
    (folder / "site.toml").write_text(text, encoding="utf-8")
    return settings.read(folder)


def said(folder, text, lang="en"):
    with pytest.raises(SettingsWrong) as refused:
        read(folder, text)
    return refused.value.say(speak(lang)).split("\n")


def test_every_setting_is_read(tmp_path):
    assert read(tmp_path, FULL) == Deployment(
        name="my-site",
        region="ap-northeast-1",
        host="blog.example.com",
        account="012345678901",
        alarms="me@example.com",
        budget=25,
        keep=5,
        github="lin-mo/site.2",
        embeds=("https://player.bilibili.com", "https://*.youtube.com"),
        hub="https://pubsubhubbub.appspot.com/",
        firewall=True,
        sender="lin@Letters.example.com",
    )
    assert read(tmp_path, FULL).mail_domain == "letters.example.com"


def test_a_region_is_all_that_must_be_said(tmp_path):
    assert read(tmp_path, LEAST) == Deployment(
        "inkstead-example-com", "eu-central-1", "example.com"
    )


def test_every_key_that_the_build_takes_is_checked_here(tmp_path):
    """A key of the wrong kind is noticed, whichever it is."""
    for key in KEYS:
        text = LEAST.replace('region = "eu-central-1"\n', "") if key == "region" else LEAST
        told = said(tmp_path, f"{text}{key} = {{}}\n")
        assert [line for line in told if line.startswith(f"site.toml:{text.count(chr(10)) + 1}: ")]


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('"my-site"', '"My_Site"', '7: name "My_Site" is no name for a stack'),
        ('"my-site"', f'"{"a" * 41}"', "7: name"),
        ('"my-site"', '"a--b"', "7: name"),
        ('"ap-northeast-1"', '"Tokyo"', '8: region "Tokyo" is no region of AWS'),
        ('"ap-northeast-1"', '"cn-north-1"', '8: region "cn-north-1" belongs to AWS China'),
        ('"ap-northeast-1"', '"ap-east-1"', '8: region "ap-east-1" cannot send the mails'),
        ('"ap-northeast-1"', '"ca-west-1"', '8: region "ca-west-1" has no address for a function'),
        ('"012345678901"', '"12345"', '9: account "12345" is no account of AWS'),
        ('"012345678901"', "112345678901", '9: account "112345678901" is not text'),
        ('"me@example.com"', '"me"', '10: alarms "me" is no mail address'),
        ("budget = 25", "budget = -1", '11: budget "-1" is not a whole number from 0 to'),
        ("keep = 5", "keep = true", '12: keep "True" is not a whole number from 2 to 100'),
        ('"lin-mo/site.2"', '"site"', '13: github "site" is no repository on GitHub'),
        ('"lin-mo/site.2"', '"a/b:ref:*"', "13: github"),
        ('"https://*.youtube.com"', '"https://a.com/path"', '14: embeds: "https://a.com/path" is'),
        ('"https://*.youtube.com"', "\"https://a.com; script-src 'self'\"", "14: embeds"),
        ('"https://*.youtube.com"', '"http://a.com"', "14: embeds"),
        ('["https://player.bilibili.com", "https://*.youtube.com"]', '"x"', "14: embeds is a list"),
        ('"https://pubsubhubbub.appspot.com/"', '"http://a.com"', '15: hub "http://a.com" is no'),
        ('"https://pubsubhubbub.appspot.com/"', '"https://a:b@c.com"', "15: hub"),
        ("firewall = true", 'firewall = "yes"', '16: firewall "yes" is neither true nor false'),
        ("firewall = true", "firewal = true", '16: unknown key "firewal" (did you mean "firewall"'),
        ("firewall = true", "x = true", '16: unknown key "x" (known: name, region'),
        ('"https://Blog.Example.com"', '"http://example.com"', '1: url "http://example.com" is no'),
        ('"林墨 <lin@Letters.example.com>"', '"lin"', '4: from "lin" is no mail address'),
        ("keep = 5", "keep = = 5", "12: the line is not TOML"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_way_out(tmp_path, right, wrong, told):
    assert right in FULL
    lines = said(tmp_path, FULL.replace(right, wrong))
    assert len(lines) == 1
    assert lines[0].startswith(f"site.toml:{told}")
    assert "(" in lines[0] or "is not a whole number" in lines[0]


def test_all_mistakes_come_at_once_in_the_order_of_the_lines(tmp_path):
    text = FULL.replace("25", "-1").replace("true", "1").replace("keep = 5", "keep = 1")
    assert [line.split(":")[1] for line in said(tmp_path, text)] == ["11", "12", "16"]


def test_mistakes_come_in_chinese(tmp_path):
    lines = said(tmp_path, LEAST.replace("eu-central-1", "Tokio"), "zh")
    assert lines == ['site.toml:3: region“Tokio”不是 AWS 的区域（写成 "ap-northeast-1" 这样）']


def test_without_the_table_it_says_what_to_write(tmp_path):
    lines = said(tmp_path, 'url = "https://example.com"\n')
    assert len(lines) == 1
    assert "there is no table [publish]" in lines[0]
    assert not settings.is_there(tmp_path)


def test_without_a_region_it_names_some(tmp_path):
    lines = said(tmp_path, 'url = "https://example.com"\n[publish]\nkeep = 3\n')
    assert lines[0].startswith("site.toml:2: region is missing (")
    assert "ap-northeast-1 Tokyo" in lines[0]


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SettingsWrong, match="cannot be read"):
        settings.read(tmp_path)
    assert not settings.is_there(tmp_path)


def test_a_table_with_mistakes_is_there(tmp_path):
    said(tmp_path, "[publish]\n")
    assert settings.is_there(tmp_path)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("example.com", "inkstead-example-com"),
        ("127.0.0.1", "inkstead-127-0-0-1"),
        ("墨.example", "inkstead-xn-2os-example"),
        ("a-very-long-name-of.something.example.org", "inkstead-a-very-long-name-of-some-"),
    ],
)
def test_a_stack_is_named_after_the_host(host, name):
    found = settings.default_name(host)
    assert found.startswith(name)
    assert settings._is_name(found)
    assert found == settings.default_name(host)


def test_long_hosts_that_begin_alike_have_names_of_their_own():
    one, other = (settings.default_name(f"{'a' * 50}.{end}") for end in ("com", "org"))
    assert one != other
    assert max(len(one), len(other)) <= settings.LONGEST_NAME


def test_what_pages_may_embed_is_known_without_a_region(tmp_path):
    """One server needs no table for AWS, but its pages show films, too."""
    toml = tmp_path / "site.toml"
    assert settings.embeds(tmp_path) == ()
    toml.write_text('[publish]\nembeds = ["https://a.com"]\n', encoding="utf-8")
    assert settings.embeds(tmp_path) == ("https://a.com",)
    toml.write_text('[publish]\nembeds = ["a.com"]\n', encoding="utf-8")
    with pytest.raises(SettingsWrong):
        settings.embeds(tmp_path)
