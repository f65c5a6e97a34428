"""What browser and server are told about STUN and TURN, with the credentials that hold for a while."""

import base64
import hashlib
import hmac
import time
from typing import Any

from dashboard.ice_urls import needs_credentials
from dashboard.settings import Settings

USER = "attune"
STEP_S = 3600
"""Credentials change once an hour, not with each run of a page."""


def rest_credentials(secret: str, expires_at_s: int, user: str = USER) -> tuple[str, str]:
    """(username, password) that a TURN server with this secret accepts until `expires_at_s` (Unix time).

    The form of draft-uberti-behave-turn-rest-00, section 2.2: username is "expiry:user", password the Base64
    of its HMAC-SHA1 under the secret. coturn: use-auth-secret with static-auth-secret.
    """
    username = f"{expires_at_s}:{user}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return username, base64.b64encode(digest).decode()


def ice_servers(settings: Settings, now_s: float | None = None) -> list[dict[str, Any]]:
    """The servers of ATTUNE_ICE_SERVERS as RTCPeerConnection takes them, each TURN server with credentials.

    Those made from ATTUNE_TURN_SECRET hold for ATTUNE_TURN_LIFETIME_S at least, from `now_s` (Unix time).
    """
    return [_with_credentials(server, settings, now_s) for server in settings.ice_servers]


def rtc_configuration(settings: Settings, now_s: float | None = None) -> dict[str, Any]:
    """For RTCPeerConnection. Servers may be none, but not absent: libraries then look for some."""
    configuration: dict[str, Any] = {"iceServers": ice_servers(settings, now_s)}
    if settings.ice_transport == "relay":
        configuration["iceTransportPolicy"] = "relay"
    return configuration


def _with_credentials(server: dict[str, Any], settings: Settings, now_s: float | None) -> dict[str, Any]:
    if settings.turn_secret is None or not needs_credentials(server):
        return dict(server)
    now = time.time() if now_s is None else now_s
    expires_at_s = (int(now) // STEP_S + 1) * STEP_S + settings.turn_lifetime_s
    username, password = rest_credentials(settings.turn_secret.get_secret_value(), expires_at_s)
    return {**server, "username": username, "credential": password}
