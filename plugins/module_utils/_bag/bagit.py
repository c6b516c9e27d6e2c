# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bags: the files that BagIt wants beside the payload (RFC 8493, version 1.0). Pure functions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from .._data_model.item_export import FileRecord

PAYLOAD = "data/"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LONGEST = 500


def tag_files(payload: Sequence[FileRecord], info: Mapping[str, str]) -> dict[str, bytes]:
    """Return the tag files of a bag by name: declaration, ``bag-info.txt`` with ``info``, and both manifests.

    The manifest of the tag files comes last, since whoever has its digest has that of everything.
    """
    files = {
        "bagit.txt": _DECLARATION,
        "bag-info.txt": _bag_info({**info, "Payload-Oxum": _oxum(payload)}),
        MANIFEST: _manifest((PAYLOAD + file["path"], file["sha256"]) for file in payload),
    }
    digests = [(name, hashlib.sha256(content).hexdigest()) for name, content in files.items()]
    return {**files, TAG_MANIFEST: _manifest(digests)}


def _manifest(entries: Iterable[tuple[str, str]]) -> bytes:
    # names have neither line ends nor percent signs (``require_payload_path``), which would have to be encoded
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(entries)).encode()


def _bag_info(info: Mapping[str, str]) -> bytes:
    return "".join(f"{label}: {_one_line(value)}\n" for label, value in info.items()).encode()


def _one_line(value: str) -> str:
    """Return a value without what would begin another line; a long one stays one, since folding is for terminals."""
    return " ".join("".join(character if character.isprintable() else " " for character in value).split())[:_LONGEST]


def _oxum(payload: Sequence[FileRecord]) -> str:
    return f"{sum(file['size'] for file in payload)}.{len(payload)}"
