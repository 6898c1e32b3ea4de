"""Names of devices, from what real browsers say of themselves."""

from __future__ import annotations

import pytest

from publish.paywall.devices import name

# ruff: noqa: E501
AGENTS = {
    "Phone · iPhone · WeChat": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605"
    ".1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50 NetType/WIFI Language/zh_CN",
    "Phone · Android · Chrome": "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, "
    "like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
    "Tablet · Android · Chrome": "Mozilla/5.0 (Linux; Android 14; SM-X700) AppleWebKit/537.36 (KHTML, "
    "like Gecko) Chrome/130.0.0.0 Safari/537.36",
    "Tablet · iPad · Safari": "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
    "Computer · Mac · Safari": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Safari/605.1.15",
    "Computer · Windows · Edge": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML,"
    " like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
    "Computer · Linux · Firefox": "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 "
    "Firefox/132.0",
    "Computer": "",
}  # fmt: skip


@pytest.mark.parametrize(("told", "agent"), AGENTS.items(), ids=AGENTS)
def test_a_device_is_called_what_people_call_it(told, agent):
    assert name(agent, str) == told


def test_its_kind_is_translated():
    assert name(AGENTS["Phone · iPhone · WeChat"], {"Phone": "手机", "WeChat": "微信"}.get) == (
        "手机 · iPhone · 微信"
    )


def test_what_nobody_knows_is_a_computer():
    assert name("curl/8.0 <script>", str) == "Computer"
