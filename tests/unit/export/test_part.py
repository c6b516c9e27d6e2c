# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts: times that a customer's files can have, names of payload files, archives that GNU tar and Python read."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import (
    Part,
    require_payload_path,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._formats.tar import TarSink, header_length
from ansible_collections.magmasoft.hosting.plugins.module_utils._formats.timestamps import shown_time
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1764064800.9, "2025-11-25T10:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (10**18, "9999-12-31T23:59:59Z"),
        (-(10**18), "0001-01-01T00:00:00Z"),
    ],
)
def test_any_time_of_a_file_can_be_told(when: float, expected: str) -> None:
    assert shown_time(when) == expected


@given(st.floats(allow_nan=False) | st.integers())
def test_no_time_surprises(when: float) -> None:
    assert len(str(shown_time(when))) == len("1970-01-01T00:00:00Z")


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../x", "a/../b", "a//b", ".hidden", "a\nb", "a%0Ab", "a/" + "b" * 256, "ü", "a\0"]
)
def test_names_that_others_could_misread_are_refused(path: str) -> None:
    with pytest.raises(HostingError):
        require_payload_path(path)


DOMAIN = ".".join(["a" * 63] * 3 + ["verein", "example"])


@pytest.mark.parametrize(
    "path",
    [
        f"sites/{DOMAIN}/files.tar",
        f"logs/web/{DOMAIN}.access.log",
        f"mail/{'o' * 64}@{DOMAIN}/maildir.tar",
        f"chat/{'o' * 64}@{DOMAIN}-uploads.tar",
    ],
)
def test_names_longer_than_file_systems_take_are_shortened(path: str) -> None:
    """A domain may have 253 characters, an address 64 more: RFC 1035, 5321."""
    other = path.replace("verein", "andere")
    part = Part(TarSink(os.memfd_create("archive")))
    for each in (path, other):
        with part.exporting("kind", "item") as export, export.file(each) as out:
            out.write(b"content")
        assert export.error is None, export.error
    made, of_another = (file["path"] for file in part.files)
    assert made != of_another
    assert max(len(name) for name in made.split("/")) <= 200
    assert [name[:60] for name in made.split("/")] == [name[:60] for name in path.split("/")]
    assert made.endswith(path[-20:])


@given(st.lists(st.tuples(st.from_regex(r"[a-z]{1,150}", fullmatch=True), st.binary(max_size=3000)), max_size=5))
def test_an_archive_is_what_others_read(files: list[tuple[str, bytes]]) -> None:
    descriptor = os.memfd_create("archive")
    try:
        sink = TarSink(descriptor, "bag/data/")
        part = Part(sink)
        for number, (name, content) in enumerate(files):
            with part.exporting("kind", name) as delivery, delivery.file(f"{number}/{name}") as out:
                out.write(content)
            with part.exporting("kind", "broken") as delivery, delivery.file("broken") as out:
                out.write(content)
                raise OSError("gone")
        sink.close()
        os.lseek(descriptor, 0, os.SEEK_SET)
        with tarfile.open(fileobj=io.BytesIO(Path(f"/proc/self/fd/{descriptor}").read_bytes())) as tar:
            found = {member.name: tar.extractfile(member) for member in tar}
        read = {name: file.read() if file else b"" for name, file in found.items()}
    finally:
        os.close(descriptor)
    assert read == {f"bag/data/{number}/{name}": content for number, (name, content) in enumerate(files)}
    assert len([each for each in part.exports if each.error]) == len(files)


@given(st.from_regex(r"[a-z]{1,400}", fullmatch=True), st.integers(min_value=0, max_value=2**40))
def test_a_header_is_as_long_whatever_the_size(path: str, size: int) -> None:
    entry = tarfile.TarInfo(path)
    entry.size = size
    assert len(entry.tobuf(tarfile.GNU_FORMAT)) == header_length(path)
