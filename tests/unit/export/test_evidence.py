# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evidence: lines that are only ever added, and whoever changes, cuts off or rewrites some is found out."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError, Incomplete
from ansible_collections.magmasoft.hosting.plugins.module_utils._evidence import evidence
from ansible_collections.magmasoft.hosting.plugins.module_utils._evidence.evidence import (
    add_evidence,
    read_evidence,
)

FIRST, SECOND = {"what": "export", "bag": "ann-1"}, {"what": "report", "made": "2026-11-25T10:00:00Z"}
THIRD = {"what": "erase"}
RUNBOOK = Path(__file__).resolve().parents[3] / "docs" / "runbooks" / "evidence.md"


@dataclass(frozen=True)
class Controller:
    """The evidence on a controller, and the key by which it is signed."""

    path: Path

    @property
    def place(self) -> Path:
        """Return the directory of the evidence."""
        return self.path / "evidence"

    @property
    def file(self) -> Path:
        """Return Ann's lines."""
        return self.place / "ann.jsonl"

    @property
    def signature(self) -> Path:
        """Return the signature of their head."""
        return self.place / "ann.jsonl.sig"

    @property
    def key(self) -> Path:
        """Return the private key."""
        return self.path / "keys" / "evidence"

    def add(self, *entries: Mapping[str, Any], customer: str = "ann", check_mode: bool = False) -> list[dict[str, Any]]:
        """Add entries."""
        return add_evidence(str(self.place), customer, entries, key=str(self.key), check_mode=check_mode)

    def read(self, customer: str = "ann") -> list[dict[str, Any]]:
        """Return the lines of a customer."""
        return read_evidence(str(self.place), customer, str(self.key))

    def what(self) -> list[str]:
        """Return what the lines are about."""
        return [line["what"] for line in self.read()]

    def require_refused(self, match: str) -> None:
        """Fail unless the evidence is neither read nor continued, and stays as it is."""
        before = {path.name: path.read_bytes() for path in self.place.iterdir()}
        with pytest.raises(Incomplete, match=match):
            self.read()
        with pytest.raises(Incomplete, match=match):
            self.add(THIRD)
        assert {path.name: path.read_bytes() for path in self.place.iterdir()} == before

    def tools(self) -> str:
        """Check the chain with the commands of the runbook; return what they say, and fail where they say no."""
        script = re.search(r"```sh\n(.*?)```", RUNBOOK.read_text("utf-8"), re.DOTALL)
        assert script
        given = {**os.environ, "evidence": str(self.place), "key": str(self.key), "customer": "ann"}
        done = subprocess.run(["sh", "-euc", script[1]], env=given, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise PermissionError(done.stdout + done.stderr)
        return done.stdout


@pytest.fixture
def controller(tmp_path: Path) -> Controller:
    """Return a controller with the evidence of two events."""
    found = Controller(tmp_path)
    for entry in (FIRST, SECOND):
        assert found.add(entry)
    return found


def _chain(lines: Sequence[Mapping[str, Any]]) -> bytes:
    """Return lines as somebody makes them anew who knows how."""
    last, content = b"", b""
    for line in lines:
        last = json.dumps({**line, "previous": hashlib.sha256(last).hexdigest()}, sort_keys=True).encode()
        content += last + b"\n"
    return content


def test_a_line_says_when_and_by_whom(controller: Controller) -> None:
    first, second = controller.read()
    assert first["what"] == "export"
    assert {"time", "by", "previous"} <= first.keys()
    assert first["previous"] != second["previous"]
    for path in (controller.file, controller.signature, controller.key):
        assert path.stat().st_mode & 0o777 == 0o600


def test_the_same_is_noted_once(controller: Controller) -> None:
    before = controller.file.read_bytes()
    assert not controller.add(FIRST)
    assert controller.file.read_bytes() == before


def test_several_at_once_are_noted_once_each(controller: Controller) -> None:
    first, second = ({"what": "download", "bag": "ann-1", "time": f"2026-11-2{day}T10:00:00.000Z"} for day in (4, 5))
    assert controller.add(first, first) == [first]
    assert controller.add(FIRST, first, second, check_mode=True) == [second]
    assert controller.add(FIRST, first, second) == [second]
    assert controller.add(first, second) == []
    # of what time they are they say themselves
    assert [line["time"] for line in controller.read()[2:]] == [first["time"], second["time"]]


def test_each_line_is_looked_at_once(controller: Controller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A visitor with a link decides how many entries there are; what they cost must not be their square."""
    looked: list[object] = []
    text = evidence._text

    def counted(entry: Mapping[str, Any]) -> str:
        looked.append(entry)
        return text(entry)

    monkeypatch.setattr(evidence, "_text", counted)
    many = [{"what": "download", "time": f"2026-11-24T{n // 60:02}:{n % 60:02}:00Z"} for n in range(900)]
    controller.add(*many)
    controller.add(*many, THIRD)
    assert len(looked) < 6 * len(many)
    assert len(controller.read()) == 2 + len(many) + 1


def test_check_mode_predicts_and_writes_nothing(tmp_path: Path) -> None:
    assert Controller(tmp_path).add(FIRST, check_mode=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("change", ["edit", "remove", "garbage"])
def test_a_changed_line_is_found(controller: Controller, change: str) -> None:
    lines = controller.file.read_text("utf-8").splitlines()
    if change == "edit":
        lines[0] = json.dumps({**json.loads(lines[0]), "bag": "ann-2"}, sort_keys=True)
    elif change == "remove":
        del lines[0]
    else:
        lines[0] = "garbage"
    controller.file.write_text("\n".join(lines) + "\n", "utf-8")
    controller.require_refused(r"ann.jsonl: line [12]")
    with pytest.raises(PermissionError):
        controller.tools()


@pytest.mark.parametrize("left", [0, 1])
def test_an_end_that_was_cut_off_is_found(controller: Controller, left: int) -> None:
    controller.file.write_bytes(b"".join(controller.file.read_bytes().splitlines(keepends=True)[:left]))
    controller.require_refused("its last line is not the one that was signed")
    with pytest.raises(PermissionError):
        controller.tools()


def test_a_chain_that_was_made_anew_is_found(controller: Controller) -> None:
    lines = controller.read()
    lines[0]["bag"] = "another"
    controller.file.write_bytes(_chain(lines))
    controller.require_refused("its last line is not the one that was signed")
    with pytest.raises(PermissionError):
        controller.tools()


def test_a_chain_that_somebody_else_has_signed_is_found(controller: Controller, tmp_path: Path) -> None:
    other = Controller(tmp_path / "other")
    other.add(FIRST)
    shutil.copytree(other.place, controller.place, dirs_exist_ok=True)
    controller.require_refused("its last line is not the one that was signed")
    with pytest.raises(PermissionError):
        controller.tools()


def test_the_chain_of_somebody_else_is_found(controller: Controller) -> None:
    controller.add(THIRD, customer="bob")
    for name in ("jsonl", "jsonl.sig"):
        shutil.copy(controller.place / f"bob.{name}", controller.place / f"ann.{name}")
    controller.require_refused("its last line is not the one that was signed")


def test_lines_whose_signature_is_missing_are_none(controller: Controller) -> None:
    controller.signature.unlink()
    controller.require_refused(r"ann.jsonl.sig: the signature is missing")


def test_a_signature_whose_lines_are_missing_is_told(controller: Controller) -> None:
    controller.file.unlink()
    with pytest.raises(Incomplete, match="the file is missing"):
        controller.read()


def test_without_the_key_nothing_is_believed_and_none_is_made(controller: Controller) -> None:
    shutil.rmtree(controller.key.parent)
    controller.require_refused("nobody can tell who has signed")
    assert not controller.key.parent.exists()


def test_a_former_signature_is_found_by_the_runbook_with_a_copy(controller: Controller) -> None:
    """Whoever puts lines and signature of yesterday back deceives us, not whoever has kept a later signature."""
    yesterday = {path: path.read_bytes() for path in (controller.file, controller.signature)}
    controller.add(THIRD)
    kept = controller.signature.read_bytes()
    for path, content in yesterday.items():
        path.write_bytes(content)
    assert controller.what() == ["export", "report"]
    # the later signature is that of no line
    controller.signature.write_bytes(kept)
    with pytest.raises(PermissionError):
        controller.tools()


def test_the_tools_of_the_runbook_find_a_good_chain_good(controller: Controller) -> None:
    controller.add({"what": "export", "bag": 'Grüße \\n "x"'})
    assert 'Good "evidence-ann" signature' in controller.tools()


def test_a_public_key_is_signed_for_by_an_agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the private one may lie where the controller can't read it, on a token for instance."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "token"], check=True)
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", tmp_path / "agent"], stdout=subprocess.DEVNULL)
    try:
        monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
        wait = "until ssh-add -q token; do sleep 0.1; done"
        subprocess.run(["timeout", "10", "sh", "-c", wait], cwd=tmp_path, check=True, stderr=subprocess.DEVNULL)
        (tmp_path / "token").unlink()
        place, key = str(tmp_path / "evidence"), str(tmp_path / "token.pub")
        assert add_evidence(place, "ann", [FIRST], key=key, check_mode=False)
    finally:
        agent.kill()
        agent.wait()
    assert len(read_evidence(place, "ann", key)) == 1


def test_half_a_line_of_a_killed_run_goes(controller: Controller) -> None:
    with controller.file.open("ab") as handle:
        handle.write(b'{"time": "2026-')
    assert controller.add(THIRD)
    assert controller.what() == ["export", "report", "erase"]


def test_lines_that_a_killed_run_did_not_sign_are_none_and_are_added_again(controller: Controller) -> None:
    before = controller.signature.read_bytes()
    controller.add(THIRD, {"what": "scrub"})
    controller.signature.write_bytes(before)
    assert controller.what() == ["export", "report"]
    assert controller.add(THIRD)
    assert controller.what() == ["export", "report", "erase"]


def test_the_first_run_of_all_may_be_killed(controller: Controller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "write_all", _killed)
    with pytest.raises(KeyboardInterrupt):
        controller.add(THIRD, customer="bob")
    monkeypatch.undo()
    assert controller.read("bob") == []
    # and this one wrote, but did not sign
    (controller.place / "bob.jsonl").write_bytes(_chain([THIRD]))
    assert controller.read("bob") == []
    assert controller.add(FIRST, customer="bob")
    assert [line["what"] for line in controller.read("bob")] == ["export"]


def _killed(*_arguments: object) -> None:
    raise KeyboardInterrupt


def test_a_line_is_written_to_its_end(controller: Controller, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system may take less than it was given, where the disk is nearly full."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data)[:7]))
    assert controller.add(THIRD)
    monkeypatch.undo()
    assert controller.what() == ["export", "report", "erase"]


def test_a_place_that_others_write_to_is_refused(controller: Controller) -> None:
    controller.place.chmod(0o777)
    with pytest.raises(HostingError, match="writable by others"):
        controller.add(THIRD)


def test_a_link_is_not_followed(controller: Controller, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("", "utf-8")
    (controller.place / "bob.jsonl").symlink_to(tmp_path / "other")
    with pytest.raises(OSError, match="symbolic"):
        controller.add(FIRST, customer="bob")
    assert (tmp_path / "other").read_text("utf-8") == ""
