import json
from pathlib import Path

import pytest

from dashboard import settings as module
from dashboard.errors import SettingsError
from dashboard.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def no_other_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "ROOT", tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv("ATTUNE_" + name.upper(), raising=False)


def test_without_settings_the_defaults_hold() -> None:
    found = load_settings()
    assert found.database_url.startswith("sqlite:///")
    assert (found.detector, found.analysis_hz, found.retention_days) == ("yunet", 10.0, 30)


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("ATTUNE_DETECTOR", "dlib", "'yunet' or 'haar'"),
        ("ATTUNE_ANALYSIS_HZ", "0", "accepted is a number from 0.5 to 30."),
        ("ATTUNE_RETENTION_DAYS", "soon", "accepted is a whole number from 0 to 3650."),
        ("ATTUNE_UPLOAD_MB", "1e9", "accepted is a whole number from 1 to 100000."),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_what_is_accepted(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, accepted: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert name in str(error.value)
    assert repr(value) in str(error.value)
    assert accepted in str(error.value)


def test_a_wrong_database_url_is_refused_without_showing_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ATTUNE_DATABASE_URL", "mysql://host:hunter2@db/attune")
    with pytest.raises(SettingsError, match="sqlite:///") as error:
        load_settings()
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize("name", ["ATTUNE_PUBLIC_URL", "ATTUNE_EVENT_ORIGIN", "ATTUNE_SERVER_URL"])
@pytest.mark.parametrize("value", ["https://host:hunter2@games.example", "https://hunter2@b\xfccher.example"])
def test_an_address_with_a_password_is_refused_without_showing_it(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as refused:
        load_settings()
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "value", ["https://b\xfccher.example", "https://a!b.example", "https://\u212aelvin.example"]
)
def test_a_public_address_is_written_as_browsers_send_it(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTUNE_PUBLIC_URL", value)
    with pytest.raises(SettingsError, match="xn--"):
        load_settings()


def test_ice_servers_that_are_no_json_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTUNE_ICE_SERVERS", "turn:example")
    with pytest.raises(SettingsError, match=r"ATTUNE_ICE_SERVERS could not be read; accepted is a JSON list"):
        load_settings()


@pytest.mark.parametrize("servers", ['[{"url": "turn:x"}]', '[{"urls": "foo"}]', '[{"urls": []}]'])
def test_ice_servers_without_a_known_address_are_refused(
    monkeypatch: pytest.MonkeyPatch, servers: str
) -> None:
    monkeypatch.setenv("ATTUNE_ICE_SERVERS", servers)
    with pytest.raises(SettingsError, match=r"ATTUNE_ICE_SERVERS .* accepted is a JSON list") as error:
        load_settings()
    assert "turn:x" not in str(error.value)


def test_ice_servers_are_read_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    servers = [{"urls": "turn:127.0.0.1:3478", "username": "a", "credential": "b"}]
    monkeypatch.setenv("ATTUNE_ICE_SERVERS", json.dumps(servers))
    assert load_settings().ice_servers == servers


def test_the_secrets_file_sets_what_the_environment_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text(
        'ATTUNE_RETENTION_DAYS = 7\nATTUNE_ANALYSIS_HZ = 5\nother_key = "x"\n', encoding="utf-8"
    )
    monkeypatch.setenv("ATTUNE_ANALYSIS_HZ", "8")
    assert (load_settings().retention_days, load_settings().analysis_hz) == (7, 8.0)


def test_a_broken_secrets_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text("ATTUNE_DETECTOR = ", encoding="utf-8")
    with pytest.raises(SettingsError, match="could not be read"):
        load_settings()
