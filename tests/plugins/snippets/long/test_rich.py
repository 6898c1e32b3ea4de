"""A post as rich text without any dress."""

from __future__ import annotations

from lxml import html as parser

from plugins.reader.render import Job, render
from plugins.snippets.long.rich import write
from tests.plugins.snippets.long.written import TAGS, a_platform, a_post

MEDIUM = tuple(
    tag for tag in TAGS if tag not in ("table", "thead", "tbody", "tr", "th", "td", "sup")
)
TEXT = """\
## Ink {#ink}

Some **bold** and a [link](https://a.example/){.big}, a note[^1].

| day | what |
|---|---|
| one | ink |

```python
def ink(): ...
```

[^1]: Said *softly*.
"""


def test_there_is_nothing_but_elements_that_the_platform_takes_and_no_dress():
    html = write(a_post(render(Job(TEXT)).html), a_platform("rich", tags=MEDIUM))
    root = parser.fragment_fromstring(html, create_parent="div")
    inside = list(root.iterdescendants())
    assert {each.tag for each in inside} <= set(MEDIUM)
    assert {name for each in inside for name in each.attrib} == {"href"}


def test_a_table_is_a_list_a_note_has_its_number_and_the_original_is_last():
    html = write(a_post(render(Job(TEXT)).html), a_platform("rich", tags=MEDIUM))
    assert "<li>day: one; what: ink</li>" in html
    assert "a note[1]." in html
    assert "<p>[1] Said <em>softly</em>.</p>" in html
    assert html.endswith('<a href="https://first.example/ink/">The Site</a></p>')
