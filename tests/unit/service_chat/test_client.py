# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of Prosody, with something behind the socket that answers as it should, or not."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.prosody import Held, Prosody
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ServiceUnavailable
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.process import CompletedProgram


class Unit:
    """A unit that notes what is done with it."""

    def __init__(self, *, active: bool = True) -> None:
        self.running = active
        self.restarts = 0

    def active(self) -> bool:
        return self.running

    def restart(self) -> CompletedProgram:
        self.restarts += 1
        return CompletedProgram(0, "")


@contextmanager
def answering(place: Path, *answers: Any) -> Iterator[list[dict[str, Any]]]:
    """Answer questions on a socket, each with the next of these; yields the questions."""
    asked: list[dict[str, Any]] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(place))
        server.listen()

        def serve() -> None:
            for answer in answers:
                connection, _address = server.accept()
                with connection, connection.makefile("rb") as lines:
                    asked.append(json.loads(lines.readline()))
                    connection.sendall(answer if isinstance(answer, bytes) else json.dumps(answer).encode() + b"\n")

        thread = threading.Thread(target=serve)
        thread.start()
        yield asked
        thread.join(10)


def _client(tmp_path: Path, **unit: bool) -> tuple[Prosody, Unit]:
    made = Unit(**unit)
    return Prosody(str(tmp_path / "s"), made), made  # type: ignore[arg-type]  # stands for it


def test_one_question_for_all_accounts(tmp_path: Path) -> None:
    client, _unit = _client(tmp_path)
    accounts = {
        "a@x.example": {"sessions": 2, "stores": ["roster", "pep"], "uploads": 1},
        # to Lua an empty list and an empty table are the same
        "b@x.example": {"sessions": 0, "stores": {}, "uploads": 0},
    }
    with answering(tmp_path / "s", {"hosts": ["x.example"], "accounts": accounts}) as asked:
        found = client.look(["a@x.example", "b@x.example"])
    assert asked == [{"do": "look", "accounts": ["a@x.example", "b@x.example"]}]
    assert found.hosts == {"x.example"}
    assert found.accounts == {"a@x.example": Held(2, ("pep", "roster"), 1), "b@x.example": Held(0, (), 0)}


def test_no_accounts_are_an_empty_table(tmp_path: Path) -> None:
    client, _unit = _client(tmp_path)
    with answering(tmp_path / "s", {"hosts": {}, "accounts": []}):
        assert client.look([]).accounts == {}


def test_what_is_left_is_told(tmp_path: Path) -> None:
    client, _unit = _client(tmp_path)
    with answering(tmp_path / "s", {"failed": {"a@x.example": "Permission denied"}}, {"failed": []}):
        assert "Permission denied" in str(client.erase(["a@x.example", "b@x.example"])["a@x.example"])
        assert client.erase(["b@x.example"]) == {}


def test_a_reload_tells_the_domains_at_fault(tmp_path: Path) -> None:
    client, _unit = _client(tmp_path)
    problems = {"b.example": "has no certificate", "a.example": "is not active"}
    done = {"left": 0, "problems": []}
    with answering(
        tmp_path / "s", {}, {"left": 2}, {"left": 0, "problems": problems}, {"problem": "x.conf:1: oops"}, {}, done
    ):
        assert client.reload() == {
            "a.example": "Prosody: a.example: is not active",
            "b.example": "Prosody: b.example: has no certificate",
        }
        assert client.reload() == {"": "Prosody: x.conf:1: oops"}
        assert client.reload() == {}


def test_domains_that_do_not_come_in_end_the_run(tmp_path: Path) -> None:
    client, _unit = _client(tmp_path)
    client.seconds = 0.05
    with answering(tmp_path / "s", {}, {"left": 2}, {"left": 2}), pytest.raises(ServiceUnavailable, match="2 domains"):
        client.reload()


def test_the_sentinel(tmp_path: Path) -> None:
    client, _unit = _client(tmp_path)
    assert client.answer() is None
    with answering(tmp_path / "s", {"generation": 7}, {}, {"generation": "7"}):
        assert [client.answer(), client.answer(), client.answer()] == [7, None, None]


@pytest.mark.parametrize("answer", [b"", b'{"generation": ', b"[1]\n", {"error": "there is no such request"}])
def test_whatever_is_no_answer_ends_the_run(tmp_path: Path, answer: Any) -> None:
    client, _unit = _client(tmp_path)
    with answering(tmp_path / "s", answer), pytest.raises(ServiceUnavailable, match="Prosody"):
        client.end_sessions(["a@x.example"])


def test_a_server_that_hangs_ends_the_run(tmp_path: Path) -> None:
    client, _unit = _client(tmp_path)
    client.seconds = 0.2
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(tmp_path / "s"))
        server.listen()
        with pytest.raises(ServiceUnavailable):
            client.reload()


def test_nobody_is_thrown_out_where_a_reload_will_do(tmp_path: Path) -> None:
    client, unit = _client(tmp_path)
    with answering(tmp_path / "s", {}, {"left": 0, "problems": []}):
        client.restart()
    assert unit.restarts == 0


def test_a_new_start_where_it_will_not(tmp_path: Path) -> None:
    client, unit = _client(tmp_path)
    with answering(tmp_path / "s", {}, {"left": 0, "problems": {"a.example": "is not active"}}):
        client.restart()
    (tmp_path / "s").unlink()
    client.restart()
    stopped, other = _client(tmp_path, active=False)
    stopped.restart()
    assert (unit.restarts, other.restarts) == (2, 1)
