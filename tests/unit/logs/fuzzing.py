# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parsers of logs meet what servers and strangers might write: started by tests/fuzz.

Three things are looked for, and the first line that shows one ends it: a parser that crashes, or says that a name
stands where it does not; a stranger's words that make somebody an owner; time that grows faster than the line.
"""

from __future__ import annotations

import os
import random
import re
import sys
import time
from collections.abc import Callable, Sequence

from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.messages import Messages
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.sessions import Sessions
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.tracker import Flat, Tracker
from ansible_collections.magmasoft.hosting.tests.unit.logs.corpora import OFFICE
from ansible_collections.magmasoft.hosting.tests.unit.logs.test_properties import (
    CLOCK,
    FLAT,
    FORGERIES,
    LINES,
    MAIL,
    PARSERS,
    Parser,
)
from ansible_collections.magmasoft.hosting.tests.unit.logs.test_real_lines import (
    apache_lines,
    cases,
    dovecot_lines,
    postfix_lines,
)

SECONDS = 600
# Bytes of a short line and of a long one, how much longer the latter may take beyond its length, and what is too
# short to tell.
SHORT, LONG, FACTOR, NEGLIGIBLE = 1 << 12, 1 << 16, 5, 0.01
OTHERS = {"wirt@alpenverein.example", "alpenverein-web", "www.alpenverein.example"}
OURS = {OFFICE, "alpenverein", "alpenverein.example", *OTHERS}
REAL: dict[str, Callable[[], list[str]]] = {
    "postfix": lambda: [line for _expected, line in postfix_lines()],
    "dovecot": lambda: [line for _expected, line in dovecot_lines()],
    "shared access": lambda: [line for _expected, line in cases("access")],
    "own access": lambda: [line for _expected, line in cases("access")],
    "cloud": lambda: [line for _expected, line in cases("access")],
    "own error": lambda: [line for _client, _level, line in apache_lines()],
    "shared error": lambda: [line for _expected, line in cases("web_error")],
    "fpm": lambda: [line for _expected, line in cases("web_error")],
}
_SYSLOG = "2026-11-23T06:00:00+00:00 mail"
NGINX = "2026/11/23 06:00:00 [error] 7#7: *1"
# Lines with a place that a stranger fills, for formats with sessions and transfers.
MORE: dict[str, list[str]] = {
    "postfix": [f"{_SYSLOG} postfix/smtpd[1]: {line}" for line in MAIL.values()],
    "prosody": [
        "2026-11-25T10:00:00+0000 c2s55aa\tinfo\tClient disconnected: {}",
        "2026-11-25T10:00:00+0000 c2s55aa\tinfo\tFailed authentication attempt (x) for user x {} from IP: h",
        "2026-11-25T10:00:00+0000 mod_x\tinfo\t{}",
    ],
    "radicale": [
        "[2026-11-25 10:00:00 +0000] [1/Thread-1] [INFO] GET request for '/{}' received from h",
        '[2026-11-25 10:00:00 +0000] [1/Thread-1] [WARNING] Failed login attempt from h: "x \'{}" (x)',
    ],
    "shared error": [
        f'{NGINX} open() "/srv/{{}}" failed (2: none), client: 192.0.2.1, server: z.example, request: "GET /{{}}"',
        f'{NGINX} user "{{}}" was not found, client: 192.0.2.1, server: _, request: "GET / HTTP/1.1", host: "{{}}"',
    ],
    "xferlog": ["Wed Nov 25 10:00:00 2026 0 h 1 /{} b _ i r z ftp 0 * c"],
}


class Found(Exception):
    """Something that must not be."""


def lines_of(name: str) -> list[bytes]:
    """Return the lines that are known of a format."""
    real = [line.encode() for line in REAL[name]()] if name in REAL else []
    return [*LINES[PARSERS[name][1]], *real]


def pieces() -> list[bytes]:
    """Return what lines of all formats are made of, and what somebody would write to be taken for another one."""
    words = {word for name in PARSERS for line in lines_of(name) for word in re.findall(rb"[^\s]+\s?|\s+", line)}
    places = [b", client: 192.0.2.1", b", server: alpenverein.example, ", b'request: "']
    return [
        *sorted(words),
        *places * 50,
        *(one.encode() for one in FORGERIES),
        b'"',
        b"\\",
        b"<",
        b">",
        b"(",
        b")",
        b"[",
        b"]",
        b" ",
    ]


class Fuzzer:
    """Feeds one parser. ``random`` decides what it gets."""

    def __init__(self, name: str, parse: Parser, words: Sequence[bytes], chance: random.Random) -> None:
        self._name, self._parse, self._words, self._chance = name, parse, words, chance
        self._lines = lines_of(name)
        flat = [line for parser, line in FLAT.values() if parser is parse]
        self._fields = [*flat, *MORE.get(name, [])]

    def step(self) -> None:
        """Try a few lines. Raises Found."""
        self.feed(self.damaged())
        if self._fields:
            self.forge()
        # it takes longer than all else
        if self._chance.random() < 0.01:
            self.stretch()

    def feed(self, line: bytes) -> None:
        """Let it read a line, and look at where names stand."""
        try:
            entry = self._parse(line)
        except Exception as error:
            raise Found(f"{self._name}: {error!r} at {line!r}") from error
        for one in entry.names if entry is not None else ():
            stands = line[one.start : one.end].decode("utf-8", "replace").lower()
            parts = one.value.lower().split("@")
            if not 0 <= one.start <= one.end <= len(line) or not all(part in stands for part in parts):
                raise Found(f"{self._name}: {one} does not stand in {line!r}")

    def forge(self) -> None:
        """Write as a stranger into a line of somebody else."""
        text = self._some_words().decode("utf-8", "replace").replace("\n", " ")
        field = self._chance.choice(self._fields)
        if self._name not in ("postfix", "prosody", "radicale", "xferlog") and not field.startswith(NGINX):
            # Apache writes the quotes of a stranger with a backslash
            text = text.replace("\\", "\\\\").replace('"', '\\"')
        if self._name == "fpm" and text.startswith("["):
            return
        line = field.replace("{}", text)
        entry = self._parse(line.encode())
        tracker: Tracker = Flat(OURS)
        if self._name == "postfix":
            tracker = Messages(OURS)
        elif self._name in ("prosody", "radicale"):
            tracker = Sessions(OURS)
        if entry is not None:
            tracker.learn(entry, CLOCK)
            if grants := tracker.judge(entry, CLOCK).grants:
                raise Found(f"{self._name}: {grants} are handed {line!r}")

    def stretch(self) -> None:
        """Repeat a part of a line, and see whether time grows with its length."""
        line = self._chance.choice(self._lines)
        words = re.findall(rb"[^ ]+ ?", line) or [b" "]
        first = self._chance.randrange(len(words))
        start = self._chance.randrange(len(line) + 1)
        part = (
            self._chance.choice(
                (
                    line[start : start + self._chance.randrange(1, 40)],
                    self._chance.choice(self._words),
                    b"".join(words[first : first + self._chance.randrange(1, 5)]),
                )
            )
            or b" "
        )
        cut = self._chance.randrange(len(line) + 1)
        short, long = (line[:cut] + part * (size // len(part)) + line[cut:] for size in (SHORT, LONG))
        # a machine that does something else meanwhile is asked again
        if all(self._is_slow(short, long) for _time in range(5)):
            taken = self._taken(long)
            raise Found(f"{self._name}: takes {taken:.2f} s for {LONG} bytes of {part!r} in {line!r} at {cut}")

    def damaged(self) -> bytes:
        """Return a line with something wrong in it."""
        line = self._chance.choice(self._lines)
        for _time in range(self._chance.randrange(1, 4)):
            start, end = sorted((self._chance.randrange(len(line) + 1), self._chance.randrange(len(line) + 1)))
            other = self._chance.choice(self._lines)
            put = self._chance.choice(
                (b"", line[start:end] * 2, self._some_words(), other[start:end], self._chance.randbytes(3))
            )
            line = line[:start] + put + line[self._chance.choice((start, end)) :]
        return line

    def _some_words(self) -> bytes:
        glue = self._chance.choice((b"", b" "))
        return glue.join(self._chance.choice(self._words) for _word in range(self._chance.randrange(1, 9)))

    def _is_slow(self, short: bytes, long: bytes) -> bool:
        taken = self._taken(long)
        return taken > NEGLIGIBLE and taken > self._taken(short) * (LONG // SHORT) * FACTOR

    def _taken(self, line: bytes) -> float:
        best = float("inf")
        for _time in range(3):
            started = time.process_time()
            self._parse(line)
            best = min(best, time.process_time() - started)
        return best


def main(arguments: Sequence[str]) -> int:
    """Fuzz the formats that are named, or all; return 1 where something was found."""
    seconds = int(arguments[0]) if arguments else SECONDS
    seed = int(os.environ.get("HOSTING_SEED", "0")) or random.randrange(1, 1 << 32)
    sys.stdout.write(f"HOSTING_SEED={seed}\n")
    words = pieces()
    for name in arguments[1:] or PARSERS:
        chance = random.Random(f"{seed} {name}")
        fuzzer = Fuzzer(name, PARSERS[name][0], words, chance)
        ends, steps = time.monotonic() + seconds, 0
        try:
            while time.monotonic() < ends:
                for _step in range(50):
                    fuzzer.step()
                steps += 50
        except Found as found:
            sys.stdout.write(f"FOUND after {steps} lines: {found}\n")
            return 1
        sys.stdout.write(f"{name}: {steps} lines, nothing found\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
