# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""System users and groups: read from the files, made by systemd-sysusers in one call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from .._core.errors import Incomplete
from .._core.process import run

_USER_FIELDS = 7
_GROUP_FIELDS = 4


class User(NamedTuple):
    """A line of passwd."""

    name: str
    uid: int
    gid: int


class Group(NamedTuple):
    """A line of group."""

    name: str
    gid: int
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class SystemAccounts:
    """All users and groups of the system, by name and by number."""

    users: Mapping[str, User]
    users_by_uid: Mapping[int, User]
    groups: Mapping[str, Group]
    groups_by_gid: Mapping[int, Group]
    # how many users have a group as their primary one
    primaries: Mapping[int, int]

    def shares_group(self, user: User) -> bool:
        """Tell whether others are in the user's primary group, or may be one day: it is not named like the user."""
        group = self.groups_by_gid.get(user.gid)
        own = group is not None and group.name == user.name and group.members <= {user.name}
        return not own or self.primaries[user.gid] > 1


def read_accounts(directory: str = "/etc") -> SystemAccounts:
    """Read all users and groups that the system's own files name; the first of two with one number counts."""
    users: dict[str, User] = {}
    by_uid: dict[int, User] = {}
    for fields in _lines(Path(directory, "passwd"), _USER_FIELDS):
        user = User(fields[0], int(fields[2]), int(fields[3]))
        users[user.name] = user
        by_uid.setdefault(user.uid, user)
    groups: dict[str, Group] = {}
    by_gid: dict[int, Group] = {}
    for fields in _lines(Path(directory, "group"), _GROUP_FIELDS):
        group = Group(fields[0], int(fields[2]), frozenset(filter(None, fields[3].split(","))))
        groups[group.name] = group
        by_gid.setdefault(group.gid, group)
    return SystemAccounts(users, by_uid, groups, by_gid, Counter(user.gid for user in users.values()))


def make_accounts(lines: Sequence[str]) -> str:
    """Make users and groups from lines of sysusers.d(5), all in one call; return what it had to say.

    It goes on where a line can't be carried out, so only a look at the accounts tells what was done.
    """
    return run(["systemd-sysusers", "-"], stdin="".join(f"{line}\n" for line in lines), seconds=300).said


def remove_accounts(users: Sequence[str], groups: Sequence[str]) -> None:
    """Remove groups, then users with their private groups. What is not there is no error."""
    for program, missing, names in (("groupdel", 6, groups), ("userdel", 6, users)):
        for name in names:
            done = run([program, name])
            if done.code not in (0, missing):
                raise Incomplete(f"{program} {name}: {done.said}", remedy="see to the cause, then run again")


def _lines(path: Path, fields: int) -> list[list[str]]:
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    # a user's full name may hold what Python takes for the end of a line too, U+2028 for one
    split = (line.split(":") for line in text.split("\n"))
    # what is no line of an account (`+::` of the NIS, say) is none of ours
    return [parts for parts in split if len(parts) == fields and parts[2].isdigit()]
