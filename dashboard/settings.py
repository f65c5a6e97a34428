"""Every setting: environment variables ATTUNE_* first, then .streamlit/secrets.toml, then these defaults.

Nothing else in the program reads the environment or the secrets file.
"""

import re
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as SourceError

from dashboard.errors import SettingsError
from dashboard.front_door import NAME
from dashboard.ice_urls import ICE_FORM, NO_CREDENTIALS, NO_RELAY, ice_problem, is_turn, needs_credentials
from dashboard.sign_in.rules import HEADER, PROVIDER, sign_in_problem
from dashboard.upkeep.rules import archive_problem
from model.card import DEFAULT_ARTIFACT

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "ATTUNE_"
ACCEPTED_URLS = ("sqlite:///", "postgresql://", "postgresql+")
SECRET_WORDS = ("url", "origin", "ice_servers", "token", "secret")
TOKEN = re.compile(r"[!-~]{16,200}")
ORIGIN = re.compile(rf"(https?://{NAME}(:\d{{1,5}})?)?", re.IGNORECASE | re.ASCII)
SERVER_ADDRESS = re.compile(r"(https?://[^\s<>\"'()\[\]@]{1,190})?")
USUAL_PORT = re.compile(r"(https://.*):443|(http://.*):80")


class SecretsFile(TomlConfigSettingsSource):
    """.streamlit/secrets.toml, with the names of the environment variables. Other keys are left alone."""

    def __call__(self) -> dict[str, Any]:
        values = {key.upper(): value for key, value in super().__call__().items()}
        return {k[len(PREFIX) :].lower(): v for k, v in values.items() if k.startswith(PREFIX)}


