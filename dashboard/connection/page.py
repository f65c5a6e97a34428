"""The Connection page: a check of the way from the camera through the browser to this server."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import streamlit as st

from dashboard.connection.browser_report import BrowserReport
from dashboard.connection.check import ConnectionCheck
from dashboard.connection.findings import (
    LOCAL,
    Finding,
    Level,
    camera_findings,
    page_findings,
    summary,
    way_findings,
)
from dashboard.connection.ice_probe import Answer, ask_servers
from dashboard.connection.probe import probe
from dashboard.connection.servers import server_findings
from dashboard.ice import ice_servers, rtc_configuration
from dashboard.settings import Settings

SIGNS = {
    Level.GOOD: ":green[:material/check_circle:]",
    Level.NOTE: ":gray[:material/info:]",
    Level.LOOK: ":orange[:material/warning:]",
    Level.BAD: ":red[:material/error:]",
}
INTRODUCTION = "Checks every step from the camera to this server. The test's picture stays in the browser."
RELAY_NOTE = "`ATTUNE_ICE_TRANSPORT` is `relay`: every picture goes through TURN, never directly."


def show_connection(check: ConnectionCheck, settings: Settings) -> None:
    """Draw the whole check; call on every run of the page."""
    st.caption(INTRODUCTION)
    with st.container(horizontal=True):
        if st.button("Test the camera", type="primary", icon=":material/videocam:"):
            check.again(camera=True)
        if st.button("Check again", icon=":material/refresh:"):
            check.again(camera=False)
    report = probe(check.run, check.camera, rtc_configuration(settings))
    place = st.container()
    if report is None:
        place.info(_waiting(check), icon=":material/hourglass_top:")
    with st.spinner("Asking STUN and TURN."):
        answers = check.answers(lambda: ask_servers(ice_servers(settings)))
    sections = _sections(report, answers, settings)
    if report is not None:
        with place:
            _show_summary(summary([finding for _, findings in sections for finding in findings]))
    left, right = st.columns(2, gap="medium")
    for number, (title, findings) in enumerate(sections):
        with left if number < len(sections) // 2 else right:
            _show_section(title, findings)
    if report is not None and report.candidates:
        _show_candidates(report)


def _sections(
    report: BrowserReport | None, answers: Sequence[Answer], settings: Settings
) -> list[tuple[str, list[Finding]]]:
    relay_only = settings.ice_transport == "relay"
    local = report is not None and (urlsplit(report.origin).hostname or "") in LOCAL
    servers = server_findings(report, answers, local=local)
    if relay_only:
        servers.insert(0, Finding(Level.NOTE, "Relay only", RELAY_NOTE))
    sections = (
        []
        if report is None
        else [
            ("Page and browser", page_findings(report)),
            ("Camera", camera_findings(report)),
            ("Ways of the picture", way_findings(report, relay_only=relay_only)),
        ]
    )
    return [*sections, ("STUN and TURN", servers)]


def _waiting(check: ConnectionCheck) -> str:
    if check.camera:
        return "Waiting for the browser: it may ask for the camera now."
    return "Waiting for the browser to look around; up to 10 s where a server does not answer."


def _show_summary(finding: Finding) -> None:
    draw = {Level.BAD: st.error, Level.LOOK: st.warning}.get(finding.level, st.success)
    icon = {Level.BAD: "error", Level.LOOK: "warning"}.get(finding.level, "check_circle")
    draw(finding.told, icon=f":material/{icon}:")


def _show_section(title: str, findings: Sequence[Finding]) -> None:
    with st.container(border=True, gap="small"):
        st.markdown(f"**{title}**")
        for finding in findings:
            if finding.level is Level.GOOD:  # what needs nobody's eyes is told when asked for
                st.markdown(f"{SIGNS[finding.level]} {finding.level}: **{finding.title}**", help=finding.told)
                continue
            st.markdown(f"{SIGNS[finding.level]} {finding.level}: **{finding.title}.** {finding.told}")
            if finding.change:
                st.caption(f":material/build: {finding.change}")


def _show_candidates(report: BrowserReport) -> None:
    with st.expander("The candidates the browser found", icon=":material/route:"):
        rows = [
            {"Way": one.type, "By": one.protocol, "Address": one.address, "Port": one.port, "Server": one.url}
            for one in report.candidates
        ]
        st.dataframe(rows, hide_index=True)
