"""What STUN and TURN said to the browser and to this server, in sentences with the setting to change."""

from collections.abc import Sequence

from dashboard.connection.browser_report import BrowserReport
from dashboard.connection.findings import NAME_A_SERVER, Finding, Level
from dashboard.connection.ice_probe import Answer, Trouble
from dashboard.ice_urls import IceUrl, parse_ice_url

NOT_REACHED = 701
REFUSED = (401, 403, 431, 441)
CREDENTIALS = (
    "Check `username` and `credential` in `ATTUNE_ICE_SERVERS`, or that `ATTUNE_TURN_SECRET` equals coturn's "
    "`static-auth-secret` and both clocks agree."
)
ADDRESS = "Check the address in `ATTUNE_ICE_SERVERS`, and that {port} is open in its firewall."
CHANGES = {
    Trouble.NAME: "Check the name in `ATTUNE_ICE_SERVERS`, and this machine's DNS.",
    Trouble.CREDENTIALS: CREDENTIALS,
    Trouble.FORBIDDEN: "Allow this in the TURN server's own settings (coturn: `allowed-peer-ip`, `realm`).",
    Trouble.FULL: "Raise the TURN server's quotas (coturn: `user-quota`, `total-quota`), or its ports.",
    Trouble.TLS: "Give the TURN server a certificate for the name in `ATTUNE_ICE_SERVERS`, or use `turn:`.",
    Trouble.UNUSED: "The browser may use it. Name a `stun:` address as well.",
}


def server_findings(report: BrowserReport | None, answers: Sequence[Answer], *, local: bool) -> list[Finding]:
    """For each address of ATTUNE_ICE_SERVERS: what it said to the browser, and what to this server.

    `local`: browser and server are one machine, which needs neither STUN nor TURN.
    """
    if not answers:
        return [_none_named(local)]
    used = {one.url.relays: one.url for one in reversed(answers) if one.trouble is not Trouble.UNUSED}
    found = []
    for answer in answers:
        if report is not None:
            found.append(_to_browser(report, answer.url))
        found.append(_to_server(answer, spare=answer.url != used.get(answer.url.relays)))
    return found


def _none_named(local: bool) -> Finding:
    title = "STUN and TURN"
    if local:
        return Finding(Level.GOOD, title, "None is named; on one machine none is needed.")
    told = "None is named: enough while browser and server are in one network."
    return Finding(Level.NOTE, title, told, f"Elsewhere the picture does not come. {NAME_A_SERVER}")


def _to_browser(report: BrowserReport, url: IceUrl) -> Finding:
    title = f"`{url}` from the browser"
    kind = "relay" if url.relays else "srflx"
    by = [one for one in report.candidates if one.type == kind and _same(one.url, url)]
    if not by and not url.relays and report.count("srflx"):
        by = [one for one in report.candidates if one.type == "srflx" and not parse_ice_url(one.url)]
    if by:
        what = "lends" if url.relays else "sees this browser as"
        return Finding(Level.GOOD, title, f"It answers and {what} {_shown(by[0].address, by[0].port)}.")
    codes = {one.code for one in report.errors if _same(one.url, url)}
    if codes & set(REFUSED):
        return Finding(Level.BAD, title, "It refused the credentials.", CREDENTIALS)
    if codes - {NOT_REACHED}:
        told = f"It answered with the error {min(codes - {NOT_REACHED})}."
        return Finding(Level.BAD, title, told, "Look into the TURN server's log.")
    if codes or url.relays:
        return Finding(Level.BAD, title, "No answer.", ADDRESS.format(port=_port(url)))
    # Without NAT the address seen is the browser's own, and browsers keep quiet about it.
    return Finding(Level.NOTE, title, "No address of its own came of it, as without NAT, or no answer.")


def _to_server(answer: Answer, spare: bool) -> Finding:
    title = f"`{answer.url}` from the server"
    if answer.trouble is None and answer.address is not None:
        what = "lends" if answer.url.relays else "sees this server as"
        told = f"It answers in {answer.took_ms:.0f} ms and {what} {_shown(*answer.address)}."
        if spare:
            return Finding(
                Level.NOTE, title, f"{told} The server uses only the first of a kind; browsers use all."
            )
        return Finding(Level.GOOD, title, told)
    trouble = answer.trouble or Trouble.OTHER
    change = CHANGES.get(trouble, ADDRESS.format(port=_port(answer.url)))
    level = Level.NOTE if trouble is Trouble.UNUSED else Level.BAD
    return Finding(level, title, f"{str(trouble)[:1].upper()}{str(trouble)[1:]}.", change)


def _same(told: str, url: IceUrl) -> bool:
    """Browsers write an address in their own way: with or without port and transport."""
    return parse_ice_url(told) == url


def _shown(address: str, port: int) -> str:
    host = address.replace("`", " ")[:60] or "an address it hides"
    return f"`{host}:{port}`"


def _port(url: IceUrl) -> str:
    return f"{url.transport.upper()} port {url.port}"
