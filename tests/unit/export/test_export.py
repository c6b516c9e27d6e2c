# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From stores to a sealed bag, on a disk, validated by the reference implementation of BagIt."""

from __future__ import annotations

import errno
import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import bagit
import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.bags import Bags, bag_name
from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.info import measure_all
from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.part import (
    PartRequest,
    Source,
    make_parts,
    remove_parts,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.run import ExportRun
from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.seal import Form
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused, ServiceUnavailable
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.results import Report
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import Part
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.measurement import Measurement
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.selection import Selection
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._base import DATABASES, Store
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._table import STORES
from ansible_collections.magmasoft.hosting.tests.unit.export.exporter import (
    ABOUT,
    CONTENT,
    Exporter,
    describe,
    unpacked_bag,
)
from ansible_collections.magmasoft.hosting.tests.unit.export.world import FakeDatabases, selection


@pytest.fixture
def exporter(tmp_path: Path) -> Exporter:
    """Return a host without any bags."""
    return Exporter(tmp_path)


def _statuses(report: Report) -> dict[str, str]:
    return {result["name"]: result["status"] for result in report.results}


def _messages(report: Report) -> str:
    return " ".join(str(result["error"]["message"]) for result in report.results if result["error"])


def test_a_bag_validates_and_has_everything(exporter: Exporter, tmp_path: Path) -> None:
    assert _statuses(exporter.part("ann")) == {"ann-today": "done"}
    assert _statuses(exporter.seal("ann")) == {"ann-today": "done"}
    assert exporter.files() == ["ann/ann-today/ann-today.tar", "ann/ann-today/seal.json"]
    bag = unpacked_bag(exporter.path / "ann/ann-today/ann-today.tar", tmp_path)
    bagit.Bag(str(bag)).validate()
    payload = {str(path.relative_to(bag / "data")) for path in (bag / "data").rglob("*") if path.is_file()}
    assert payload == {"databases/ann-web.sql", "databases/ann-shop.sql", "customer.json", "data.json"}
    for name in ("ann-web", "ann-shop"):
        assert (bag / "data/databases" / f"{name}.sql").read_bytes() == CONTENT[name]
    about, parts = json.loads((bag / "data/data.json").read_bytes())
    assert ABOUT.items() <= about.items()
    assert about["bag"] == "ann-today"
    assert "Source-Organization: Musterhosting\n" in (bag / "bag-info.txt").read_text("utf-8")
    assert [part["host"] for part in parts] == ["web1", "web1"]
    assert parts[0]["absent"] == ["chat_log"]
    assert "Ann's shop [31m" in (bag / "bag-info.txt").read_text("utf-8")


def test_a_changed_byte_is_found(exporter: Exporter, tmp_path: Path) -> None:
    exporter.part("ann")
    exporter.seal("ann")
    bag = unpacked_bag(exporter.path / "ann/ann-today/ann-today.tar", tmp_path)
    (bag / "data/databases/ann-shop.sql").write_bytes(b"y" * 511)
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(bag)).validate()


def test_check_mode_predicts_and_writes_nothing(exporter: Exporter) -> None:
    assert _statuses(exporter.part("ann", check=True)) == {"ann-today": "planned"}
    assert exporter.files() == []


def test_a_second_run_changes_nothing(exporter: Exporter) -> None:
    exporter.part("ann")
    assert exporter.part("ann").results == []
    exporter.seal("ann")
    before = exporter.files()
    assert exporter.part("ann").results == []
    assert exporter.seal("ann").results == []
    assert exporter.files() == before
    assert exporter.store.calls == 1


def test_a_bag_is_never_made_anew_with_another_content(exporter: Exporter) -> None:
    exporter.part("ann")
    exporter.seal("ann")
    for report in (exporter.part("ann", request="mail"), exporter.seal("ann", form=Form(compress=True))):
        assert _statuses(report) == {"ann-today": "failed"}
        assert "of which something else was asked" in _messages(report)


