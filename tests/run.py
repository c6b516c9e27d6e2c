#!/usr/bin/env python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs checks side by side, and says what each took.

tests/run                        every check
tests/run JOB...                 these: lint, unit, sanity, golden, or a shard of tests/shards.toml
tests/run --keep SHARD [ARG...]  one shard, on a new host that stays until the next such run; pytest gets the arguments

Each job writes build/test/<job>.log; its end is shown where the job fails.

HOSTING_JOBS    how many at once
HOSTING_MARKS   an expression for pytest -m; by default everything but what takes long, which `make torture` runs
HOSTING_SEED    repeats the moments at which the fault tests do things
"""

from __future__ import annotations

import argparse
import fcntl
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(os.environ["HOSTING_ROOT"])
LOGS = ROOT / "build" / "test"
PLACES = ROOT / "build" / "molecule"
ORIGINAL = "default"
HOST = "hosting-default"
INVENTORY = ROOT / "molecule" / ORIGINAL / "inventory"
# What a host, the daemons on it, and the programs that test it take at their peak.
MEGABYTES = 1300
# What needs no host gives way to what everything else waits for.
FAST = ("unit", "sanity", "lint")
GOLDEN = "golden"
SLOWEST = 20
# lines of a log, and characters of a reason
TAIL = 60
REASON = 200
MARKS = os.environ.get("HOSTING_MARKS", "not torture")
PASSED, FAILED, SKIPPED = "passed", "FAILED", "skipped"


@dataclass(frozen=True)
class Shard:
    """A row of tests/shards.toml."""

    name: str
    on: str
    tests: Sequence[str] = ()
    timers: bool = False
    golden: bool = True
    torture: bool = False

    def paths(self, arguments: Sequence[str]) -> list[str]:
        """Return arguments for pytest: its tests, unless others name some."""
        own = [] if any(Path(one.partition("::")[0]).exists() for one in arguments) else self.tests
        return [*(f"tests/{test}" for test in own), *arguments]


@dataclass(frozen=True)
class Case:
    """A test that has run."""

    name: str
    seconds: float
    outcome: str
    # why it was skipped or has failed
    reason: str


@dataclass
class Job:
    """Something to run, and what became of it."""

    name: str
    command: Sequence[str | Path]
    # another, which has to pass first
    needs: str = ""
    started: float = 0.0
    seconds: float = 0.0
    process: subprocess.Popen[bytes] | None = None
    # empty until it has ended; then how, or why it did not run
    outcome: str = ""

    @property
    def log(self) -> Path:
        """Return the file that has what it prints."""
        return LOGS / f"{self.name}.log"

    @property
    def report(self) -> Path:
        """Return the file in which pytest describes its tests (JUnit's XML)."""
        return LOGS / f"{self.name}.xml"


def shards() -> dict[str, Shard]:
    """Return the rows of tests/shards.toml, by name, in their order."""
    with (ROOT / "tests" / "shards.toml").open("rb") as file:
        return {name: Shard(name, **row) for name, row in tomllib.load(file).items()}


def main() -> int:
    """Run; the exit status tells whether all is well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", action="store_true", help="one shard, whose host stays")
    parser.add_argument("--shard", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("names", nargs="*", metavar="JOB")
    options, more = parser.parse_known_args()
    rows = shards()
    if options.keep or options.shard:
        name, *arguments = [*options.names, *more] or [""]
        if name not in rows or rows[name].on == "scenario":
            parser.error(
                f"no shard {name!r}; there are: {_listed(row.name for row in rows.values() if row.on != 'scenario')}"
            )
        return run_shard(rows[name], arguments, keep=options.keep)
    if more:
        parser.error(f"arguments for pytest go with --keep: {' '.join(more)}")
    known = [GOLDEN, *FAST, *rows]
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"no job {_listed(unknown)}; there are: {_listed(known)}")
    usual = [name for name in known if name not in rows or not rows[name].torture]
    return Runner(planned(rows, options.names or usual)).run()


def planned(rows: Mapping[str, Shard], names: Sequence[str]) -> list[Job]:
    """Return the jobs with these names and what they need, in the order in which they are started."""
    needing = {name: GOLDEN if row.golden else "" for name, row in rows.items()}
    wanted = {*names, *(needing.get(name, "") for name in names)} - {""}
    commands: dict[str, Sequence[str | Path]] = {
        # without the tests on the original, one on which they have not passed has to do
        GOLDEN: ["tests/golden", "make", *([] if "original" in wanted else ["untried"])],
        **{name: ["nice", f"tests/run-{name}"] for name in FAST},
        **{name: _command(row) for name, row in rows.items()},
    }
    if wanted <= {*FAST}:
        # nobody else wants the processors
        commands["unit"] = ["tests/run-unit", f"--numprocesses={os.cpu_count()}"]
    return [Job(name, command, needing.get(name, "")) for name, command in commands.items() if name in wanted]


def _command(row: Shard) -> list[str | Path]:
    if row.on == "scenario":
        return ["molecule", "test", "--scenario-name", row.name]
    return [sys.executable, __file__, "--shard", row.name]


def run_shard(row: Shard, arguments: Sequence[str], *, keep: bool) -> int:
    """Run the tests of a shard on its host; return the exit status of pytest.

    The original is there where this run has built the golden host. Where a former run has, the tests on the original
    passed then, and run on a copy now.
    """
    original = row.on == "original" and (PLACES / ORIGINAL / "original").exists() and not keep
    place = PLACES / (ORIGINAL if original else f"{'kept-' if keep else ''}{row.name}")
    # those that the runner starts are so already
    base = isolated() if keep else os.environ
    environment = {**base, "HOSTING_PLACE": str(place), "HOSTING_TIMERS": "" if row.timers else "waiting"}
    if not original:
        if place.exists():
            _remove(place)
        subprocess.run(["tests/golden", "clone", place.name], check=True, env=environment)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-o", f"cache_dir=build/cache/pytest-{row.name}", *row.paths(arguments)],
        check=False,
        env={
            **environment,
            "ANSIBLE_HOME": str(ROOT / "build" / f"ansible.{row.name}"),
            "HOSTING_TEST_HOST": HOST,
            "HOSTING_TEST_INVENTORY": str(INVENTORY),
        },
    )
    if not keep:
        _remove(place)
    if original and done.returncode == 0:
        subprocess.run(["tests/golden", "prove"], check=True)
    return done.returncode


def isolated() -> dict[str, str]:
    """Return the environment as the function of that name in lab/env leaves it."""
    script = "source lab/env; isolate; env --null"
    done = subprocess.run(["bash", "-c", script], check=True, capture_output=True, text=True, cwd=ROOT)
    return dict(entry.split("=", 1) for entry in done.stdout.split("\0") if entry)


def _remove(place: Path) -> None:
    subprocess.run(["lab/host", "down"], check=True, env={**os.environ, "HOSTING_PLACE": str(place)})
    shutil.rmtree(place, ignore_errors=True)


def sweep() -> None:
    """Remove the hosts of runs that were interrupted; those that somebody keeps stay."""
    for place in PLACES.glob("*"):
        if not place.name.startswith("kept-"):
            _remove(place)


class Runner:
    """Runs jobs, as many at once as processors and memory allow."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = jobs
        self._running: list[Job] = []
        seed = os.environ.get("HOSTING_SEED", str(random.randrange(10**9)))
        common = {"HOSTING_SEED": seed, "ANSIBLE_FORCE_COLOR": "0", "NO_COLOR": "1", "COLUMNS": "160"}
        # what needs no host may fetch packages, by the settings of the machine; golden builds the image by them
        self._environments = {name: {**os.environ, **common} for name in (*FAST, GOLDEN)}
        self._isolated = {**isolated(), **common}

    def run(self) -> int:
        """Run all of them; return the exit status of the whole."""
        LOGS.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        with _alone():
            for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(signum, self._interrupted)
            sweep()
            # what a former run has said of a job that does not come to run in this one
            for job in self._jobs:
                job.report.unlink(missing_ok=True)
            say(f"Checks: {_listed(job.name for job in self._jobs)}; HOSTING_SEED={self._isolated['HOSTING_SEED']}")
            while not all(job.outcome for job in self._jobs):
                self._start()
                self._end()
                time.sleep(0.2)
            sweep()
        return summed_up(self._jobs, time.monotonic() - started)

    def _start(self) -> None:
        for job in self._jobs:
            need = next((other for other in self._jobs if other.name == job.needs), None)
            if job.process or job.outcome or (need and not need.outcome):
                continue
            if need and need.outcome != PASSED:
                job.outcome = f"not run, since {need.name} {need.outcome}"
                continue
            if len(self._running) >= _at_once(len(self._running)):
                return
            job.started = time.monotonic()
            pytest = f"--junitxml={job.report} -m '{MARKS}'"
            with job.log.open("wb") as log:
                # run-unit drops settings of pytest, which may be the operator's
                report = [f"--junitxml={job.report}"] if job.name == "unit" else []
                job.process = subprocess.Popen(
                    [*job.command, *report], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT,
                    start_new_session=True,
                    env={
                        **self._environments.get(job.name, self._isolated),
                        **_origin(job),
                        "PYTEST_ADDOPTS": pytest,
                        "ANSIBLE_HOME": str(ROOT / "build" / f"ansible.{job.name}"),
                        "MOLECULE_EPHEMERAL_DIRECTORY": str(ROOT / "build" / "molecule-run" / job.name),
                    },
                )  # fmt: skip
            self._running.append(job)

    def _end(self) -> None:
        for job in list(self._running):
            assert job.process is not None
            code = job.process.poll()
            if code is None:
                continue
            self._running.remove(job)
            job.seconds = time.monotonic() - job.started
            job.outcome = FAILED if code else PASSED
            say(f"Checks: {job.name}: {job.outcome} ({job.seconds:.0f} s)")
            if code:
                for line in _telling(job.log):
                    print(f"[{job.name}] {line}", flush=True)

    def _interrupted(self, signum: int, _frame: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        say("Checks: interrupted; removing the hosts")
        for each, seconds in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)):
            for job in self._running:
                assert job.process is not None
                with suppress(ProcessLookupError):
                    os.killpg(job.process.pid, each)
            until = time.monotonic() + seconds
            while time.monotonic() < until and any(job.process and job.process.poll() is None for job in self._running):
                time.sleep(0.1)
        sweep()
        sys.exit(128 + signum)


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of the checkout: two runs would sweep up each other's hosts."""
    with (LOGS / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            sys.exit(f"tests/run: another run is at work in this checkout (process {lock.read().strip()})")
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _origin(job: Job) -> dict[str, str]:
    """Return what makes the hosts of a scenario copies of the golden one, unless somebody wants them otherwise."""
    if job.command[0] != "molecule" or not job.needs or "HOSTING_FROM" in os.environ:
        return {}
    return {"HOSTING_FROM": (ROOT / "build" / GOLDEN / "image").read_text("utf-8").strip()}


def _at_once(running: int) -> int:
    """Return how many jobs memory and processors allow: two more than these, since tests often wait for a daemon."""
    if "HOSTING_JOBS" in os.environ:
        return int(os.environ["HOSTING_JOBS"])
    available = next(
        int(line.split()[1]) // 1024
        for line in Path("/proc/meminfo").read_text("ascii").splitlines()
        if line.startswith("MemAvailable:")
    )
    return max(1, min((os.cpu_count() or 1) + 2, running + available // MEGABYTES))


def _telling(log: Path) -> list[str]:
    """Return the lines of a log that tell why a job failed: its end, and what names a test or a task."""
    lines = log.read_text("utf-8", "replace").splitlines()
    naming = [line for line in lines[:-TAIL] if re.match(r"\W*(FAILED|ERROR|fatal:|\[ERROR\]) ", line)]
    return [*(line[:300] for line in naming), *lines[-TAIL:]]


def summed_up(jobs: Sequence[Job], seconds: float) -> int:
    """Print what each job took, the slowest tests, and the verdict; return the exit status."""
    cases = [case for job in jobs for case in _cases(job.report)]
    print("\nWhat each took, in seconds:")
    for job in jobs:
        print(f"  {job.seconds:7.0f}  {job.name:12} {job.outcome}")
    print(f"  {seconds:7.0f}  all together")
    print(f"\nThe slowest {SLOWEST} tests, in seconds:")
    for case in sorted(cases, key=lambda case: case.seconds, reverse=True)[:SLOWEST]:
        print(f"  {case.seconds:7.1f}  {case.name}")
    failed = [case for case in cases if case.outcome == FAILED]
    skipped = [case for case in cases if case.outcome == SKIPPED]
    print(*(f"\n{case.outcome} {case.name}: {case.reason}" for case in (*failed, *skipped)), sep="")
    # a job without a report of tests, or with a good one, has failed as a whole
    whole = [
        job for job in jobs if job.outcome != PASSED and not any(case.outcome == FAILED for case in _cases(job.report))
    ]
    passed = sum(case.outcome == PASSED for case in cases) + sum(
        job.outcome == PASSED and not job.report.exists() for job in jobs
    )
    print(f"\n{passed} passed, {len(failed) + len(whole)} failed, {len(skipped)} skipped")
    return 1 if failed or whole else 0


def _cases(report: Path) -> list[Case]:
    if not report.exists():
        return []
    found = []
    # pytest's own, of our tests
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314
        told = {child.tag: " ".join(child.get("message", "").split())[:REASON] for child in case}
        failure = told.get("failure", told.get("error"))
        outcome = FAILED if failure is not None else SKIPPED if "skipped" in told else PASSED
        name, seconds = f"{case.get('classname')}::{case.get('name')}", float(case.get("time", "0"))
        found.append(Case(name, seconds, outcome, failure or told.get("skipped", "")))
    return found


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def say(text: str) -> None:
    """Print a line about the run."""
    print(f"==> {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
