# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud accounts as the role cloud keeps them: a directory for each address, and a collection of Radicale.

The mark of an account is the file that the application takes it from; no directory of ours is ever without it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from ..._clients.cloud_marks import NAME as MARK
from ..._clients.cloud_marks import CloudMark, read_mark, write_mark
from ..._clients.users import read_accounts
from ..._core import files
from ..._core.errors import HostingError, ServiceUnavailable, UnsafePath
from ..._core.files import Ownership
from ..._data_model.incarnations import FIELD
from ..._data_model.items import State
from ..._engine.model import Actual, Value, Wanted

_TREES = ("files", "shares", "uploads")
_COLLECTIONS = "collection-root"
_KEPT = "kept"
_IN_PLACE = ("account", *_TREES)


class DavBackend:
    """The directories below ``root`` and Radicale's below ``collections``. Implements Backend."""

    def __init__(self, root: str, collections: str, user: str) -> None:
        self._root = root
        self._collections = f"{collections}/{_COLLECTIONS}"
        self._user = user
        self._problems: dict[str, HostingError] = {}
        self._trusted: dict[str, Ownership] = {}
        self._half_made: list[str] = []
        self._incarnations: dict[str, str] = {}

    def read(self) -> Mapping[str, Actual]:
        """Read the mark and the directories of all accounts: O(accounts)."""
        self._trusted = self._ownerships()
        found: dict[str, Actual] = {}
        with self._open(self._root) as root:
            for name in files.names_in(root):
                if name.startswith("."):
                    if files.is_temporary(name):
                        self._half_made.append(name)
                    continue
                try:
                    actual = self._read_one(root, name)
                except (HostingError, OSError, ValueError) as error:
                    self._problems[name] = _problem(f"{self._root}/{name}", error)
                    continue
                if actual is not None:
                    found[name] = actual
        return found

    def place(self) -> Value:
        """Return the field ``place`` of an account that is as it has to be."""
        return _IN_PLACE

    def refuse(self, address: str) -> HostingError | None:
        """Return what is in the place of an account."""
        return self._problems.get(address)

    def put(self, wanted: Wanted) -> None:
        """Write the mark, and see to the directories. A new one appears as a whole, unless the run is killed."""
        with self._open(self._root) as root:
            while self._half_made:
                files.remove_tree(root, self._half_made.pop(), shown=self._root)
            if files.lstat(root, wanted.name) is None:
                self._make(root, wanted)
            else:
                account = files.open_child_directory(root, wanted.name, shown=f"{self._root}/{wanted.name}")
                try:
                    self._fill(account, wanted)
                finally:
                    os.close(account)

    def purge(self, address: str) -> None:
        """Remove the account's data, and the mark last: a run that was killed is taken up again."""
        with suppress(FileNotFoundError), files.directory(self._collections) as collections:
            files.remove_tree(collections, address, shown=f"{self._collections}/{address}")
        with self._open(self._root) as root:
            shown = f"{self._root}/{address}"
            account = files.open_child_directory(root, address, shown=shown)
            try:
                for name in set(files.names_in(account)) - {MARK}:
                    files.remove_tree(account, name, shown=f"{shown}/{name}")
            finally:
                os.close(account)
            files.remove_tree(root, address, shown=shown)

    def _read_one(self, root: int, name: str) -> Actual | None:
        shown = f"{self._root}/{name}"
        account = files.open_child_directory(root, name, shown=shown)
        try:
            found = read_mark(account, shown)
            if found is None:
                # what is left where a removal was killed at its very end
                return Actual(name, None, State.PRESENT, owned=False) if files.names_in(account) else None
            mark, ownership = found
            self._incarnations[name] = mark.incarnation
            intact = [label for label, place in self._places(account, shown) if place == self._trusted[label]]
            if ownership != self._trusted[MARK]:
                intact = []
        finally:
            os.close(account)
        fields: dict[str, Value] = {
            "quota": mark.quota,
            FIELD: mark.incarnation or None,
            "language": mark.language,
            "place": tuple(intact),
            "data": _KEPT,
        }
        return Actual(name, mark.customer, State(mark.state), fields)

    def _places(self, account: int, shown: str) -> Iterator[tuple[str, Ownership | None]]:
        yield "account", _ownership(os.fstat(account))
        for name in _TREES:
            found = files.lstat(account, name)
            if found is not None and not stat.S_ISDIR(found.st_mode):
                raise files.unsafe(f"{shown}/{name}", "a symbolic link or not a directory")
            yield name, None if found is None else _ownership(found)

    def _make(self, root: int, wanted: Wanted) -> None:
        new = files.temporary_name()
        os.mkdir(new, 0o700, dir_fd=root)
        try:
            account = files.open_child_directory(root, new, shown=new)
            try:
                self._fill(account, wanted)
            finally:
                os.close(account)
            os.rename(new, wanted.name, src_dir_fd=root, dst_dir_fd=root)
        except BaseException:
            with suppress(OSError, HostingError):
                files.remove_tree(root, new, shown=new)
            raise

    def _fill(self, account: int, wanted: Wanted) -> None:
        files.sweep_temporary(account)
        language, quota = wanted.fields.get("language"), wanted.fields.get("quota")
        mark = CloudMark(
            wanted.customer,
            wanted.state.value,
            language if isinstance(language, str) else "en",
            quota if isinstance(quota, int) else None,
            str(wanted.fields.get(FIELD) or self._incarnations.get(wanted.name, "")),
        )
        write_mark(account, mark, self._trusted[MARK])
        for name in _TREES:
            files.ensure_directory(account, name, self._trusted[name], shown=name)
        files.set_ownership(account, self._trusted["account"])

    def _ownerships(self) -> dict[str, Ownership]:
        user = read_accounts().users.get(self._user)
        if user is None:
            raise ServiceUnavailable(
                f"there is no user {self._user} on this host", remedy="run the playbook servers, then run again"
            )
        trees = dict.fromkeys(_TREES, Ownership(user.uid, user.gid, 0o700))
        return {**trees, "account": Ownership(0, user.gid, 0o750), MARK: Ownership(0, user.gid, 0o640)}

    @contextmanager
    def _open(self, path: str) -> Iterator[int]:
        try:
            descriptor = files.open_directory(path)
        except FileNotFoundError:
            raise ServiceUnavailable(
                f"{path} does not exist", remedy="run the playbook servers, then run again"
            ) from None
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def _ownership(status: os.stat_result) -> Ownership:
    return Ownership(status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode))


def _problem(path: str, error: Exception) -> HostingError:
    if isinstance(error, HostingError):
        return error
    return UnsafePath(f"{path}: {error}", remedy="look at it, put it aside, then run again")