def test_a_part_for_something_else_is_made_anew(exporter: Exporter) -> None:
    exporter.part("ann", request="mail")
    assert _statuses(exporter.part("ann", request="all")) == {"ann-today": "done"}
    assert exporter.store.calls == 2


@pytest.mark.parametrize("stale", ["basis", "ended"])
def test_a_part_of_something_else_or_of_long_ago_is_made_anew(exporter: Exporter, stale: str) -> None:
    """A store was said not to be there, an address was missing in the register: the part lacks it."""
    exporter.part("ann")
    if stale == "basis":
        exporter.bases["ann"] = "of ann, corrected"
    else:
        record = exporter.path / "ann/.making-ann-today/part.json"
        data = json.loads(record.read_bytes())
        record.write_text(json.dumps({**data, "ended": "2026-01-01T00:00:00Z"}), "utf-8")
    assert _statuses(exporter.part("ann", check=True)) == {"ann-today": "planned"}
    assert _statuses(exporter.part("ann")) == {"ann-today": "done"}
    assert exporter.part("ann").results == []
    assert exporter.store.calls == 2


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"stores": {"site_files": "none"}},
        {"stores": {"site_files": {"root": "{root}/elsewhere"}}},
        {"customers": [{"customer": "ann", "own_addresses": ["new@ann.example"]}]},
    ],
)
def test_what_register_and_places_say_now_is_in_the_part(tmp_path: Path, changed: dict[str, Any]) -> None:
    (tmp_path / "elsewhere").mkdir()

    def run(**more: Any) -> bool:
        params = {
            "customers": [{"customer": "ann"}],
            "stores": {"site_files": {"root": str(tmp_path)}},
            "state": "part",
            "name": "today",
            "request": "all",
            "directory": str(tmp_path / "bags"),
            "host": "web1",
            "form": "tar",
            "compress": False,
            "recipient": None,
            **more,
        }
        report = ExportRun(params, describe).work(False)
        assert not report.failed, report
        return report.changed

    assert run()
    assert run(**json.loads(json.dumps(changed).replace("{root}", str(tmp_path)))) == bool(changed)


@pytest.mark.parametrize(
    "error",
    [ItemRefused("refused", remedy="see"), OSError(errno.EIO, "Input/output error", "x"), RuntimeError("no")],
    ids=["refused", "io", "surprise"],
)
def test_what_can_t_be_delivered_leaves_no_bag_and_is_named(exporter: Exporter, error: Exception) -> None:
    exporter.store.broken["ann-web"] = error
    report = exporter.part("ann", "bob")
    assert _statuses(report) == {"ann-today": "failed", "bob-today": "done"}
    assert "databases ann-web: " in _messages(report)
    assert "ann-shop" not in _messages(report)
    assert [name for name in exporter.files() if name.startswith("ann/")] == []
    assert _statuses(exporter.seal("ann")) == {"ann-today": "failed"}
    exporter.store.broken.clear()
    assert _statuses(exporter.part("ann", "bob")) == {"ann-today": "done"}


def test_a_store_that_is_down_fails_everybody_who_has_something_there(exporter: Exporter) -> None:
    exporter.selections["carl"] = selection("carl")
    exporter.bases["carl"] = "of carl"
    exporter.store.down = ServiceUnavailable("MariaDB: gone", remedy="start it")
    report = exporter.part("ann", "bob", "carl")
    assert _statuses(report) == {"ann-today": "failed", "bob-today": "failed", "carl-today": "done"}
    assert "databases ann-web, ann-shop: MariaDB: gone" in _messages(report)
    assert "databases bob-web: MariaDB: gone" in _messages(report)
    assert {name.partition("/")[0] for name in exporter.files()} == {"carl"}
    told = measure_all({"databases": exporter.store}, list(exporter.selections.values()))
    assert [one["customer"] for one in told] == ["ann", "bob"]


