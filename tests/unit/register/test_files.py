# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of a register directory: what is opened, what is refused, what is left alone."""

from __future__ import annotations

import json
import os
import socket
import time
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.files import RegisterFile, read_directory

from .registers import ROOT, text_of


def _write(directory: Path, name: str, content: str | bytes) -> None:
    (directory / name).write_bytes(content.encode() if isinstance(content, str) else content)


def _only(directory: Path) -> RegisterFile:
    sources = read_directory(str(directory))
    assert len(sources) == 1
    json.dumps(sources)
    return sources[0]


def _message(directory: Path) -> str:
    source = _only(directory)
    assert source["data"] is None
    assert source["errors"][0]["file"] == source["file"]
    return source["errors"][0]["message"]


def test_a_good_file(tmp_path: Path) -> None:
    """Data, lines and the customer by the file's name."""
    _write(tmp_path, "alpenverein.yml", text_of())
    source = _only(tmp_path)
    assert source["errors"] == []
    assert source["names"] == []
    assert source["customer"] == "alpenverein"
    assert source["file"] == str(tmp_path / "alpenverein.yml")
    assert source["lines"]["mailboxes/0/address"] == 6
    assert source["data"]["language"] == "de"


def test_files_come_by_name_and_others_are_left_alone(tmp_path: Path) -> None:
    """Hidden files, backups of editors, notes and directories are no register files."""
    for name in ("b.yml", "a.yml", ".a.yml.swp", ".hidden.yml", "a.yml~", "README.md", "c.yml.bak"):
        _write(tmp_path, name, text_of())
    (tmp_path / "archive").mkdir()
    assert [Path(source["file"]).name for source in read_directory(str(tmp_path))] == ["a.yml", "b.yml"]


@pytest.mark.parametrize(
    "name", ["alpenverein.yaml", "Alpenverein.yml", "a_b.yml", "1a.yml", "a b.yml", "ä.yml", "x.YML", f"{'x' * 29}.yml"]
)
def test_file_names_that_are_no_identifier(tmp_path: Path, name: str) -> None:
    """They are told, not silently left out: a customer would be missing."""
    _write(tmp_path, name, text_of())
    assert "is no name of a register file" in _only(tmp_path)["errors"][0]["message"]


def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    """Bytes that are no UTF-8, and a newline, become something that can be printed."""
    for name in (b"a\xff.yml", b"a\nb.yml"):
        (Path(os.fsdecode(bytes(tmp_path) + b"/" + name))).write_text("")
    sources = read_directory(str(tmp_path))
    assert len(sources) == 2
    json.dumps(sources).encode("utf-8")
    assert [Path(source["file"]).name for source in sources] == [r"a\nb.yml", r"a\xff.yml"]
    assert all(source["customer"] == "" and source["errors"] for source in sources)


def test_links_are_not_followed(tmp_path: Path) -> None:
    """Neither one that leads to a good file nor one that leads nowhere."""
    target = tmp_path / "elsewhere"
    target.mkdir()
    _write(target, "a.yml", text_of("a"))
    register = tmp_path / "register"
    register.mkdir()
    (register / "a.yml").symlink_to(target / "a.yml")
    assert _message(register) == "is a symbolic link"
    (register / "a.yml").unlink()
    (register / "a.yml").symlink_to("nowhere")
    assert _message(register) == "is a symbolic link"


def test_what_is_no_regular_file(tmp_path: Path) -> None:
    """A FIFO must not make anybody wait."""
    (tmp_path / "directory.yml").mkdir()
    os.mkfifo(tmp_path / "fifo.yml")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(tmp_path)  # the path of a socket may have 108 characters
        try:
            server.bind("socket.yml")
        finally:
            os.chdir(here)
    begin = time.monotonic()
    sources = read_directory(str(tmp_path))
    assert time.monotonic() - begin < 5
    assert [source["errors"][0]["message"] for source in sources[:2]] == ["is no regular file"] * 2
    assert "cannot be read" in sources[2]["errors"][0]["message"]


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is named. Root may read everything, so the refusal is played."""
    _write(tmp_path, "a.yml", text_of("a"))
    real = os.open

    def refuse(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if path == "a.yml":
            raise PermissionError(13, "Permission denied")
        return real(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refuse)
    assert _message(tmp_path) == "cannot be read (Permission denied)"


def test_size(tmp_path: Path) -> None:
    """1 MiB is read, one byte more is not; of a sparse terabyte no more than that is ever read."""
    text = text_of("a")
    _write(tmp_path, "a.yml", text + "#" * ((1 << 20) - len(text)))
    assert _only(tmp_path)["errors"] == []
    with (tmp_path / "a.yml").open("ab") as file:
        file.write(b"#")
    assert _message(tmp_path) == "has more than 1 MiB"
    os.truncate(tmp_path / "a.yml", 1 << 40)
    assert _message(tmp_path) == "has more than 1 MiB"


@pytest.mark.parametrize(
    "content", ["name: Müller".encode("latin-1"), "name: a".encode("utf-16"), b"a: \xed\xa0\x80\n"]
)
def test_what_is_not_utf8(tmp_path: Path, content: bytes) -> None:
    """Latin-1, UTF-16 and encoded surrogates."""
    _write(tmp_path, "a.yml", content)
    assert _message(tmp_path).startswith("is not UTF-8 (line 1)")


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    """Some editors write one."""
    _write(tmp_path, "a.yml", b"\xef\xbb\xbf" + text_of("a").encode())
    assert _only(tmp_path)["errors"] == []


def test_names_of_a_broken_file_are_found(tmp_path: Path) -> None:
    """As far as its text shows them, and neither the contact nor where mail is forwarded to."""
    _write(
        tmp_path,
        "a.yml",
        text_of("a").replace("language: de", "language: [de")
        + "    aliases:\n      - Info@a.example  # the old one\n    forward_to: [x@elsewhere.example]\n"
        + "sites:\n  - {domain: müller.example, aliases: ['www.müller.example']}\n"
        + "databases:\n  - name: a-web\n"
        + "backup:\n  exclude:\n    sites:\n      - other.example\n",
    )
    names = {tuple(name) for name in _only(tmp_path)["names"]}
    assert names == {
        ("address", "office@a.example"),
        ("address", "info@a.example"),
        ("domain", "xn--mller-kva.example"),
        ("domain", "www.xn--mller-kva.example"),
        ("database", "a-web"),
        ("login", "a-web"),
    }


@pytest.mark.parametrize("text", ["a" * 500_000, "name:" * 100_000, "name:[" * 80_000, "a:'" * 150_000, "- " * 250_000])
def test_looking_for_names_takes_linear_time(tmp_path: Path, text: str) -> None:
    """A line of half a megabyte is no reason to wait."""
    _write(tmp_path, "a.yml", f"a: [\n{text}")
    begin = time.process_time()
    assert _only(tmp_path)["errors"]
    assert time.process_time() - begin < 5


def test_a_directory_that_is_missing(tmp_path: Path) -> None:
    """That ends the run, or everybody would be an orphan."""
    with pytest.raises(FileNotFoundError):
        read_directory(str(tmp_path / "nowhere"))
    _write(tmp_path, "file", "")
    with pytest.raises(NotADirectoryError):
        read_directory(str(tmp_path / "file"))


def test_the_register_of_the_lab_is_read_without_errors() -> None:
    """And so is the example."""
    for name in ("lab", "example"):
        assert all(not source["errors"] for source in read_directory(str(ROOT / "register" / name)))
