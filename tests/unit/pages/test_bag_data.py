# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""data.json."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import Incomplete
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import Part, Reason
from ansible_collections.magmasoft.hosting.plugins.module_utils._formats.tar import Sink
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.bag_data import bag_data
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.sums import to_json
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._table import ON_HOSTS, SHOWN

from .sample import ADDRESS, MADE, SITE, bag_about, delivery, full_parts, part


class _Nowhere:
    """Takes files and keeps none."""

    def begin(self, path: str) -> None: ...

    def write(self, data: bytes | memoryview) -> None: ...

    def end(self) -> None: ...

    def discard(self) -> None: ...

    def close(self) -> None: ...


def _reasons(about: dict[str, Any], *deliveries: dict[str, Any]) -> dict[str, str]:
    data = bag_data(bag_about(**about), [part("web1", *deliveries)])
    return {each["kind"]: each["reason"] for each in data["not_inside"]}


def test_the_order_is_that_of_the_data_map() -> None:
    """Of all kinds that a store knows, and what the controller and the backup have beside."""
    assert [*ON_HOSTS, "customer_record", "backup_copies"] == list(SHOWN)
    kinds = [kind["kind"] for kind in bag_data(bag_about(), reversed_parts())["kinds"]]
    assert kinds == [kind for kind in SHOWN if kind in kinds]


def reversed_parts() -> list[dict[str, Any]]:
    """Return the parts in an order in which nothing should come out."""
    return [{**each, "exports": each["exports"][::-1]} for each in reversed(full_parts())]


def test_items_are_those_of_all_hosts() -> None:
    """Sorted by name, then by host, with their sums."""
    log = delivery("file_transfer_log", "", "logs/b.log", count=3, bytes=10, oldest="2026-10-01T00:00:00Z")
    other = delivery("file_transfer_log", "", "logs/a.log", count=4, bytes=20, newest="2026-11-18T00:00:00Z")
    data = bag_data(bag_about(), [part("web2", log), part("web1", other)])
    kind = data["kinds"][0]
    assert [(item["host"], item["files"][0]["path"]) for item in kind["items"]] == [
        ("web1", "logs/a.log"),
        ("web2", "logs/b.log"),
    ]
    assert (kind["count"], kind["bytes"]) == (7, 30)
    assert (kind["oldest"], kind["newest"]) == ("2019-03-01T08:00:00Z", "2026-11-18T00:00:00Z")
    assert data["totals"] == {
        "items": 2,
        "files": 2,
        "bytes": 30,
        "oldest": "2019-03-01T08:00:00Z",
        "newest": "2026-11-18T00:00:00Z",
        "left_out": 0,
    }


def test_what_parts_report_is_understood() -> None:
    """As the contract has it, not as these tests think it is."""
    sink: Sink = _Nowhere()
    made = Part(sink)
    with made.exporting("mail_messages", ADDRESS) as found:
        with found.file(f"mail/{ADDRESS}/maildir.tar") as out:
            out.write(b"abc")
        found.saw(0, 2)
        found.leave_out("dovecot.index", Reason.INDEX)
    data = bag_data(bag_about(), [made.report(host="mail1")])
    item = data["kinds"][0]["items"][0]
    assert (item["host"], item["outcome"], item["count"], item["bytes"]) == ("mail1", "delivered", 2, 3)
    assert item["oldest"] == "1970-01-01T00:00:00Z"
    assert item["left_out"] == [{"what": "dovecot.index", "reason": "index"}]


def test_lines_of_logs_are_counted() -> None:
    tally = {"given": 5, "withheld": 3, "unexplained": 1}
    delivered = {**delivery("mail_log", ""), "tally": tally}
    data = bag_data(bag_about(), [part("m", delivered, delivery("databases", "a"))])
    tallies = {kind["kind"]: kind["items"][0]["tally"] for kind in data["kinds"]}
    assert tallies == {"mail_log": tally, "databases": {}}


def test_a_bag_is_complete_or_says_what_is_left_out() -> None:
    """What was not asked for is no exclusion."""
    left_out = [{"what": "x", "reason": "special-file"}]
    assert bag_data(bag_about(), [part("w", delivery("databases", "a"))])["completeness"] == "complete"
    excluded = bag_data(bag_about(), [part("w", delivery("databases", "a", left_out=left_out))])
    assert excluded["completeness"] == "complete-with-exclusions"
    assert excluded["totals"]["left_out"] == 1


def test_what_failed_makes_no_bag() -> None:
    """However it came here."""
    with pytest.raises(Incomplete, match="databases a on web1"):
        bag_data(bag_about(), [part("web1", delivery("databases", "a", outcome="failed"))])
    with pytest.raises(Incomplete, match="unknown kinds of data: secrets"):
        bag_data(bag_about(), [part("web1", delivery("secrets", "a"))])


def test_months_are_added_up() -> None:
    """Visits for each site, mail over all; what is no month is not counted."""
    first = {"visits:2026-10": 2, "visits:2026-09": 1, "mail-sent:2026-10": 5, "visits:10000-01": 1, "visits:970-01": 1}
    again = {"visits:2026-10": 3, "mail-received:2026-11": 7, "mail-sent:2026-10": 1, "other:2026-10": 9}
    deliveries = [delivery("web_access_log", SITE, months=first), delivery("web_statistics", SITE, months=again)]
    assert bag_data(bag_about(), [part("web1", *deliveries)])["months"] == {
        "visits": [
            {"site": SITE, "month": "2026-09", "count": 1},
            {"site": SITE, "month": "2026-10", "count": 5},
        ],
        "mail": [
            {"month": "2026-10", "received": 0, "sent": 6},
            {"month": "2026-11", "received": 7, "sent": 0},
        ],
    }


def test_what_is_not_inside_has_a_reason() -> None:
    """Every kind of the data map is either inside or named."""
    about = {"asked": ["databases", "site_files", "mail_log"], "no_service": ["mail_log"]}
    reasons = _reasons(about, delivery("databases", "a"))
    assert reasons.pop("site_files") == "nothing-held"
    assert reasons.pop("mail_log") == "no-such-service"
    assert reasons.pop("backup_copies") == "listed-only"
    assert reasons.pop("passwords") == "never-handed-out"
    assert set(reasons.values()) == {"not-asked-for"}
    assert {*reasons, "site_files", "mail_log", "databases", "backup_copies"} == set(SHOWN)


def test_what_was_not_picked_was_not_asked_for() -> None:
    """Nobody looked whether there is something of it."""
    assert _reasons({"only": [ADDRESS]})["databases"] == "not-asked-for"


def test_programs_read_it() -> None:
    """Names that are not UTF-8 too, which JSON has an escape for."""
    left_out = [{"what": "caf\udce9\u202e", "reason": "changed"}]
    data = bag_data(bag_about(), [part("web1", delivery("site_files", SITE, left_out=left_out))])
    written = to_json(data)
    assert json.loads(written.decode("utf-8")) == data
    assert data["made"] == MADE