def test_a_store_that_is_down_is_told_to_who_may_have_something_there(exporter: Exporter) -> None:
    """As a chat server is to an address that has opted out, and may have had an account before."""

    class Former(FakeDatabases):
        item_set = replace(DATABASES, is_expected=lambda _database: False)

    exporter.store = Former(CONTENT)
    exporter.store.down = ServiceUnavailable("MariaDB: gone", remedy="start it")
    assert _statuses(exporter.part("bob")) == {"bob-today": "done"}
    part = json.loads((exporter.path / "bob/.making-bob-today/part.json").read_bytes())
    assert [(one["outcome"], one["left_out"]) for one in part["exports"]] == [
        ("empty", [{"what": "bob-web", "reason": "unreadable"}])
    ]


def test_what_is_on_its_way_to_another_store_is_read_before_that(tmp_path: Path) -> None:
    """A message that is delivered meanwhile is in the queue's part, or in both, never in none."""
    order: list[str] = []

    def noted(store: type[Store]) -> Store:
        """Return a store that tells when it is its turn."""

        class Noted(Store):
            kind = store.kind
            is_read_first = store.is_read_first

            def measure(self, selections: Sequence[Selection]) -> Iterable[Measurement]:
                return []

            def export(self, selections: Sequence[Selection], parts: Mapping[str, Part]) -> None:
                order.append(self.kind)

        return Noted({})

    kinds = ["site_files", "mail_messages", "mail_queue", "mail_log"]
    source = Source("mail1", {kind: noted(STORES[kind]) for kind in kinds}, [], {"ann": "of ann"})
    request = PartRequest(selection("ann"), "ann-today", "all")
    make_parts(Bags(str(tmp_path / "bags")), [request], source, copies=1, check_mode=False)
    assert order == ["mail_queue", "site_files", "mail_messages", "mail_log"]


def test_an_item_that_a_store_forgets_fails_the_export(exporter: Exporter) -> None:
    exporter.store.forgotten.add("ann-shop")
    assert "databases ann-shop: was not delivered" in _messages(exporter.part("ann"))


def test_what_the_plan_expects_and_no_part_has_fails_the_bag(exporter: Exporter) -> None:
    """Whatever a host says of its part: what was to come of it, the controller knows."""
    exporter.part("ann")
    exporter.expected = {"web1": [["databases", "ann-web"], ["databases", "ann-new"]]}
    assert "databases ann-new of web1" in _messages(exporter.seal("ann"))
    assert not exporter.bags.sealed("ann")
    exporter.expected = {"web1": [["databases", "ann-web"]]}
    assert _statuses(exporter.seal("ann")) == {"ann-today": "done"}


def test_a_full_disk_ends_it_all_and_leaves_nothing(exporter: Exporter) -> None:
    exporter.store.broken["ann-web"] = OSError(errno.ENOSPC, "No space left on device")
    report = exporter.part("ann", "bob")
    assert _statuses(report) == {"ann-today": "failed", "bob-today": "failed"}
    assert "no room is left for the export" in _messages(report)
    assert exporter.files() == []


def test_a_disk_that_is_full_at_the_very_end_leaves_nothing(
    exporter: Exporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Bags, "note", full)
    report = exporter.part("ann", "bob")
    assert _statuses(report) == {"ann-today": "failed", "bob-today": "failed"}
    assert exporter.files() == []
    monkeypatch.undo()
    assert _statuses(exporter.part("ann")) == {"ann-today": "done"}


def test_room_is_asked_for_before_anything_is_written(exporter: Exporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bags, "free", lambda _bags: (256 << 20) + 17000)
    assert _statuses(exporter.part("ann", check=True)) == {"ann-today": "failed"}
    assert "no-room" in str(exporter.part("ann").results)
    assert exporter.store.calls == 0
    monkeypatch.setattr(Bags, "free", lambda _bags: (256 << 20) + 18000)
    assert _statuses(exporter.part("ann")) == {"ann-today": "done"}


