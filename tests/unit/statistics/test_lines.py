# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of access logs: whose they are, and what is left of them."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._statistics import lines
from hypothesis import given
from hypothesis import strategies as st

# what Apache leaves of a quote, a backslash and whatever is no printable ASCII
_ESCAPED = st.text(st.characters(codec="utf-8"), max_size=60).map(
    lambda text: text.encode("unicode_escape").decode("ascii").replace("\\", "\\\\").replace('"', '\\"').encode("ascii")
)
_WHEN = b"[23/Nov/2026:12:00:01 +0000]"


def combined(
    address: bytes = b"203.0.113.77",
    user: bytes = b"-",
    request: bytes = b"GET / HTTP/1.1",
    referrer: bytes = b"-",
    agent: bytes = b"-",
) -> bytes:
    """Return a line in the format that Apache calls combined."""
    return b'%s - %s %s "%s" 200 17 "%s" "%s"' % (address, user, _WHEN, request, referrer, agent)


def test_the_first_field_says_whose_a_line_is() -> None:
    assert lines.owner(b"www.huber.example:443 rest of it") == ("www.huber.example", b"rest of it")


@pytest.mark.parametrize(
    "line",
    [
        b"", b" a.example:443 x", b"A.example:443 x", b"a.example x", b"a.example: x", b"a.example:443",
        b'"a.example:443 x',
    ],
)  # fmt: skip
def test_nothing_else_does(line: bytes) -> None:
    assert lines.owner(line) is None


@given(agent=_ESCAPED, referrer=_ESCAPED, user=_ESCAPED, path=_ESCAPED)
def test_what_visitors_send_changes_nothing_but_its_own_field(
    agent: bytes, referrer: bytes, user: bytes, path: bytes
) -> None:
    request = b"GET /" + path.replace(b" ", b"%20") + b" HTTP/1.1"
    found = lines.countable(combined(user=user, request=request, referrer=referrer, agent=agent))
    assert found is not None
    assert found.startswith(b'203.0.113.0 - - %s "GET /' % _WHEN)
    assert found.endswith(b'" 200 17 "%s" "%s"' % (lines._origin(referrer), agent))


@given(st.binary(max_size=400))
def test_no_line_does_harm(line: bytes) -> None:
    found = lines.owner(line)
    assert found is None or line.startswith(found[0].encode("ascii") + b":")
    counted = lines.countable(line)
    assert counted is None or lines.countable(counted) == counted


@given(st.ip_addresses())
def test_addresses_are_shortened(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    short = ipaddress.ip_address(lines.shortened(str(address).encode("ascii")).decode("ascii"))
    lost = 8 if short.version == 4 else 80
    assert int(short) % (1 << lost) == 0
    if short.version == address.version:
        assert int(short) >> lost == int(address) >> lost


def test_an_address_in_disguise_is_shortened_as_what_it_is() -> None:
    assert lines.shortened(b"::ffff:203.0.113.77") == b"203.0.113.0"
    assert lines.shortened(b"host.example") == b"0.0.0.0"


@pytest.mark.parametrize(
    ("given_line", "left"),
    [
        (combined(request=b"GET /form?mail=a@b.example HTTP/1.1"), b'"GET /form HTTP/1.1"'),
        (combined(request=b"GET /form?mail=a b@b.example"), b'"GET /form b@b.example"'),
        (combined(request=b"/old?secret"), b'"/old"'),
        (combined(referrer=b"https://u:p@search.example/q?huber"), b'"https://search.example/"'),
        (combined(referrer=b"javascript:alert(1)"), b'17 "-" "-"'),
        (combined(user=b"huber"), b"203.0.113.0 - - ["),
    ],
)
def test_what_tells_of_a_visitor_is_dropped(given_line: bytes, left: bytes) -> None:
    found = lines.countable(given_line)
    assert found is not None
    assert left in found


@pytest.mark.parametrize(
    "line", [b"", b"x", combined()[:-1], combined() + b" more", combined().replace(b" 200 ", b" x ")]
)
def test_what_is_not_of_the_format_is_not_counted(line: bytes) -> None:
    assert lines.countable(line) is None
