"""Names in the figures of the Compare page are read as they were typed."""

import pandas as pd

from dashboard.compare_bootstrap import Interval
from dashboard.compare_charts import comparison_lines, difference_dots, trend_dots
from dashboard.reading import Reading

NAMES = ["Q&A <b>", "R&D " + "long" * 9]
SHOWN = ["Q&amp;A &lt;b>", "R&amp;D longlonglonglonglonglon…"]
"""As plotly is given them: it shows "Q&A <b>"."""


def test_a_name_is_escaped_once_in_every_figure() -> None:
    same = [Interval(1.0, 0.5, 1.5)] * 2
    assert list(difference_dots(NAMES, same, Reading()).data[0].y) == SHOWN
    table = pd.DataFrame({0: [1.0, 2.0], 1: [2.0, 3.0]}, index=[0.0, 1000.0])
    assert [line.name for line in comparison_lines(table, NAMES, Reading(), share=True).data] == SHOWN
    dots = trend_dots(NAMES, same, [1.0, 1.0], Reading()).data[1]
    assert list(dots.text) == [SHOWN[0], "R&amp;D " + "long" * 9]
