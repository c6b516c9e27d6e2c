# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the two logs of web sites have in common: shared files, and files of a site's own."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .._data_model.item_export import Reason
from .._data_model.items import Site
from .._data_model.place import filled
from .._data_model.selection import Selection, held_names
from .._logs.entry import LogEntry
from .._logs.files import open_log
from .._logs.reading import Format, OwnerIndex, Parser, read_flat, read_whole
from .._logs.rotation import Packing, is_part
from .._logs.sinks import LineOwner, LogSink, by_name

# How much of a log shows its format, in bytes.
_HEAD = 1 << 16
NAMES = re.compile(rb"[A-Za-z0-9.-]+")


def index_of_sites(selections: Sequence[Selection], patterns: Callable[[str], Sequence[bytes]]) -> OwnerIndex:
    """Return the sites that are asked for by their names and aliases, each of which may be the first of a server."""
    owners = {
        name: LineOwner(selection.customer, site.name)
        for selection in selections
        for site in selection.sites
        for name in (site.name, *site.aliases)
    }
    searched = [text for name in owners for text in patterns(name)]
    return OwnerIndex(owners, by_name(owners), searched, held_names(selections))


def read_shared(
    paths: Sequence[str], parse: Parser, index: OwnerIndex, sink: LogSink[Any], of_visitors: Parser | None = None
) -> None:
    """Read logs that several sites write to. ``of_visitors`` knows lines of visitors that do not name their site."""
    for path in paths:
        read_flat(path, Format(parse, NAMES), index, sink, required=True)
        if of_visitors is not None and _is_nameless(path, parse, of_visitors):
            sink.nameless.append(path)


def _is_nameless(path: str, parse: Parser, of_visitors: Parser) -> bool:
    """Tell whether the format of a log has no names of sites: how it begins shows that."""
    with open_log(path) as files:
        heads = [os.pread(file.descriptor, _HEAD, 0) for file in files if file.packing is Packing.NONE]
    lines = [line for head in heads for line in head.split(b"\n")[:-1]]
    return any(of_visitors(line) is not None and parse(line) is None for line in lines)


def read_own(
    selections: Sequence[Selection],
    template: str,
    form: Format,
    shared: Parser,
    logs: Sequence[str],
    sink: LogSink[Any],
) -> Mapping[LineOwner, Exception]:
    """Read each site's own logs; return what went wrong with which.

    ``shared`` reads lines that name their site, and ``logs`` are those that were read by it already.
    """
    failures: dict[LineOwner, Exception] = {}
    listed = [(selection.customer, path) for selection in selections for site in selection.sites for path in site.logs]
    for selection in selections:
        for site in selection.sites:
            owner = LineOwner(selection.customer, site.name)
            try:
                for path, is_required in _own_paths(site, template):
                    if site.managed:
                        held = selection.held.get(site.name)
                        read_whole(path, form, owner, sink, required=is_required, held=held)
                    elif any(is_part(path, log) for log in logs):
                        _note_nameless(path, owner, sink, any(is_part(path, log) for log in sink.nameless))
                    else:
                        others = [log for customer, log in listed if customer != selection.customer]
                        is_shared = any(is_part(path, log) for log in (*others, *site.shared_logs))
                        mine = _Listed(form, shared, site, is_shared=is_shared)
                        read_whole(path, mine.format(), owner, sink, required=is_required)
                        _note_nameless(path, owner, sink, mine.has_nameless)
            except Exception as error:  # noqa: BLE001 - it is the failure of this item
                failures[owner] = error
    return failures


def places_of(selections: Sequence[Selection], shared: Sequence[str], template: str) -> Mapping[LineOwner, str]:
    """Return the files in which lines of each site lie, for people."""
    return {
        LineOwner(selection.customer, site.name): ", ".join(
            [*shared, *(path for path, _own in _own_paths(site, template))]
        )
        for selection in selections
        for site in selection.sites
    }


def _own_paths(site: Site, template: str) -> Iterator[tuple[str, bool]]:
    """Yield the paths of a site's own logs, and whether they have to be there."""
    if not site.managed:
        yield from ((path, True) for path in site.logs)
        return
    path = filled(template, {"site": site.name})
    parent = Path(template.partition("{")[0] + "x").parent
    # a site without logs of its own, or with none so far, has no directory for them; but all of them have a place
    if Path(path).parent.is_dir() or not parent.is_dir():
        yield path, False


def _note_nameless(path: str, owner: LineOwner, sink: LogSink[Any], is_nameless: bool) -> None:
    if is_nameless:
        sink.of(owner).left_out[path] = Reason.NAMELESS


class _Listed:
    """A log that the register lists for a site. Others may write to it, so lines that name a site are that site's.

    Those without a name are this one's, unless the log ``is_shared`` with other customers: then they are nobody's.
    """

    def __init__(self, form: Format, shared: Parser, site: Site, *, is_shared: bool) -> None:
        self._form, self._shared, self._is_shared = form, shared, is_shared
        self._names = {site.name, *site.aliases}
        self.has_nameless = False

    def format(self) -> Format:
        """Return how it is read."""
        return Format(self._parse, self._form.mention, self._is_of_others)

    def _parse(self, line: bytes) -> LogEntry | None:
        entry = self._shared(line)
        if entry is not None:
            return entry if entry.names and entry.names[0].value in self._names else None
        return None if self._is_shared else self._form.parse(line)

    def _is_of_others(self, line: bytes) -> bool:
        if self._form.ignored(line) or self._shared(line) is not None:
            return True
        self.has_nameless = self.has_nameless or self._is_shared
        return self._is_shared
