# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Items as a module is given them, checked against their spec.

Ansible would check them itself if the spec stood in the argument spec of the module: in a dozen passes over every
option, and up to the first mistake. For a thousand items that takes longer than all else that an idle run does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible.module_utils.common.validation import (
    check_type_bool,
    check_type_dict,
    check_type_list,
    check_type_path,
    check_type_str,
)

from .._core.errors import ItemRefused
from .._data_model.items import Spec

_TYPES: Mapping[str, type] = {"bool": bool, "dict": dict, "int": int, "list": list, "path": str, "str": str}
_INTEGER = re.compile(r"([+-]?[0-9]{1,18})(?:\.0*)?")


def _integer(value: object) -> int:
    """Convert as Ansible does, which fails on ``inf`` and works for ever on ``1e999999999``."""
    found = _INTEGER.fullmatch(str(value).strip())
    if found is None:
        raise TypeError(value)
    return int(found[1])


_CONVERSIONS: Mapping[str, Any] = {
    "bool": check_type_bool,
    "dict": check_type_dict,
    "int": _integer,
    "list": check_type_list,
    "path": check_type_path,
    "str": check_type_str,
}
_NAMED = 20


def read_items(option: str, items: Sequence[Any], spec: Spec) -> list[dict[str, Any]]:
    """Return the items of ``option`` with every option of the spec. Raises ItemRefused, which names all mistakes."""
    reader = _Reader(spec)
    read = [reader.read(item, f"{option}[{position}]") for position, item in enumerate(items)]
    if reader.mistakes:
        more = f"; and {len(reader.mistakes) - _NAMED} more" if len(reader.mistakes) > _NAMED else ""
        raise ItemRefused(
            "; ".join(reader.mistakes[:_NAMED]) + more,
            remedy="correct them; the documentation of the module lists what is allowed",
            code="invalid-option",
        )
    return read


class _Reader:
    def __init__(self, spec: Spec) -> None:
        self.mistakes: list[str] = []
        self._spec = spec
        self._defaults = {name: option.get("default") for name, option in spec.items()}

    def read(self, item: Any, place: str) -> dict[str, Any]:
        """Return an item with its defaults; whatever is wrong with it is noted."""
        return self._options(item, self._spec, self._defaults, place)

    def _options(self, item: Any, spec: Spec, defaults: Mapping[str, Any], place: str) -> dict[str, Any]:
        found = dict(defaults)
        if not isinstance(item, dict):
            self._note(place, "is not a dictionary")
            return found
        for name, value in item.items():
            if name not in spec:
                self._note(f"{place}.{name}", f"there is no such option; allowed: {', '.join(sorted(spec))}")
            elif value is not None:
                found[name] = self._value(value, spec[name], f"{place}.{name}")
        for name, option in spec.items():
            if found[name] is None and option.get("required"):
                self._note(f"{place}.{name}", "is missing")
        return found

    def _value(self, value: Any, option: Mapping[str, Any], place: str) -> Any:
        converted = self._of_type(value, option["type"], place)
        if "options" in option:
            sub = option["options"]
            return self._options(converted, sub, {name: part.get("default") for name, part in sub.items()}, place)
        if "elements" in option and isinstance(converted, list):
            kind = option["elements"]
            return [self._of_type(part, kind, f"{place}[{number}]") for number, part in enumerate(converted)]
        if "choices" in option and converted not in option["choices"]:
            self._note(place, f"is {str(value)[:80]!r}; allowed: {', '.join(option['choices'])}")
        return converted

    def _of_type(self, value: Any, kind: str, place: str) -> Any:
        wanted = _TYPES[kind]
        # to Python a truth value is a number
        if isinstance(value, wanted) and isinstance(value, bool) == (wanted is bool):
            return value
        try:
            converted = value if isinstance(value, bool) and wanted is int else _CONVERSIONS[kind](value)
        except TypeError:
            converted = value
        if converted is value:
            self._note(place, f"is {type(value).__name__} and can't be understood as {kind}")
        return converted

    def _note(self, place: str, what: str) -> None:
        self.mistakes.append(f"{place}: {what}")
