"""A token in the Authorization header, and patience with wrong ones. Used on the server's event loop."""

import asyncio
import hmac

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

WAIT_S = 1.0
WAITING = 10
"""So many wrong tokens are answered a second, whoever sends them; the right one never waits."""
TOO_MANY = "Too many wrong tokens at once. Wait a moment and try again.\n"


class Bearer:
    """The door of one route: `setting` is the name of what `refusal` is given."""

    def __init__(self, setting: str, wait_s: float = WAIT_S) -> None:
        self._wait_s = wait_s
        self._waiting = 0
        self._wrong = (
            f"Wrong or missing token. Send {setting} as the header 'Authorization: Bearer TOKEN'; a token in "
            "the address is not accepted, because addresses are kept in logs and histories.\n"
        )

    async def refusal(self, request: Request, wanted: SecretStr) -> Response | None:
        """The answer to who may not come in, after a moment; None for who may, at once."""
        scheme, _, sent = request.headers.get("authorization", "").partition(" ")
        given = sent.strip() if scheme.lower() == "bearer" else ""
        if hmac.compare_digest(given.encode(), wanted.get_secret_value().encode()):
            return None
        return await self.refuse()

    async def refuse(self) -> Response:
        """The answer to who may not come in, after a moment."""
        if self._waiting >= WAITING:
            return PlainTextResponse(TOO_MANY, status_code=429, headers={"Retry-After": "2"})
        self._waiting += 1
        try:
            await asyncio.sleep(self._wait_s)
        finally:
            self._waiting -= 1
        return PlainTextResponse(
            self._wrong, status_code=401, headers={"WWW-Authenticate": 'Bearer realm="Attune"'}
        )
