"""`site.toml` is validated whole, and every error names line, value and way out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.model.problems import Problems
from plugins.model.site import Author
from plugins.model.site_file import load_site, read_site
from tests.plugins.creator import texts, write


def settled(folder, text):
    """Read a site.toml and return the site with what was said."""
    problems = Problems()
    site = load_site(write(folder, {"site.toml": text}), problems)
    return site, texts(problems.found)


FULL = """\
title = "自留地"
url = "https://ground.example/"
description = "One sentence."
languages = ["zh-Hans", "en"]
time_zone = "Asia/Shanghai"
accent = "#AB3400"
per_page = 7

[author]
name = "林墨"
email = "a@b.example"
url = "/about/"
bio = "Writes."

[[menu]]
title = "关于"
url = "pages/about.md"

[legal]
seller = "Lin"
icp = "京ICP备1号"
terms = "pages/terms.md"

[mail]
from = "林墨 <l@b.example>"
reply_to = "r@b.example"

[build]
plugins = ["some.plugin"]

[slugs]
"C++" = "cpp"

[language.en]
title = "Ground"

[language.en.author]
name = "Lin Mo"

[[language.en.menu]]
title = "About"
url = "pages/en/about.md"
"""


def test_every_setting_is_read(tmp_path):
    site, said = settled(tmp_path, FULL)
    assert said == []
    assert (site.url, site.time_zone, site.accent) == (
        "https://ground.example",
        "Asia/Shanghai",
        "#ab3400",
    )
    assert site.per_page == 7
    assert site.plugins == ("some.plugin",)
    assert site.slugs == {"C++": "cpp"}
    assert (site.mail.sender, site.mail.reply_to) == ("林墨 <l@b.example>", "r@b.example")
    main, english = site.languages
    assert (main.code, main.prefix, main.home, main.name) == ("zh-Hans", "", "/", "中文")
    assert main.author == Author("林墨", "a@b.example", "/about/", "Writes.")
    assert (main.legal.seller, main.legal.icp) == ("Lin", "京ICP备1号")
    assert (main.menu[0].title, main.menu[0].url, main.menu[0].line) == (
        "关于",
        "pages/about.md",
        17,
    )
    assert (english.prefix, english.home, english.title) == ("/en", "/en/", "Ground")


def test_another_language_takes_what_it_does_not_say_from_the_first(tmp_path):
    english = settled(tmp_path, FULL)[0].languages[1]
    assert english.description == "One sentence."
    assert english.author == Author("Lin Mo", "a@b.example", "/about/", "Writes.")
    assert english.legal.seller == "Lin"
    assert english.menu[0].title == "About"


def test_a_menu_is_not_taken_from_another_language(tmp_path):
    head = FULL.split("[[language.en.menu]]")[0]
    assert settled(tmp_path, head)[0].languages[1].menu is None


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('title = "自留地"', "title = 8", '1: title "8" is not text (put it in quotation marks)'),
        (
            '"https://ground.example/"',
            '"ground.example"',
            '2: url "ground.example" is not the address of a site (write "https://example.com")',
        ),
        ('"https://ground.example/"', '"https://a.example/blog"', "2: url"),
        ('"https://ground.example/"', '"https://me@a.example"', "2: url"),
        ('"https://ground.example/"', '"https://a.example:x"', "2: url"),
        ('"https://ground.example/"', '"https://[a"', "2: url"),
        ('"https://ground.example/"', '"ftp://a.example"', "2: url"),
        ('"https://ground.example/"', '""', "2: url"),
        ('"One sentence."', "[1]", '3: description "[1]" is not text'),
        ('["zh-Hans", "en"]', '"en"', '4: languages is a list of texts (write languages = ["one"'),
        ('["zh-Hans", "en"]', '["zh-Hans", "en", "klingon"]', '4: language "klingon" is unknown'),
        ('["zh-Hans", "en"]', '["zh-Hans", "en", "en-GB"]', '4: language "en-GB" is there twice'),
        (
            '"Asia/Shanghai"',
            '"Asia/Shangai"',
            '5: time_zone "Asia/Shangai" is no time zone (write a name such as "Asia/Shanghai")',
        ),
        ('"Asia/Shanghai"', '"../etc/passwd"', "5: time_zone"),
        ('"#AB3400"', '"red"', '6: accent "red" is no colour (write "#1f5a80")'),
        ('"#AB3400"', '"#abc"', "6: accent"),
        ('"#AB3400"', '"#AB3400;}"', "6: accent"),
        ("per_page = 7", "per_page = 0", '7: per_page "0" is not a whole number from 1 to 200'),
        ("per_page = 7", "per_page = 7.5", "7: per_page"),
        ("per_page = 7", "per_page = true", '7: per_page "True" is not a whole number'),
        ("per_page = 7", 'per_page = "7"', "7: per_page"),
        ('name = "林墨"', "name = 1", '10: name "1" is not text'),
        ('email = "a@b.example"', "email = 1", "11: email"),
        ('url = "/about/"', "url = 1", "12: url"),
        ('bio = "Writes."', "bio = []", "13: bio"),
        ('title = "关于"', 'title = ""', "16: a line of the menu needs title and url"),
        ('seller = "Lin"', "seller = 1", "20: seller"),
        ('icp = "京ICP备1号"', "icp = 1", "21: icp"),
        ('from = "林墨 <l@b.example>"', "from = 1", "25: from"),
        ('plugins = ["some.plugin"]', 'plugins = "x"', "29: plugins is a list of texts"),
        ('plugins = ["some.plugin"]', "plugins = [1]", "29: plugins is a list of texts"),
        ('"C++" = "cpp"', '"C++" = "c p"', '32: slug "c p" is not fit for an address'),
        ('"C++" = "cpp"', '"C++" = "C"', '32: slug "C" is not fit'),
        ('"C++" = "cpp"', '"C++" = 1', '32: slug "1" is not fit'),
        ('title = "Ground"', "title = 1", '35: title "1" is not text'),
        ('name = "Lin Mo"', "name = 1", '38: name "1" is not text'),
        ("[language.en]", "[language.fr]", "34: [language.fr] is no language of the site"),
    ],
)
def test_every_wrong_value_is_named_with_its_line_and_a_way_out(tmp_path, right, wrong, said):
    assert FULL.count(right) == 1
    found = settled(tmp_path, FULL.replace(right, wrong))[1]
    assert any(each.startswith(f"site.toml:{said}") for each in found)


@pytest.mark.parametrize(
    ("key", "misspelt", "place"),
    [
        ("description", "descripton", 3),
        ("languages", "langauges", 4),
        ("time_zone", "time-zone", 5),
        ("accent", "acent", 6),
        ("per_page", "perpage", 7),
        ("email", "emial", 11),
        ("seller", "seler", 20),
        ("terms", "term", 22),
        ("reply_to", "replyto", 26),
        ("plugins", "plugin", 29),
    ],
)
def test_a_misspelt_key_is_named_with_the_one_that_was_meant(tmp_path, key, misspelt, place):
    found = settled(tmp_path, FULL.replace(f"{key} =", f"{misspelt} ="))[1]
    assert f'site.toml:{place}: unknown key "{misspelt}" (did you mean "{key}"?)' in found


@pytest.mark.parametrize(
    ("table", "misspelt"),
    [
        ("author", "autor"),
        ("legal", "leagl"),
        ("mail", "mails"),
        ("build", "biuld"),
        ("slugs", "slug"),
    ],
)
def test_a_misspelt_table_is_named_with_its_line(tmp_path, table, misspelt):
    found = settled(tmp_path, FULL.replace(f"[{table}]", f"[{misspelt}]"))[1]
    line = FULL.split("\n").index(f"[{table}]") + 1
    assert f'site.toml:{line}: unknown key "{misspelt}" (did you mean "{table}"?)' in found


def test_a_key_like_no_other_is_told_what_is_known(tmp_path):
    found = settled(tmp_path, "[mail]\nzebra = 1\n")[1]
    assert found == ['site.toml:2: unknown key "zebra" (known: from, reply_to)']


@pytest.mark.parametrize("name", ["author", "legal", "mail", "build", "slugs", "language"])
def test_a_table_written_as_a_value_is_an_error(tmp_path, name):
    found = settled(tmp_path, f'title = "x"\n{name} = 1\n')[1]
    assert f'site.toml:2: "{name}" is a table (write [{name}] and its keys below it)' in found


@pytest.mark.parametrize("menu", ["menu = 1", "menu = [1]", "[menu]\ntitle = 'a'"])
def test_a_menu_that_is_no_list_of_tables_is_an_error(tmp_path, menu):
    found = settled(tmp_path, menu)[1]
    assert found == ["site.toml:1: menu is a list of tables (write [[menu]] for each line)"]


def test_all_errors_come_at_once(tmp_path):
    text = 'titel = "x"\nurl = "x"\naccent = "x"\nper_page = 0\n[mail]\nto = "x"\n'
    lines = sorted(each.split(":")[1] for each in settled(tmp_path, text)[1])
    assert lines == ["1", "2", "3", "4", "6"]


def test_a_language_may_be_asked_for_by_a_part_of_its_code(tmp_path):
    site = settled(tmp_path, FULL)[0]
    assert site.language("zh").code == "zh-Hans"
    assert site.language("ZH_hans").code == "zh-Hans"
    assert site.language("en-US").code == "en"
    assert site.language("fr") is None


def test_what_is_not_toml_is_named_with_its_line(tmp_path):
    found = settled(tmp_path, 'title = "x"\nurl = https://a.example\n')[1]
    assert len(found) == 1
    assert found[0].startswith("site.toml:2: the line is not TOML: ")


def test_what_ends_too_early_is_named_with_the_last_line(tmp_path):
    assert settled(tmp_path, 'title = "x"\nurl = ')[1][0].startswith("site.toml:2: ")


def test_a_key_twice_is_an_error(tmp_path):
    assert settled(tmp_path, 'title = "a"\ntitle = "b"\n')[1][0].startswith("site.toml:2: ")


def test_a_settings_file_in_another_encoding_is_an_error(tmp_path):
    found = settled(tmp_path, 'title = "自留地"'.encode("gbk"))[1]
    assert found == ["site.toml:0: the file is not UTF-8 (save it as UTF-8, not as GBK or UTF-16)"]


def test_a_byte_order_mark_and_windows_line_ends_are_taken(tmp_path):
    site, said = settled(tmp_path, '\ufefftitle = "x"\r\nper_page = 3\r\n')
    assert (site.main.title, site.per_page, said) == ("x", 3, [])


def test_a_folder_without_settings_is_named_after_itself(tmp_path):
    folder = write(tmp_path / "我的周刊", {"a.md": "这是一篇中文，带一个 word。"})
    problems = Problems()
    site = load_site(folder, problems)
    assert (site.main.title, site.main.code, site.main.prefix) == ("我的周刊", "zh-Hans", "")
    assert len(site.languages) == 1
    assert problems.found == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("An English text with one 字 in it.", "en"),
        ("一篇中文，有一点 English words。", "zh-Hans"),
        ("", "zh-Hans"),
    ],
)
def test_the_language_of_a_bare_folder_is_guessed_from_its_texts(tmp_path, text, code):
    write(tmp_path, {"deep/er/a.md": text})
    assert load_site(tmp_path, Problems()).main.code == code


@pytest.mark.parametrize("text", ["", 'title = ""', 'title = "  "'])
def test_an_empty_settings_file_is_a_site(tmp_path, text):
    site, said = settled(tmp_path, text)
    assert said == []
    assert (site.main.title, site.main.code, site.per_page) == ("Inkstead", "zh-Hans", 20)


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
keys = st.sampled_from(
    [
        "title",
        "url",
        "description",
        "languages",
        "time_zone",
        "accent",
        "per_page",
        "author",
        "menu",
        "legal",
        "mail",
        "build",
        "slugs",
        "language",
        "x",
    ]
)


@given(st.dictionaries(keys, values, max_size=5))
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_gives_a_site_or_errors_never_an_exception(written):
    problems = Problems()
    site = read_site(written, "", problems)
    assert site.languages
    assert problems.found or "x" not in written


def test_where_to_publish_to_is_for_those_who_publish_but_feeds_know_the_hub(tmp_path):
    """Values are not looked at here: a creator who only builds needs none of them right."""
    site, said = settled(tmp_path, '[publish]\nregion = "nowhere"\nhub = "https://hub.example"\n')
    assert said == []
    assert site.hub == "https://hub.example"


def test_a_misspelt_key_of_publish_is_an_error(tmp_path):
    assert settled(tmp_path, '[publish]\nregoin = "eu-central-1"\n')[1] == [
        'site.toml:2: unknown key "regoin" (did you mean "region"?)'
    ]