class Settings(BaseSettings):
    """One value per setting; the table in SERVING.md says the same in words."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    database_url: str = Field(
        default=f"sqlite:///{(ROOT / 'attune.db').as_posix()}", description="an SQLAlchemy URL"
    )
    detector: Literal["yunet", "haar"] = Field(default="yunet", description="the face detector")
    artifact: Path = Field(default=DEFAULT_ARTIFACT, description="the folder of the expression network")
    analysis_hz: float = Field(default=10.0, ge=0.5, le=30.0, description="analysed frames a second")
    smoothing_ms: int = Field(default=600, ge=0, le=10_000, description="time constant of the shown scores")
    own_neutral: bool = Field(
        default=False, description="whether forms propose reading scores against each one's resting face"
    )
    retention_days: int = Field(default=30, ge=0, le=3650, description="days kept; 0: for ever")
    archive_days: int = Field(default=0, ge=0, le=3650, description="days until rows go to files; 0: never")
    archive_folder: Path | None = Field(default=None, description="where they lie; beside SQLite's file")
    min_group_size: int = Field(
        default=5, ge=1, le=100, description="smallest group shown in a group-only view"
    )
    ice_servers: list[dict[str, Any]] = Field(
        default_factory=list, description='STUN and TURN servers, as JSON: [{"urls": "turn:host:3478", ...}]'
    )
    ice_transport: Literal["all", "relay"] = Field(
        default="all", description="the ways a picture may take; relay: through TURN only"
    )
    turn_secret: SecretStr | None = Field(
        default=None, description="the secret shared with TURN, coturn's static-auth-secret"
    )
    turn_lifetime_s: int = Field(
        default=43_200, ge=600, le=604_800, description="seconds for which TURN credentials made from it hold"
    )
    upload_mb: int = Field(
        default=500, ge=1, le=100_000, description="largest file that can be uploaded, in MB"
    )
    live_drawing: Literal["browser", "server"] = Field(
        default="browser", description="who draws upon the live picture; the server where a browser cannot"
    )
    frame_wait_s: float = Field(default=10.0, ge=1.0, le=120.0, description="seconds until advice is given")
    event_token: SecretStr | None = Field(default=None, description="opens the event stream to who sends it")
    event_min_people: int = Field(
        default=1, ge=1, le=100, description="smallest usable group told in the event stream"
    )
    event_origin: str = Field(default="", description="the one other origin whose pages may read the events")
    public_url: str = Field(
        default="", description="the addresses other people open, with commas between several"
    )
    server_url: str = Field(
        default="", description="where this server alone is reached, when several share a database"
    )
    full_at: float = Field(
        default=0.9, ge=0, le=1, description="share of all cores at which no further session begins; 0: never"
    )
    log_format: Literal["text", "json"] = Field(default="text", description="the form of the log's lines")
    oidc_url: str = Field(default="", description="the OpenID Connect provider that people sign in with")
    oidc_client: str = Field(default="", description="the client's name with that provider")
    oidc_secret: SecretStr | None = Field(default=None, description="the client's secret there")
    cookie_secret: SecretStr | None = Field(default=None, description="signs the cookies of who signed in")
    sign_in_hours: float = Field(
        default=12.0, ge=0.001, le=720, description="how long a sign-in lasts, in hours"
    )
    admin_claim: str = Field(default="", description="the claim of administrators, as name=value")
    user_header: str = Field(default="", description="the header in which a proxy names who signed in")
    metrics_token: SecretStr | None = Field(default=None, description="opens /metrics to who sends it")

    @property
    def public_origins(self) -> tuple[str, ...]:
        """The addresses of `public_url` as browsers name them: small letters, no usual port."""
        listed = (one.strip().lower().rstrip("/") for one in self.public_url.split(","))
        return tuple(USUAL_PORT.sub(r"\1\2", one) for one in listed if one)

    @field_validator(
        "turn_secret", "event_token", "metrics_token", "oidc_secret", "cookie_secret", mode="before"
    )
    @classmethod
    def _empty_is_none(cls, value: Any) -> Any:
        return None if value == "" else value

    @field_validator("event_token", "metrics_token")
    @classmethod
    def _long_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("16 to 200 letters, digits or signs of ASCII, without spaces")
        return value

    @field_validator("server_url")
    @classmethod
    def _own_address(cls, value: str) -> str:
        if not SERVER_ADDRESS.fullmatch(value):
            raise ValueError("an address such as https://two.attune.example.org")
        return value

    @field_validator("oidc_url")
    @classmethod
    def _provider(cls, value: str) -> str:
        if value and not PROVIDER.fullmatch(value):
            raise ValueError("an address such as https://login.example.org; http only of this machine")
        return value

    @field_validator("admin_claim")
    @classmethod
    def _claim(cls, value: str) -> str:
        if value and not all(value.partition("=")):
            raise ValueError("a claim and its value, such as groups=attune-admins")
        return value

    @field_validator("user_header")
    @classmethod
    def _header(cls, value: str) -> str:
        if not HEADER.fullmatch(value):
            raise ValueError("a header's name, such as X-Forwarded-User")
        return value

    @field_validator("event_origin")
    @classmethod
    def _one_origin(cls, value: str) -> str:
        if not ORIGIN.fullmatch(value):
            raise ValueError("an origin such as https://games.example.org, without a path")
        return value

    @field_validator("public_url")
    @classmethod
    def _origins(cls, value: str) -> str:
        if not all(ORIGIN.fullmatch(one.strip().rstrip("/")) for one in value.split(",")):
            raise ValueError("addresses such as https://attune.example.org, without a path; ü as xn--")
        return value

    @field_validator("ice_servers")
    @classmethod
    def _known_servers(cls, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for server in value:
            if problem := ice_problem(server):
                raise ValueError(f"{ICE_FORM}; {problem}")
        return value

    @model_validator(mode="after")
    def _every_turn_has_credentials(self) -> Self:
        if self.turn_secret is None and any(needs_credentials(server) for server in self.ice_servers):
            raise ValueError(NO_CREDENTIALS)
        if self.ice_transport == "relay" and not any(is_turn(server) for server in self.ice_servers):
            raise ValueError(NO_RELAY)
        return self

    @model_validator(mode="after")
    def _nothing_is_missing(self) -> Self:
        if problem := sign_in_problem(self) or archive_problem(self):
            raise ValueError(problem)
        return self

    @field_validator("database_url")
    @classmethod
    def _known_dialect(cls, value: str) -> str:
        if not value.startswith(ACCEPTED_URLS):
            raise ValueError("a URL that begins with " + " or ".join(ACCEPTED_URLS))
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        secrets = SecretsFile(settings_cls, ROOT / ".streamlit" / "secrets.toml")
        return init_settings, env_settings, secrets


def load_settings() -> Settings:
    """The settings in force. Raises SettingsError naming each bad setting, its value and what is accepted."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(" ".join(_sentence(dict(problem)) for problem in error.errors())) from error
    except SourceError as error:
        field = re.search(r'field "(\w+)"', str(error))
        name = PREFIX + field[1].upper() if field else "A setting"
        raise SettingsError(f"{name} could not be read; accepted is {ICE_FORM}.") from error
    except Exception as error:
        raise SettingsError(
            f"The settings could not be read: {error}. Correct the value and start again."
        ) from error


def _sentence(problem: dict[str, Any]) -> str:
    if not problem["loc"]:  # of settings that do not fit together
        return str(problem["msg"].removeprefix("Value error, "))
    field = str(problem["loc"][0])
    shown = "(not shown)" if any(word in field for word in SECRET_WORDS) else repr(problem["input"])
    told = problem["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    wanted = _bounds(field) or told
    meaning = Settings.model_fields[field].description if field in Settings.model_fields else "a setting"
    return f"{PREFIX}{field.upper()} ({meaning}) is {shown}; accepted is {wanted}."


def _bounds(name: str) -> str:
    """Both ends of what a setting may be; "" if it has none."""
    field = Settings.model_fields.get(name)
    if field is None:
        return ""
    limits = {end: getattr(one, end) for one in field.metadata for end in ("ge", "le") if hasattr(one, end)}
    kind = "whole number" if field.annotation is int else "number"
    return f"a {kind} from {limits['ge']:.10g} to {limits['le']:.10g}" if len(limits) == 2 else ""
