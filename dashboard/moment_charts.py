"""One person's line beside the group's, distributions and changes of expression, for the Report page."""

from typing import Any

import pandas as pd

from dashboard.charts import plain_text
from dashboard.reading import Reading
from dashboard.report_charts import instants

PERSON_LINE = "#b9770e"


def add_person(figure: Any, values: pd.Series, name: str, reading: Reading) -> None:
    """Adds one person's `values`, by time in ms, to a figure over time of the same reading."""
    shown, unit = plain_text(name), " %" if reading.definition.unit else ""
    digits = ".0f" if unit else ".2f"
    figure.add_scatter(
        x=instants(pd.Series(values.index)),
        y=values.round(3).to_numpy(),
        name=shown,
        mode="lines",
        line={"color": PERSON_LINE, "width": 1.8, "dash": "dot"},
        connectgaps=False,
        hovertemplate=f"{shown} %{{y:{digits}}}{unit}<extra></extra>",
    )
