# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a customer has by name: a site, a database, a mailbox.

Each is one value, which modules, filters and stores read.
The fields say how the options are called by which it is given, of which types they are and what holds without them;
``spec_of`` returns that in the form of an argument spec.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from enum import StrEnum
from typing import Any, Final, TypeVar

# Options by their names, as in an argument spec: type, required, default, choices, elements, options.
Spec = Mapping[str, Mapping[str, Any]]

# What of a site is for others than the module ``site``.
NOT_OF_THE_MODULE: Final = frozenset({"host", "unix_user", "logs", "shared_logs"})
_OPTION = "option"


class State(StrEnum):
    """How an item is wanted or found."""

    PRESENT = "present"
    SUSPENDED = "suspended"
    ABSENT = "absent"


def spec_of(kind: type[Any]) -> Spec:
    """Return the options by which a value of this class is given."""
    return {found.name: found.metadata[_OPTION] for found in fields(kind) if _OPTION in found.metadata}


def _option(kind: str, default: Any = None, **more: Any) -> Any:
    option: dict[str, Any] = {"type": kind, **more}
    if default is not None:
        option["default"] = list(default) if isinstance(default, tuple) else default
    required = more.get("required", False)
    # pylint: disable-next=invalid-field-call  # it is for dataclasses
    return field(default=MISSING if required else default, metadata={_OPTION: option})


def _names() -> Any:
    return _option("list", (), elements="str")


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudAccess:
    """What an address may use of the cloud. ``quota`` is in bytes; None: no limit."""

    quota: int | None = _option("int")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What has a name and belongs to a customer."""

    name: str = _option("str", required=True)
    customer: str = _option("str", required=True)
    state: State = _option("str", State.PRESENT, choices=[state.value for state in State])  # noqa: RUF009 - a field


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(Item):
    """A site. ``root`` and ``logs`` say where an unmanaged one lies; others have the ``shared_logs`` among them, too.

    ``host`` is the web host that it is on, None where there is only one.
    """

    managed: bool = _option("bool", True)
    kind: str = _option("str", "static", choices=["static", "php"])
    aliases: tuple[str, ...] = _names()
    log: str = _option("str", "shared", choices=["shared", "own"])
    databases: tuple[str, ...] = _names()
    language: str = _option("str", "en", choices=["de", "en", "it", "es"])
    root: str | None = _option("path")
    host: str | None = _option("str")
    unix_user: str = _option("str", "")
    logs: tuple[str, ...] = _names()
    shared_logs: tuple[str, ...] = _names()


@dataclass(frozen=True, slots=True, kw_only=True)
class Database(Item):
    """A database. ``tool`` says that it may be opened with the tool in the browser."""

    managed: bool = _option("bool", True)
    tool: bool = _option("bool", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox(Item):
    """An address with its aliases. ``keep_copy`` says that mail is stored here; a pure forwarding has no storage.

    ``quota`` is in bytes; None: no limit. ``login`` is what mail logs call its user, where that is not the address.
    """

    managed: bool = _option("bool", True)
    login: str | None = _option("str")
    aliases: tuple[str, ...] = _names()
    quota: int | None = _option("int")
    forward_to: tuple[str, ...] = _names()
    keep_copy: bool = _option("bool", True)
    cloud: CloudAccess | None = _option("dict", options=spec_of(CloudAccess))  # noqa: RUF009 - a field
    chat: bool = _option("bool", False)


_Value = TypeVar("_Value", bound=Item)


def item_of(kind: type[_Value], options: Mapping[str, Any]) -> _Value:
    """Return a value from its options, as ``read_items`` checks them."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in options.items()
    }
    values["state"] = State(values["state"])
    if values.get("cloud") is not None:
        values["cloud"] = CloudAccess(**values["cloud"])
    return kind(**values)
