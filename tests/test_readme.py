"""The README's promises: its commands exist, its settings are all of them, its files are there."""

import json
import re
import subprocess
import sys

import pytest

from dashboard.navigation import PAGES
from dashboard.settings import Settings
from tests import ROOT

pytestmark = pytest.mark.timeout(300)
DOCUMENTS = ("README.md", "SERVING.md", "FIGURES.md", "training/README.md")
README, SERVING, FIGURES, _ = TEXTS = [(ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS]
COMMAND = re.compile(r"python -m ((?:training|dashboard|tests|db)\.[a-z_.]+[a-z])")
COMMANDS = sorted(set(COMMAND.findall("\n".join(TEXTS))))
ROW = re.compile(r"^\| (.+?) \| (.+?) \| .* \|$", re.MULTILINE)


def test_every_setting_is_explained_and_no_other() -> None:
    named = set(re.findall(r"`(ATTUNE_[A-Z_]+)`", SERVING))
    assert named == {f"ATTUNE_{name.upper()}" for name in Settings.model_fields}


def test_one_thing_has_one_figure() -> None:
    figures = dict(ROW.findall(FIGURES))
    told = dict(ROW.findall(README))
    assert len(told) > 5 and told.items() <= figures.items()


def test_every_page_is_explained() -> None:
    for page in PAGES:
        assert f"**{page.title}**" in README


@pytest.fixture(scope="module")
def explained() -> dict[str, tuple[int, str, str]]:
    """Of every command exit status, output and errors when it is asked for `--help`."""
    command = [sys.executable, "-m", "tests.made.explained", *COMMANDS]
    done = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, timeout=280)
    answers: dict[str, tuple[int, str, str]] = json.loads(done.stdout)
    return answers


@pytest.mark.parametrize("module", COMMANDS)
def test_a_command_of_the_readme_explains_itself(
    module: str, explained: dict[str, tuple[int, str, str]]
) -> None:
    status, said, errors = explained[module]
    assert status == 0, errors
    assert "usage" in said


def test_every_file_the_documents_link_to_exists() -> None:
    for name in (*DOCUMENTS, "ARCHITECTURE.md", "CONTRIBUTING.md", "MACHINES.md", "SECURITY.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert (ROOT / name).parent.joinpath(target).exists(), f"{name}: {target}"


def test_the_make_targets_of_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"`?make ([a-z]+)", README))
    assert {"run", "test"} <= named <= targets
