# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the two logs of web sites have in common: shared files, and files of a site's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from .._data_model.item_export import Reason
from .._data_model.items import Site
from .._data_model.place import filled
from .._data_model.selection import Selection, held_names
from .._logs.entry import LogEntry
from .._logs.files import beginnings
from .._logs.reading import Format, OwnerIndex, Parser, read_flat, read_whole
from .._logs.rotation import distinct, same_log
from .._logs.sinks import LineOwner, LogSink, by_name

NAMES = re.compile(rb"[A-Za-z0-9.-]+")
# The name of a site as logs have it first, whatever the format.
_LABEL = rb"[^\s.:/\[\](){}<>\"'=]"
_NAMED_FIRST = re.compile(rb"((?:" + _LABEL + rb"+\.)+(?![0-9])" + _LABEL + rb"+)(?::[0-9]+)?[ \t]")


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
    paths: Sequence[str],
    parse: Parser,
    is_one: Callable[[bytes], bool],
    index: OwnerIndex,
    sink: LogSink[Any],
    of_visitors: Parser | None = None,
) -> None:
    """Read logs that several sites write to. ``is_one`` knows lines of the format, whether or not they name a site;
    ``of_visitors`` those of visitors that don't.
    """
    for path in distinct(paths):
        read_flat(path, Format(parse, is_one, NAMES), index, sink, required=True)
        if of_visitors is not None and _is_nameless(path, parse, of_visitors):
            sink.nameless.append(path)


def _is_nameless(path: str, parse: Parser, of_visitors: Parser) -> bool:
    """Tell whether the format of a log has no names of sites."""
    return any(of_visitors(line) is not None and parse(line) is None for line in beginnings(path))


def read_own(
    selections: Sequence[Selection],
    template: str,
    form: Format,
    shared: Parser,
    logs: Sequence[str],
    sink: LogSink[Any],
    *,
    takes_unread: Callable[[str], bool],
) -> Mapping[LineOwner, Exception]:
    """Read each site's own logs; return what went wrong with which.

    ``shared`` reads lines that name their site, and ``logs`` are those that were read by it already. What nobody
    understands in a log of a site alone is handed out by one kind, which ``takes_unread`` tells for the path of a log.
    """
    failures: dict[LineOwner, Exception] = {}
    read = {same_log(path) for path in logs}
    nameless = {same_log(path) for path in sink.nameless}
    listed = [
        (selection.customer, same_log(path))
        for selection in selections
        for site in selection.sites
        for path in site.logs
    ]
    for selection in selections:
        for site in selection.sites:
            owner = LineOwner(selection.customer, site.name)
            try:
                for path, is_required in _own_paths(site, template):
                    log = same_log(path)
                    if site.managed:
                        # nothing but this kind is written there
                        read_whole(
                            path,
                            replace(form, ignored=_nothing),
                            owner,
                            sink,
                            is_owners=_everything,
                            required=is_required,
                            held=selection.held.get(site.name),
                        )
                    elif log in read:
                        _note_nameless(path, owner, sink, log in nameless)
                    else:
                        others = {found for customer, found in listed if customer != selection.customer}
                        is_shared = log in others or log in map(same_log, site.shared_logs)
                        mine = _Listed(form, shared, site, is_shared=is_shared, has_unread=takes_unread(path))
                        read_whole(
                            path, mine.format(), owner, sink, is_owners=mine.names_no_other, required=is_required
                        )
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
        yield from ((path, True) for path in distinct(site.logs))
        return
    path = filled(template, {"site": site.name})
    parent = Path(template.partition("{")[0] + "x").parent
    # a site without logs of its own, or with none so far, has no directory for them; but all of them have a place
    if Path(path).parent.is_dir() or not parent.is_dir():
        yield path, False


def _note_nameless(path: str, owner: LineOwner, sink: LogSink[Any], is_nameless: bool) -> None:
    if is_nameless:
        sink.of(owner).left_out[path] = Reason.NAMELESS


def is_of_errors(path: str) -> bool:
    """Tell whether a log that the register lists is called one of errors: of others, lines that nobody understands are
    taken for those of visitors.
    """
    return "err" in Path(path).name.lower()


def _everything(_line: bytes) -> bool:
    return True


def _nothing(_line: bytes) -> bool:
    return False


class _Listed:
    """A log that the register lists for a site. Others may write to it, so lines that name a site are that site's.

    Those without a name are this one's, unless the log ``is_shared`` with other customers: then they are nobody's.
    Of those that nobody understands the same holds; they are handed out where the log ``has_unread`` ones for this
    kind.
    """

    def __init__(self, form: Format, shared: Parser, site: Site, *, is_shared: bool, has_unread: bool) -> None:
        self._form, self._shared, self._is_shared, self._has_unread = form, shared, is_shared, has_unread
        self._names = {site.name, *site.aliases}
        self.has_nameless = False

    def format(self) -> Format:
        """Return how it is read."""
        return Format(self._parse, self._form.is_one, self._form.mention, self._is_of_others)

    def names_no_other(self, line: bytes) -> bool:
        """Tell whether a line that nobody understands does not begin with the name of another site."""
        first = _NAMED_FIRST.match(line)
        return first is None or first[1].decode("utf-8", "replace").lower() in self._names

    def _parse(self, line: bytes) -> LogEntry | None:
        entry = self._shared(line)
        if entry is not None:
            return entry if entry.names and entry.names[0].value in self._names else None
        return None if self._is_shared else self._form.parse(line)

    def _is_of_others(self, line: bytes) -> bool:
        if self._form.ignored(line) or self._shared(line) is not None:
            return True
        self.has_nameless = self.has_nameless or self._is_shared
        return self._is_shared or not self._has_unread
