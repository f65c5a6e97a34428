"""What belongs to sign-in among the settings, all or nothing; and what an administrator is known by."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from pydantic import SecretStr

LEAST_SECRET = 32
PROVIDER = re.compile(r"https://[^\s#@]+|http://(localhost|127\.0\.0\.1)(:\d+)?(/[^\s#@]*)?")
HEADER = re.compile(r"[A-Za-z0-9-]{0,100}")
WELL_KNOWN = "/.well-known/openid-configuration"
CALLBACK = "/oauth2callback"
MISSING = (
    "Sign-in needs ATTUNE_OIDC_URL, ATTUNE_OIDC_CLIENT, ATTUNE_OIDC_SECRET, ATTUNE_COOKIE_SECRET and "
    "ATTUNE_PUBLIC_URL together; missing: {}. Set these too, or none of the first four: then nobody signs in."
)
SHORT = (
    f"ATTUNE_COOKIE_SECRET (not shown) is too short; wanted are {LEAST_SECRET} characters or more, such as "
    'python -c "import secrets; print(secrets.token_urlsafe(32))" prints.'
)
TWO_WAYS = (
    "ATTUNE_USER_HEADER and ATTUNE_OIDC_URL are two ways of signing in. Set the header where a proxy signs "
    "people in, the other where Attune does."
)
NOT_LOCAL = (
    "ATTUNE_USER_HEADER is believed as it comes, so Attune must be reachable through the proxy alone: start "
    "it with --server.address localhost (it is {!r}), or take the setting away."
)


class Chosen(Protocol):
    """The settings that are asked."""

    oidc_url: str
    oidc_client: str
    oidc_secret: SecretStr | None
    cookie_secret: SecretStr | None
    public_url: str
    user_header: str


def sign_in_problem(chosen: Chosen) -> str | None:
    """What does not fit together, in a sentence; None where all does."""
    own = {
        "ATTUNE_OIDC_URL": chosen.oidc_url,
        "ATTUNE_OIDC_CLIENT": chosen.oidc_client,
        "ATTUNE_OIDC_SECRET": chosen.oidc_secret,
        "ATTUNE_COOKIE_SECRET": chosen.cookie_secret,
    }
    if not any(own.values()):
        return None
    missing = [name for name, value in {**own, "ATTUNE_PUBLIC_URL": chosen.public_url}.items() if not value]
    if missing:
        return MISSING.format(", ".join(missing))
    if chosen.user_header:
        return TWO_WAYS
    assert chosen.cookie_secret is not None
    return SHORT if len(chosen.cookie_secret.get_secret_value()) < LEAST_SECRET else None


def metadata_address(oidc_url: str) -> str:
    """Where the provider describes itself (OpenID Connect Discovery 1.0)."""
    return oidc_url if oidc_url.endswith(WELL_KNOWN) else oidc_url.rstrip("/") + WELL_KNOWN


def has_claim(claims: Mapping[str, Any], wanted: str) -> bool:
    """Whether `claims` say `wanted`, such as groups=attune-admins or realm_access.roles=admin: the value, or
    one of a list."""
    path, _, value = wanted.partition("=")
    found: Any = claims
    for name in path.split(".") if path not in claims else [path]:
        found = found.get(name) if isinstance(found, Mapping) else None
    values = found if isinstance(found, list) else [found]
    return bool(value) and any(isinstance(one, str) and one == value for one in values)
