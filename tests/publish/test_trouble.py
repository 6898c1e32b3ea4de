"""Sentences that are said in a language later."""

from publish.contract.catalogue import speak
from publish.trouble import Failure, WrongUsage


def test_a_trouble_is_said_in_the_creators_language():
    trouble = WrongUsage(
        'time zone "{text}" is unknown (write a name such as Asia/Shanghai)', text="X"
    )
    assert trouble.say(speak("zh")) == "没有“X”这个时区（写 Asia/Shanghai 这样的名字）"
    assert str(trouble).startswith('time zone "X" is unknown')


def test_the_exit_code_says_whose_fault_it_is():
    assert (Failure("x").code, WrongUsage("x").code) == (1, 2)
