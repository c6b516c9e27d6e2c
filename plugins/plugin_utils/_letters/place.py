# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where letters may lie: in a directory that is the operator's alone, and that git does not take in."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from ...module_utils._core.errors import UnsafePath

_GIT_SECONDS = 20
_SAMPLES = (
    "customer.json",
    "customer.txt",
    "customer.html",
    "pending/customer.json",
    "downloads/customer.json",
    "downloads/customer.2026-11-25.txt",
    "downloads/customer.2026-11-25.html",
)


def resolve(directory: str) -> Path:
    """Return the real path of the letters' directory, which need not exist; refuse one that git would take in."""
    if not Path(directory).is_absolute():
        raise UnsafePath(f"letters: {directory!r} is not an absolute path", remedy="give an absolute path")
    path = Path(os.path.realpath(directory))
    tree = next((parent for parent in (path, *path.parents) if os.path.lexists(parent / ".git")), None)
    if tree is not None:
        _require_ignored(path, tree)
    return path


def require_own(descriptor: int, shown: str) -> None:
    """Refuse an open directory that belongs to somebody else, or that others can read or write."""
    found = os.fstat(descriptor)
    if found.st_uid != os.geteuid():
        raise UnsafePath(
            f"{shown}: belongs to user number {found.st_uid}, passwords are written by {os.geteuid()}",
            remedy="choose another hosting_letters_dir, or run as its owner",
        )
    if found.st_mode & 0o077:
        raise UnsafePath(
            f"{shown}: is open to others (mode {found.st_mode & 0o777:04o}), and passwords lie there",
            remedy=f"chmod 0700 {shown}",
        )


def _require_ignored(path: Path, tree: Path) -> None:
    wanted = {f"{path}/{name}" for name in _SAMPLES}
    # Who owns the checkout is no concern here, and nothing that its own settings name is to be run.
    command = [
        "git",
        "-c",
        "safe.directory=*",
        "-c",
        "core.fsmonitor=false",
        "-C",
        str(tree),
        "check-ignore",
        "-z",
        "--stdin",
    ]
    # A hook of git has variables that lead to its own repository.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        answer = subprocess.run(
            command,
            input="\0".join(wanted).encode(),
            capture_output=True,
            check=False,
            timeout=_GIT_SECONDS,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _in_tree(path, tree, f"and git cannot be asked whether it ignores it ({type(error).__name__})") from None
    if answer.returncode not in (0, 1):
        said = answer.stderr.decode("utf-8", "replace").strip()[:200]
        raise _in_tree(path, tree, f"and git cannot tell whether it ignores it ({said})")
    if set(filter(None, os.fsdecode(answer.stdout).split("\0"))) != wanted:
        raise _in_tree(path, tree, "which does not ignore all that is written there")


def _in_tree(path: Path, tree: Path, why: str) -> UnsafePath:
    return UnsafePath(
        f"{path}: lies in the git work tree {tree}, {why}; passwords must not get into git",
        remedy="choose a directory outside for hosting_letters_dir, "
        f"or add /{path.relative_to(tree)}/ to {tree}/.gitignore",
    )
