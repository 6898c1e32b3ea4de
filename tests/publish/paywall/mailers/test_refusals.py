"""What a server's "no" is about: only what clearly speaks of the address makes it a dead one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.paywall.mailers.refusals import is_gone

GONE = [
    "550 5.1.1 <reader@example.test>: Recipient address rejected: User unknown",
    "550-5.1.1 The email account that you tried to reach does not exist.\n5.1.1 NoSuchUser",
    "550 5.1.0 Address rejected",
    "550 5.1.2 bad destination system address",
    "553 5.1.3 bad address",
    "551 5.1.6 moved",
    "556 5.1.10 null MX",
    "550 5.2.1 mailbox disabled",
    "550 5.4.1 Recipient address rejected: Access denied. [AM0EUR02FT012.eop]",
    "5.4.4 X-Postfix; Host or domain name not found. Type=A: Host not found",
    "5.0.0 smtp; 550 No such user here",
    "550 No such user here",
    "550 Unrouteable address",
    "550 Mailbox not found. http://service.mail.qq.com/",
    "550 User not found: reader@163.com",
    "550 Requested action not taken: mailbox unavailable",
    "553 sorry, that recipient is unknown here",
]
NOT_GONE = [
    "554 5.7.1 Relay access denied",
    "550 5.7.1 Our system has detected that this message is likely unsolicited mail",
    "550-5.7.26 Unauthenticated email from example.test is not accepted",
    "550 5.1.8 sender address rejected: domain not found",
    "550 5.1.7 invalid sender address",
    "552 5.2.2 mailbox full",
    "552 5.3.4 message too big",
    "550 5.4.6 routing loop",
    "550 5.0.0",
    "550 relay not permitted",
    "550 Sender verify failed for this address",
    "550 192.0.2.1 is on a black list, see our policy for this user",
    "550 IP frequency limited",
    "550 RP:TRC 163 smtp16, 192.0.2.1",
    "550 Mailbox quota exceeded",
    "550 Authentication required for this account",
    "554 delivery error: this user has no account",
    "450 4.2.1 user unknown for now",
    "550",
    "",
    "5.1.1.1 is my address",
]


@pytest.mark.parametrize("text", GONE)
def test_an_answer_about_the_address_says_that_nobody_is_there(text: str) -> None:
    """By its status, or where it has none that says anything by its words."""
    assert is_gone(text)


@pytest.mark.parametrize("text", NOT_GONE)
def test_an_answer_about_us_or_the_moment_says_nothing_of_the_address(text: str) -> None:
    """A blocked sender, a full mailbox, a suspicion: the reader must not lose their mails."""
    assert not is_gone(text)


@settings(max_examples=50)
@given(st.text(max_size=40))
def test_any_text_is_an_answer(text: str) -> None:
    """Servers say what they like; without a number nothing follows from it."""
    assert is_gone(text) in (True, False)
    assert not is_gone("".join(each for each in text if not each.isdigit()))
