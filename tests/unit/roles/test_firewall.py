# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the firewall, with several hosts."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, StrictUndefined

TEMPLATE = Path(__file__).resolve().parents[3] / "roles" / "common" / "templates" / "firewall.nft.j2"


def _rules(*addresses: str, groups: tuple[str, ...] = ("hosting_directory",)) -> str:
    environment = Environment(trim_blocks=True, undefined=StrictUndefined, autoescape=False)  # noqa: S701 - no HTML
    environment.tests["search"] = lambda text, pattern: re.search(pattern, text) is not None
    return environment.from_string(TEMPLATE.read_text("utf-8")).render(
        __hosting_common_addresses=list(addresses),
        __hosting_common_directory_ports=[389, 636],
        __hosting_common_ordinary_users="1000-59999",
        __hosting_common_webmail_address="127.0.0.9",
        group_names=groups,
    )


def test_every_host_is_among_those_that_are_let_in() -> None:
    """Of two lines with elements, nft takes the last and says nothing."""
    rules = _rules("192.0.2.1", "192.0.2.2", "198.51.100.0/24", "2001:db8::1", "2001:db8::2")
    assert re.findall(r"elements = \{ (.*) \}", rules) == [
        "192.0.2.1, 192.0.2.2, 198.51.100.0/24",
        "2001:db8::1, 2001:db8::2",
    ]


def test_one_host_alone_lets_nobody_in() -> None:
    assert "elements" not in _rules()
    assert "drop" in _rules()
    assert "drop" not in _rules(groups=("hosting_web",))