@pytest.mark.parametrize("left", ["part.tar", "part.json", "packed", "sealed"])
def test_what_a_killed_run_leaves_is_taken_up(exporter: Exporter, tmp_path: Path, left: str) -> None:
    exporter.part("ann")
    place = exporter.path / "ann/.making-ann-today"
    if left == "part.tar":
        (place / "part.json").unlink()
    elif left == "part.json":
        (place / "part.tar").rename(place / "ann-today.tar")
    elif left == "packed":
        with (place / "part.tar").open("ab") as archive:
            archive.write(b"half a bag")
        (place / "part.tar.packed").write_bytes(b"half")
    else:
        (place / "seal.json").write_text("{}", "utf-8")
    exporter.part("ann")
    assert _statuses(exporter.seal("ann")) == {"ann-today": "done"}
    bagit.Bag(str(unpacked_bag(exporter.path / "ann/ann-today/ann-today.tar", tmp_path))).validate()
    assert not place.exists()


@pytest.mark.parametrize("left", ["part.tar.packed", "ann-today.tar.age", "ann-today"])
def test_what_a_killed_run_left_of_another_form_is_no_part_of_the_bag(exporter: Exporter, left: str) -> None:
    """It may be in plain what is to be encrypted this time."""
    exporter.part("ann")
    place = exporter.path / "ann/.making-ann-today"
    if left == "ann-today":
        (place / left / "data").mkdir(parents=True)
        (place / left / "data" / "file").write_bytes(b"unpacked")
    else:
        (place / left).write_bytes(b"half")
    exporter.part("ann")
    assert _statuses(exporter.seal("ann", form=Form(compress=True))) == {"ann-today": "done"}
    files = sorted(path.name for path in (exporter.path / "ann/ann-today").iterdir())
    assert files == ["ann-today.tar.zst", "seal.json"]


def test_a_directory_instead_of_an_archive(exporter: Exporter) -> None:
    exporter.part("ann")
    assert _statuses(exporter.seal("ann", form=Form(directory=True))) == {"ann-today": "done"}
    bagit.Bag(str(exporter.path / "ann/ann-today/ann-today")).validate()
    assert not (exporter.path / "ann/ann-today/part.tar").exists()


def test_a_compressed_archive(exporter: Exporter, tmp_path: Path) -> None:
    exporter.part("ann")
    assert _statuses(exporter.seal("ann", form=Form(compress=True))) == {"ann-today": "done"}
    packed = exporter.path / "ann/ann-today/ann-today.tar.zst"
    with (tmp_path / "ann-today.tar").open("wb") as plain:
        subprocess.run(["zstd", "--decompress", "--stdout", packed], stdout=plain, check=True)
    bagit.Bag(str(unpacked_bag(tmp_path / "ann-today.tar", tmp_path))).validate()
    assert packed.stat().st_size == json.loads((packed.parent / "seal.json").read_bytes())["bytes"]


def test_nobody_else_can_read_a_bag(exporter: Exporter) -> None:
    exporter.part("ann")
    exporter.seal("ann")
    modes = {oct(path.stat().st_mode & 0o777) for path in [exporter.path, *exporter.path.rglob("*")]}
    assert modes == {"0o700", "0o600"}


def test_a_link_in_the_place_of_the_bags_is_refused(exporter: Exporter, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    exporter.path.mkdir(mode=0o700)
    (exporter.path / "ann").symlink_to(tmp_path / "elsewhere")
    report = exporter.part("ann")
    assert report.unavailable is not None or _statuses(report) == {"ann-today": "failed"}
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_part_is_removed_and_a_bag_is_kept(exporter: Exporter) -> None:
    exporter.part("ann", "bob")
    exporter.seal("ann")
    report = remove_parts(exporter.bags, {"ann": "ann-today", "bob": "bob-today"}, check_mode=False)
    assert _statuses(report) == {"bob-today": "done"}
    assert exporter.files() == ["ann/ann-today/ann-today.tar", "ann/ann-today/seal.json"]


@pytest.mark.parametrize("suffix", ["", "../x", "a b", "-a", "A", "x" * 41, "a\n"])
def test_names_of_bags(suffix: str) -> None:
    with pytest.raises(ItemRefused):
        bag_name("ann", suffix)
