# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of several hosts: fetched over TLS, verified while they come, joined in one bag."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import bagit
import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.fetch import (
    offer_part,
    prepare_receiver,
    read_offers,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.seal import Form, Order, seal_bags
from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.transfer import make_certificate
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError, ItemRefused
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.results import Report
from ansible_collections.magmasoft.hosting.tests.unit.export.exporter import Exporter, describe, unpacked_bag
from ansible_collections.magmasoft.hosting.tests.unit.export.world import selection

BAG = "ann-today"


class Two:
    """Two hosts: one seals, the other has databases, too."""

    def __init__(self, directory: Path) -> None:
        self.sealing = Exporter(directory / "sealing")
        self.other = Exporter(directory / "other")
        for exporter in (self.sealing, self.other):
            exporter.path.parent.mkdir()
        # the other host has this one alone, whose name is too long for a short header
        self.long = "ann-" + "x" * 60
        self.other.store.content[self.long] = b"INSERT;\n" * 40000
        self.names = [self.long]
        self.sealing.part("ann")

    def part(self) -> None:
        """Make the part of the other host."""
        self.other.selections = {"ann": selection("ann", *self.names)}
        self.other.part("ann")

    def offered(self) -> dict[str, Any]:
        """Let the other host offer its part."""
        self.part()
        receiver = prepare_receiver(str(self.sealing.path), "ann", "today")
        found = offer_part(str(self.other.path), "ann", "today", receiver["certificate"], 0)
        return {"other1": {"address": "127.0.0.1", **found}}

    def seal(self, offers: dict[str, Any], request: str = "all") -> Report:
        """Seal with what was offered."""
        directory = str(self.sealing.path / "ann" / f".making-{BAG}")
        offered = read_offers(offers, directory, "ann", BAG, request)
        order = Order(selection("ann"), BAG, "all", {}, {}, remote=offered)
        return seal_bags(self.sealing.bags, [order], Form(), describe, check_mode=False)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    """Return two hosts. Their offers end with the test."""
    found = Two(tmp_path)
    yield found
    found.other.bags.drop("ann", BAG)


def _message(report: Report) -> str:
    (result,) = report.results
    return str(result["error"]["message"]) if result["error"] else str(result["status"])


def _wait_until_closed(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.2)
    raise AssertionError(f"port {port} is still open")


def test_the_parts_of_two_hosts_are_one_bag(two: Two, tmp_path: Path) -> None:
    offers = two.offered()
    assert _message(two.seal(offers)) == "done"
    bag = unpacked_bag(two.sealing.path / f"ann/{BAG}/{BAG}.tar", tmp_path)
    bagit.Bag(str(bag)).validate()
    assert (bag / f"data/databases/{two.long}.sql").read_bytes() == two.other.store.content[two.long]
    assert (bag / "data/databases/ann-web.sql").exists()
    assert two.sealing.files() == [f"ann/{BAG}/{BAG}.tar", f"ann/{BAG}/seal.json"]
    _wait_until_closed(offers["other1"]["port"])


def test_what_two_hosts_call_the_same_lies_apart(two: Two, tmp_path: Path) -> None:
    """As the logs of two web hosts: none may be lost where the bag is unpacked."""
    two.names += ["ann-web"]
    two.other.store.content["ann-web"] = b"of the other host\n"
    assert _message(two.seal(two.offered())) == "done"
    bag = unpacked_bag(two.sealing.path / f"ann/{BAG}/{BAG}.tar", tmp_path)
    bagit.Bag(str(bag)).validate()
    assert (bag / "data/databases/ann-web.sql").read_bytes() == two.sealing.store.content["ann-web"]
    assert (bag / "data/databases/other1/ann-web.sql").read_bytes() == b"of the other host\n"
    described = (bag / "data/data.json").read_text("utf-8")
    assert described.count("databases/ann-web.sql") == described.count("databases/other1/ann-web.sql") > 0


def test_a_damaged_file_is_found_and_the_next_run_heals(two: Two, tmp_path: Path) -> None:
    offers = two.offered()
    archive = two.other.path / "ann" / f".making-{BAG}" / "part.tar"
    whole = archive.read_bytes()
    with archive.open("r+b") as handle:
        handle.seek(whole.index(b"INSERT") + 1)
        handle.write(b"X")
    assert f"databases/{two.long}.sql is not what it was" in _message(two.seal(offers))
    assert [name for name in two.sealing.files() if name.endswith("seal.json")] == []
    with archive.open("r+b") as handle:
        handle.write(whole)
    assert _message(two.seal(offers)) == "done"
    bagit.Bag(str(unpacked_bag(two.sealing.path / f"ann/{BAG}/{BAG}.tar", tmp_path))).validate()


def test_a_key_that_a_former_run_has_left_is_not_used_again(two: Two, tmp_path: Path) -> None:
    """Its certificate is good for two days, and of a run whose host lost power there may be an empty file."""
    for name in ("transfer.crt", "transfer.key"):
        (two.sealing.path / f"ann/.making-{BAG}/{name}").touch()
    assert _message(two.seal(two.offered())) == "done"
    bagit.Bag(str(unpacked_bag(two.sealing.path / f"ann/{BAG}/{BAG}.tar", tmp_path))).validate()


def test_nobody_else_gets_a_part(two: Two, tmp_path: Path) -> None:
    port = two.offered()["other1"]["port"]
    make_certificate(str(tmp_path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    for certificate in (False, True):
        if certificate:
            context.load_cert_chain(tmp_path / "transfer.crt", tmp_path / "transfer.key")
        assert _received(context, port) == b""


@pytest.mark.parametrize("number", [3, 100])
def test_strangers_who_say_nothing_keep_nobody_waiting(two: Two, number: int) -> None:
    """More of them than an offer has places for: the peer tries again, and they have theirs for seconds only."""
    offers = two.offered()
    with ExitStack() as stack:
        for _stranger in range(number):
            address = ("127.0.0.1", offers["other1"]["port"])
            stack.enter_context(socket.create_connection(address, timeout=5))
        assert _message(two.seal(offers)) == "done"


def _received(context: ssl.SSLContext, port: int) -> bytes:
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
            context.wrap_socket(plain) as connection,
        ):
            return connection.recv(1)
    except (ssl.SSLError, ConnectionError):
        return b""


def test_another_host_than_the_one_that_offered_is_refused(two: Two, tmp_path: Path) -> None:
    offers = two.offered()
    offers["other1"]["certificate"] = make_certificate(str(tmp_path))
    assert "can't be fetched" in _message(two.seal(offers))


def test_a_part_that_was_made_for_something_else_is_refused(two: Two) -> None:
    assert "offers another part" in _message(two.seal(two.offered(), request="mail"))


def test_a_host_that_does_not_answer_is_named(two: Two) -> None:
    offers = two.offered()
    two.other.bags.drop("ann", BAG)
    _wait_until_closed(offers["other1"]["port"])
    assert "other1 (127.0.0.1:" in _message(two.seal(offers))


def test_a_new_offer_ends_the_former_one(two: Two) -> None:
    port = two.offered()["other1"]["port"]
    receiver = prepare_receiver(str(two.sealing.path), "ann", "today")
    again = offer_part(str(two.other.path), "ann", "today", receiver["certificate"], port)
    assert again["port"] == port
    assert _message(two.seal({"other1": {"address": "127.0.0.1", **again}})) == "done"


def test_nothing_is_offered_without_a_part(two: Two) -> None:
    for customer, name, expected in (("bob", "today", ItemRefused), ("../x", "today", HostingError)):
        with pytest.raises(expected):
            offer_part(str(two.other.path), customer, name, "", 0)
