# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forwardings between addresses of the register: each has to arrive somewhere.

Postfix follows them one after the other. It stops at an address that keeps a copy, and refuses the whole message, for a
while, where forwardings without a copy lead back to where they began.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.addresses import canonical

from .errors import RegisterReport

_MOST_TOLD: Final = 8


@dataclass(frozen=True, slots=True)
class _Target:
    """An address to which something is forwarded, as it stands in the register, and where."""

    text: str
    at: str

    @property
    def address(self) -> str:
        """Return the address that it counts as."""
        return canonical(self.text)


@dataclass(eq=False, slots=True)
class _Box:
    """A mailbox, or a forwarding; ``following`` are the forwardings without a copy to which it forwards."""

    name: str
    is_managed: bool
    keeps: bool
    targets: Sequence[_Target]
    position: int
    report: RegisterReport
    following: list[tuple[_Target, _Box]] = field(default_factory=list)

    @property
    def told(self) -> str:
        """Return it as errors name it."""
        return f"{self.name} ({self.report.file}:{self.report.line(f'mailboxes/{self.position}/address')})"


def report_lost_forwardings(
    customers: Iterable[tuple[Mapping[str, Any], RegisterReport]], seeming: Collection[str]
) -> None:
    """Report forwardings to addresses of our domains that nobody has, and those that lead in a circle.

    ``seeming`` are addresses that files seem to have which can't be understood.
    """
    read = list(customers)
    # whoever runs an unmanaged mailbox says where it forwards to
    boxes = [box for customer, report in read for box in _forwarding(customer, report)]
    wanted = {target.address for box in boxes for target in box.targets}
    holders, domains = _looked_up(read, wanted, {(box.report, box.position): box for box in boxes})
    for box in boxes:
        for target in box.targets:
            holder = holders.get(target.address)
            if holder is None and target.address.rpartition("@")[2] in domains and target.address not in seeming:
                box.report.add(
                    target.at,
                    target.text,
                    "lies in a domain whose mail arrives here, and no mailbox of the register has this address",
                    "an address or alias of the register, or one of a domain elsewhere",
                )
            elif holder is not None and holder.is_managed and not holder.keeps:
                box.following.append((target, holder))
    _report_circles(boxes)


def _forwarding(customer: Mapping[str, Any], report: RegisterReport) -> Iterator[_Box]:
    """Yield the mailboxes of ours that forward."""
    for position, mailbox in _mailboxes(customer):
        if mailbox["forward_to"] and mailbox["managed"] is True:
            yield _box(mailbox, position, report)


def _looked_up(
    customers: Iterable[tuple[Mapping[str, Any], RegisterReport]],
    wanted: Collection[str],
    known: Mapping[tuple[RegisterReport, int], _Box],
) -> tuple[Mapping[str, _Box], Collection[str]]:
    """Return who holds the addresses that are wanted, and those domains of theirs whose mail arrives here."""
    holders: dict[str, _Box] = {}
    domains: set[str] = set()
    asked = {address.rpartition("@")[2] for address in wanted}
    for customer, report in customers if wanted else ():
        for position, mailbox in _mailboxes(customer):
            managed = mailbox["managed"] is True
            for name in (mailbox["address"], *(mailbox["aliases"] or ())):
                if name in wanted:
                    holders[name] = known.get((report, position)) or _box(mailbox, position, report)
                if managed and name is not None and (domain := name.rpartition("@")[2]) in asked:
                    domains.add(domain)
    return holders, domains


def _mailboxes(customer: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for position, mailbox in enumerate(customer["mailboxes"] or ()):
        if mailbox is not None and mailbox["address"] is not None:
            yield position, mailbox


def _box(mailbox: Mapping[str, Any], position: int, report: RegisterReport) -> _Box:
    at = f"mailboxes/{position}"
    targets = [
        _Target(text, f"{at}/forward_to/{number}")
        for number, text in enumerate(mailbox["forward_to"] or ())
        if text is not None
    ]
    return _Box(
        mailbox["address"],
        mailbox["managed"] is True,
        mailbox["keep_copy"] is not False,
        targets,
        position,
        report,
    )


def _report_circles(boxes: Iterable[_Box]) -> None:
    """Report every forwarding that leads in a circle, but for those to itself, which were reported."""
    left = {box for box in boxes if box.following}
    # what leads to none of those that are left leads out; what none of them leads to only leads in
    _drop(left, lambda box: [after for _target, after in box.following])
    leading: dict[_Box, list[_Box]] = {box: [] for box in left}
    for box in left:
        for _target, after in box.following:
            if after in left:
                leading[after].append(box)
    _drop(left, lambda box: leading[box])
    for box in left:
        for target, after in box.following:
            if after in left and after is not box:
                way = _way(after, left)
                box.report.add(
                    target.at,
                    target.text,
                    f"leads in a circle, in which no address keeps a copy: {way}",
                    "forwardings that end elsewhere, or keep_copy: true at one of them",
                )


def _drop(left: set[_Box], neighbours: Any) -> None:
    """Drop those of whom no neighbour is left, one after the other."""
    numbers = {box: sum(1 for other in neighbours(box) if other in left) for box in left}
    back: dict[_Box, list[_Box]] = {}
    for box in left:
        for other in neighbours(box):
            back.setdefault(other, []).append(box)
    idle = [box for box, number in numbers.items() if not number]
    while idle:
        gone = idle.pop()
        left.discard(gone)
        for box in back.get(gone, ()):
            numbers[box] -= 1
            if not numbers[box]:
                idle.append(box)


def _way(first: _Box, left: Collection[_Box]) -> str:
    """Return the way from a forwarding to the next one, and so on, up to the first that comes again."""
    way: dict[_Box, None] = {}
    box = first
    while box not in way and len(way) < _MOST_TOLD:
        way[box] = None
        box = next(after for _target, after in box.following if after in left)
    return ", then ".join([*(one.told for one in way), *(["..."] if box not in way else [])])
