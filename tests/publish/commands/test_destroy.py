"""`inkstead destroy` asks twice: for the name, and whether it is meant."""

import sys

import click
import pytest

from publish.commands import destroy
from publish.contract.catalogue import speak
from publish.trouble import Failure, WrongUsage


@pytest.fixture
def asked(monkeypatch):
    """Answer with a name and a yes or no; return the questions."""
    questions = []

    def answer(name, yes):
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(click, "prompt", lambda text, **_: questions.append(text) or name)
        monkeypatch.setattr(click, "confirm", lambda text, **_: questions.append(text) or yes)
        return questions

    return answer


def sure(data=False, confirm=None):
    destroy._sure(speak("en"), "my-site", data, confirm)


def test_the_name_and_a_yes_are_meant(asked):
    questions = asked(" my-site ", True)
    sure()
    sure(data=True)
    name = "The name of the stack, to mean it"
    assert questions == [name, "Take the site off AWS?", name, "And the data, for ever?"]


@pytest.mark.parametrize(("name", "yes"), [("", True), ("My-Site", True), ("my-site", False)])
def test_another_name_or_a_no_is_not(asked, name, yes):
    asked(name, yes)
    with pytest.raises(Failure, match="nothing was changed"):
        sure()


def test_a_script_says_the_name(asked):
    assert asked("", False) == []
    sure(confirm="my-site")
    with pytest.raises(WrongUsage):
        sure(confirm="other")
