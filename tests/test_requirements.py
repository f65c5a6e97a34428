"""The lock file holds what the ranges ask for, by hash; and no package with known holes comes with `make`."""

import re
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests import ROOT

FIRST_SAFE_SETUPTOOLS = Version("78.1.1")
"""Older ones write where a package likes (CVE-2025-47273), or run what an address says (CVE-2024-6345)."""
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def ranges() -> list[Requirement]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line.partition("#")[0].strip()) for line in lines if line.partition("#")[0].strip()]


def locked() -> dict[str, set[Version]]:
    """Every version of a package that the lock names, for one Python or another."""
    found: dict[str, set[Version]] = {}
    for name, number in re.findall(r"^([a-z0-9-]+)==(\S+)", LOCK, re.MULTILINE):
        found.setdefault(name, set()).add(Version(number))
    return found


@pytest.mark.parametrize("wanted", ranges(), ids=lambda wanted: wanted.name)
def test_the_lock_holds_what_the_ranges_ask_for(wanted: Requirement) -> None:
    versions = locked().get(re.sub(r"[-_.]+", "-", wanted.name).lower())
    assert versions, f"{wanted.name} is not locked: run make lock"
    assert all(one in wanted.specifier for one in versions), f"{versions} for {wanted}: run make lock"


def test_every_locked_package_is_told_by_hash_and_from_nowhere_else() -> None:
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    packages = [one for one in entries if not one.startswith("#")]
    assert len(packages) > 50
    assert not [one for one in packages if "--hash=sha256:" not in one]
    assert "://" not in LOCK and "--index" not in LOCK and "--find-links" not in LOCK


def test_setuptools_has_no_known_holes_here_nor_in_the_lock() -> None:
    assert Version(version("setuptools")) >= FIRST_SAFE_SETUPTOOLS
    assert min(locked()["setuptools"]) >= FIRST_SAFE_SETUPTOOLS
