# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of the system: started without a shell, with a time limit, their exit code always looked at."""

from __future__ import annotations

import os
import pwd
import select
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO, Any

from .errors import Incomplete, ServiceUnavailable

_SHOWN = 2000
_SAID = 1 << 16
# Programs of the administrator, whatever the PATH of the one who calls.
_ENVIRONMENT = {
    "LC_ALL": "C",
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "TZ": "UTC",
}
_CHUNK = 1 << 20
# Nothing heard for so long: a dead file system, a lock that nobody releases.
_SILENT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class CompletedProgram:
    """How a program ended, and what it said, both outputs in one."""

    code: int
    output: str

    @property
    def said(self) -> str:
        """Return what it said, on one line and cut short: the end, where programs say why they gave up."""
        text = " ".join(self.output.split())
        return text if len(text) <= _SHOWN else f"... {text[-_SHOWN:]}"


class ProgramFailed(Incomplete):
    """A program ended with an exit code that is not allowed. ``said`` is the end of what it had to say."""

    def __init__(self, program: str, code: int, said: str) -> None:
        super().__init__(f"{program} ended with {code}: {said}", remedy="see to the cause, then run again")
        self.said = said


def run(
    argv: Sequence[str], *, stdin: str = "", seconds: float = 60, environment: Mapping[str, str] | None = None
) -> CompletedProgram:
    """Run a program to its end. Raises ServiceUnavailable when it can't be started or takes too long."""
    try:
        done = subprocess.run(
            argv,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
            text=True,
            errors="replace",
            env={**os.environ, "LC_ALL": "C", "PATH": _ENVIRONMENT["PATH"], **(environment or {})},
        )
    except OSError as error:
        raise _not_started(argv, error) from error
    except subprocess.TimeoutExpired:
        raise ServiceUnavailable(
            f"{argv[0]} did not end within {seconds:g} s", remedy="see what keeps the host busy, then run again"
        ) from None
    return CompletedProgram(done.returncode, done.stdout)


@dataclass(frozen=True, slots=True)
class Identity:
    """A user of the system by numbers, with the groups that it is in."""

    uid: int
    gid: int
    groups: tuple[int, ...] = ()


def identity_of(user: str) -> Identity | None:
    """Return a user of the system with all its groups but root's, None if there is no such user or it is root."""
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        return None
    if entry.pw_uid == 0:
        return None
    groups = os.getgrouplist(user, entry.pw_gid)
    return Identity(entry.pw_uid, entry.pw_gid, tuple(group for group in groups if group != 0))


def owner_of(descriptor: int) -> Identity:
    """Return the owner of an open file or directory, with its group. What is root's is read as nobody."""
    found = os.fstat(descriptor)
    nobody = pwd.getpwnam("nobody")
    return Identity(found.st_uid or nobody.pw_uid, found.st_gid or nobody.pw_gid)


@contextmanager
def started(
    argv: Sequence[str],
    *,
    identity: Identity | None = None,
    directory: int | None = None,
    keep: Sequence[int] = (),
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program whose input, output and messages are pipes; it is ended with the block.

    It works in ``directory``, which is open, so that nobody can put another one in its place. Only root can give it
    another identity; whoever else calls is that identity already. Raises ServiceUnavailable when it can't be started.
    """
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=None if directory is None else f"/proc/self/fd/{directory}",
            pass_fds=keep,
            env=_ENVIRONMENT,
            **_rights(identity),
        )
    except OSError as error:
        raise _not_started(argv, error) from error
    with process:
        try:
            yield process
        finally:
            process.kill()


@dataclass(frozen=True, slots=True)
class Stage:
    """A program in a pipeline: its exit codes that are no failure, and the open files that it inherits."""

    argv: Sequence[str]
    allowed: frozenset[int] = frozenset({0})
    keep: Sequence[int] = ()


def is_installed(program: str) -> bool:
    """Tell whether a program can be found by those that are started here."""
    return shutil.which(program, path=_ENVIRONMENT["PATH"]) is not None


def run_pipeline(stages: Sequence[Stage], source: int, target: int) -> None:
    """Run programs as ``piped`` does, to their end, the last of which writes into ``target``."""
    with piped(stages, source, target):
        pass


@contextmanager
def piped(stages: Sequence[Stage], source: int, target: int = subprocess.PIPE) -> Iterator[IO[bytes]]:
    """Hold the output of programs open, each of which reads what the former writes, the first from ``source``.

    They are ended with the block. Raises ProgramFailed, after all was read, for one that did not end well,
    ServiceUnavailable when one can't be started.
    """
    with ExitStack() as stack:
        running: list[tuple[Stage, subprocess.Popen[bytes], IO[bytes]]] = []
        output: IO[bytes] = stack.enter_context(os.fdopen(os.dup(source), "rb"))
        for stage in stages:
            # on a disk or in memory, but never a pipe that fills up while nobody reads it
            said: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())
            into = target if stage is stages[-1] else subprocess.PIPE
            process = stack.enter_context(_in_pipeline(stage, output, into, said))
            running.append((stage, process, said))
            if process.stdout is not None:
                # the next program alone holds the pipe, so that the former ends when that one does
                output.close()
                output = process.stdout
        yield output
        # the last first: when one dies, those before it can't write any more, and are not to blame
        for stage, process, said in reversed(running):
            if process.wait() not in stage.allowed:
                said.seek(0)
                raise ProgramFailed(stage.argv[0], process.returncode, shortened(said.read(_SAID)))


@contextmanager
def _in_pipeline(stage: Stage, source: IO[bytes], target: int, said: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    try:
        process = subprocess.Popen(
            stage.argv, stdin=source, stdout=target, stderr=said, env=_ENVIRONMENT, pass_fds=stage.keep
        )
    except OSError as error:
        raise _not_started(stage.argv, error) from error
    try:
        yield process
    finally:
        if process.stdout is not None:
            process.stdout.close()
        process.kill()
        process.wait()


def shortened(said: bytes) -> str:
    """Return what a program said on one line: the end, where programs say why they gave up."""
    return " ".join(said.decode("utf-8", "replace").split())[-_SHOWN:]


def pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    """Return input, output and messages of a program that was started."""
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise AssertionError("pipes were asked for")
    return process.stdin, process.stdout, process.stderr


def chunks(descriptor: int, name: str, seconds: float = _SILENT_SECONDS) -> Iterator[memoryview]:
    """Yield what comes from a pipe; a view is good until the next one. Raises Incomplete where nothing comes."""
    buffer = bytearray(_CHUNK)
    view = memoryview(buffer)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while True:
        if not poll.poll(seconds * 1000):
            raise Incomplete(
                f"{name} has been silent for {seconds:g} s", remedy="see what keeps the host busy, then run again"
            )
        length = os.readv(descriptor, [buffer])
        if not length:
            return
        yield view[:length]


def _rights(identity: Identity | None) -> dict[str, Any]:
    if identity is None or os.geteuid() != 0:
        return {}
    return {"user": identity.uid, "group": identity.gid, "extra_groups": list(identity.groups)}


def _not_started(argv: Sequence[str], error: OSError) -> ServiceUnavailable:
    return ServiceUnavailable(
        f"{argv[0]} can't be started: {error.strerror}", remedy="install it: run the playbook servers"
    )
