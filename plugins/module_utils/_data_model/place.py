# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Places of `hosting_stores`, checked key by key; every refusal names the key and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import ItemRefused
from .selection import Selection

# Where the data of a kind lie on this host, as `hosting_stores.<kind>` says.
Place = Mapping[str, object]

_FIELD = re.compile(r"\{([^{}]*)\}")


class PlaceKeys:
    """The keys of one place, each taken once. ``done`` refuses what nobody took."""

    def __init__(self, kind: str, place: Place) -> None:
        self._kind = kind
        self._left = dict(place)

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text that is not empty. Without a default the key is required."""
        value = self._left.pop(key, default)
        if not isinstance(value, str) or not value or "\0" in value:
            raise self.refusal(key, "a text")
        return value

    def optional(self, key: str) -> str | None:
        """Take a text that need not be there."""
        return self.text(key) if key in self._left else None

    def path(self, key: str, default: str | None = None) -> str:
        """Take an absolute path."""
        return self._required_path(key, self.text(key, default))

    def optional_path(self, key: str) -> str | None:
        """Take an absolute path that need not be there."""
        return self.path(key) if key in self._left else None

    def below(self, key: str, default: str) -> tuple[str, ...]:
        """Take a path below another one, as its components."""
        parts = tuple(self.text(key, default).split("/"))
        if any(part in ("", ".", "..") for part in parts):
            raise self.refusal(key, "a path that does not begin with / and has no . and .. in it")
        return parts

    def template(self, key: str, fields: Sequence[str], default: str | None = None) -> str:
        """Take a text in which ``{field}`` stands for a value."""
        return self._required_fields(key, self.text(key, default), fields)

    def path_template(self, key: str, fields: Sequence[str], default: str | None = None) -> str:
        """Take an absolute path in which ``{field}`` stands for a value."""
        return self._required_path(key, self.template(key, fields, default))

    def paths(self, key: str, default: Sequence[str]) -> tuple[str, ...]:
        """Take a list of absolute paths."""
        value = self._left.pop(key, list(default))
        if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
            raise self.refusal(key, "a list of absolute paths")
        return tuple(self._required_path(key, one) for one in value)

    def some_paths(self, key: str, default: Sequence[str]) -> tuple[str, ...]:
        """Take a list of absolute paths that may be empty."""
        if self._left.get(key) == []:
            del self._left[key]
            return ()
        return self.paths(key, default)

    def texts(self, key: str, default: Sequence[str]) -> tuple[str, ...]:
        """Take a list of texts that may be empty."""
        value = self._left.pop(key, list(default))
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.refusal(key, "a list of texts")
        return tuple(value)

    def optional_number(self, key: str) -> int | None:
        """Take a whole number above zero that need not be there."""
        value = self._left.pop(key, None)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
            raise self.refusal(key, "a whole number above zero")
        return value

    def mappings(self, key: str, default: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
        """Take a list of mappings, whose own keys are the caller's to check."""
        value = self._left.pop(key, list(default))
        if not isinstance(value, list) or not value or not all(isinstance(one, Mapping) for one in value):
            raise self.refusal(key, "a list of mappings")
        return [dict(one) for one in value]

    def has(self, key: str) -> bool:
        """Tell whether a key is there and not taken yet."""
        return key in self._left

    def done(self) -> None:
        """Refuse keys that mean nothing."""
        for key in self._left:
            raise self.refusal(key, "nothing: there is no such key")

    def refusal(self, key: str, allowed: str) -> ItemRefused:
        """Return the error for the value of a key."""
        return ItemRefused(
            f"hosting_stores.{self._kind}.{key} can't be used",
            remedy=f"allowed: {allowed}",
            code="invalid-place",
        )

    def _required_path(self, key: str, value: str) -> str:
        if not value.startswith("/") or any(part in (".", "..") for part in value.split("/")):
            raise self.refusal(key, "an absolute path without . and .. in it")
        return value

    def _required_fields(self, key: str, value: str, fields: Sequence[str]) -> str:
        if not set(_FIELD.findall(value)) <= set(fields):
            raise self.refusal(key, "a text with " + ", ".join(f"{{{field}}}" for field in fields))
        return value


ADDRESS_FIELDS = ("address", "local", "domain")
# What the place of an address may be made of.
PLACE_FIELDS = (*ADDRESS_FIELDS, "customer", "user")


def for_address(template: str, selection: Selection, address: str) -> str:
    """Fill a template in for an address of a customer, whose system user is ``user``."""
    local, _at, domain = address.rpartition("@")
    values = {"address": address, "local": local, "domain": domain}
    return filled(template, {**values, "customer": selection.customer, "user": selection.user})


def filled(template: str, values: Mapping[str, str]) -> str:
    """Put values in for the fields of a template, each once: what is in a value is no field."""
    return _FIELD.sub(lambda found: values[found.group(1)], template)
