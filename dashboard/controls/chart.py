"""A chart on a page, with its sentence for those who cannot see it."""

import streamlit as st

from dashboard.charts.look import CONFIG


def show_chart(figure: object, key: str, alt: str) -> None:
    """A chart with its sentence for those who cannot see it."""
    st.plotly_chart(figure, key=f"chart_{key}", config=dict(CONFIG), alt=alt)
