# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evidence: what was asked of a customer's data, handed over and erased. Lines are only ever added.

<customer>.jsonl        one JSON object a line, each with the SHA-256 of the line before (of nothing: of no bytes)
<customer>.jsonl.sig    the signature of the head, which is the SHA-256 of the last line, by the provider's key

So a line that was changed or taken out is found, and an end that was cut off or a chain that was made anew as well,
unless by somebody who has the key, or puts lines and signature of a former day back: docs/runbooks/evidence.md.
What is behind the signed head is no evidence: a run has left it that was killed before it could sign.
"""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .._core import names
from .._core.errors import Incomplete
from .._core.files import Ownership, directory, names_in, read_regular, unsafe, write_beside
from .._formats.tar import write_all
from .._formats.timestamps import shown_time
from .signature import SigningKey

_LIMIT = 64 << 20
_SIGNATURE = ".sig"
_LONGEST_SIGNATURE = 1 << 16
# What a line says of itself, beside what it is about.
_OWN = frozenset({"time", "by", "previous"})


def read_evidence(place: str, customer: str, key: str) -> list[dict[str, Any]]:
    """Return all lines of a customer, signed by the key at ``key``. Raises Incomplete where one was changed."""
    names.require_customer(customer)
    if not any(Path(place, name).exists() for name in (f"{customer}.jsonl", f"{customer}.jsonl.sig")):
        return []
    with _directory(place) as parent:
        return _Chain(parent, place, customer, SigningKey(key)).read()


def add_evidence(
    place: str, customer: str, entries: Sequence[Mapping[str, Any]], *, key: str, check_mode: bool
) -> list[dict[str, Any]]:
    """Add a line for each entry of which there is none that says just the same; return these entries.

    An entry may say itself of what time it is, for what did not happen just now. Costs O(lines + entries).
    """
    known = _Said(read_evidence(place, customer, key) if entries else [])
    missing = [entry for entry in map(dict, entries) if known.add(entry)]
    if missing and not check_mode:
        Path(place).mkdir(mode=0o700, parents=True, exist_ok=True)
        signing = SigningKey(key)
        with _directory(place) as parent:
            # with another key than theirs, chains that are there would look like forged ones
            if not any(name.endswith(_SIGNATURE) for name in names_in(parent)):
                signing.ensure()
            _Chain(parent, place, customer, signing).append(missing)
    return missing


class _Said:
    """What lines say, each once; of what time they are counts only for entries that say so themselves."""

    def __init__(self, lines: Iterable[Mapping[str, Any]]) -> None:
        self._said: set[str] = set()
        for line in lines:
            about = {name: value for name, value in line.items() if name not in _OWN}
            self._said |= {_text(about), _text({**about, "time": line["time"]})}

    def add(self, entry: Mapping[str, Any]) -> bool:
        """Tell whether an entry says something new, which it does not the next time."""
        text = _text(entry)
        is_new = text not in self._said
        self._said.add(text)
        return is_new


def _text(entry: Mapping[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True)


class _Chain:
    """The lines of a customer, and the signature of their head."""

    def __init__(self, parent: int, place: str, customer: str, key: SigningKey) -> None:
        self._parent = parent
        self._key = key
        self._file = f"{customer}.jsonl"
        self._shown = f"{place}/{self._file}"
        # a signature for one customer is none for another
        self._namespace = f"evidence-{customer}"

    def read(self) -> list[dict[str, Any]]:
        """Return the lines up to the signed head."""
        # before the lines: who signs a longer chain meanwhile has left these as they are
        signature = self._signature()
        try:
            content = self._content(os.O_RDONLY)
        except FileNotFoundError:
            raise self._changed("the file is missing, but its signature is there") from None
        return [json.loads(line) for line in self._signed(content, signature)]

    def append(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Add lines, and sign the head."""
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self._file, flags, 0o600, dir_fd=self._parent)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            content = _content(descriptor)
            if not content and self._signature() is None:
                self._sign(b"")
            lines = self._signed(content, self._signature())
            os.ftruncate(descriptor, sum(len(line) + 1 for line in lines))
            last = lines[-1] if lines else b""
            added = b""
            for entry in entries:
                line = {"time": shown_time(time.time()), "by": getpass.getuser(), **entry, "previous": _head(last)}
                last = _text(line).encode()
                added += last + b"\n"
            write_all(descriptor, added)
            os.fsync(descriptor)
            self._sign(last)
        finally:
            os.close(descriptor)

    def _signed(self, content: bytes, signature: bytes | None) -> list[bytes]:
        """Return the lines up to the signed head. Raises Incomplete where there is none, or one before was changed."""
        if signature is None:
            raise Incomplete(
                f"{self._shown}{_SIGNATURE}: the signature is missing",
                remedy="see docs/runbooks/evidence.md",
                code="evidence-unsigned",
            )
        # what has no end a run has left that was killed while it wrote
        lines = content.split(b"\n")[:-1]
        for count in range(len(lines), -1, -1):
            head = _head(lines[count - 1] if count else b"")
            if self._key.has_signed(f"{head}\n", signature, self._namespace):
                self._require_chain(lines[:count])
                return lines[:count]
        raise self._changed("its last line is not the one that was signed")

    def _require_chain(self, lines: Sequence[bytes]) -> None:
        previous = b""
        for number, line in enumerate(lines, start=1):
            try:
                good = json.loads(line)["previous"] == _head(previous)
            except (ValueError, LookupError, TypeError):
                good = False
            if not good:
                raise self._changed(f"line {number} or the one before was changed, or a line is missing")
            previous = line

    def _sign(self, last: bytes) -> None:
        signature = self._key.sign(f"{_head(last)}\n", self._namespace)
        owner = Ownership(os.geteuid(), os.getegid(), 0o600)
        write_beside(self._parent, f"{self._file}{_SIGNATURE}", signature, owner)

    def _signature(self) -> bytes | None:
        name = f"{self._file}{_SIGNATURE}"
        return read_regular(self._parent, name, shown=f"{self._shown}{_SIGNATURE}", limit=_LONGEST_SIGNATURE)

    def _content(self, flags: int) -> bytes:
        descriptor = os.open(self._file, flags | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self._parent)
        try:
            return _content(descriptor)
        finally:
            os.close(descriptor)

    def _changed(self, what: str) -> Incomplete:
        return Incomplete(
            f"{self._shown}: {what}",
            remedy="compare it with a copy: docs/runbooks/evidence.md",
            code="evidence-changed",
        )


def _head(last: bytes) -> str:
    """Return the head of a chain that ends with this line, as the next line names it."""
    return hashlib.sha256(last).hexdigest()


def _content(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    if size > _LIMIT:
        raise unsafe("the evidence", f"larger than {_LIMIT} bytes")
    return os.pread(descriptor, size, 0)


@contextmanager
def _directory(place: str) -> Iterator[int]:
    with directory(str(Path(place).resolve())) as parent:
        if os.fstat(parent).st_mode & 0o022:
            raise unsafe(place, "writable by others")
        yield parent
