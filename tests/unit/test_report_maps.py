"""The map of people over time names everybody so that they are told apart."""

import numpy as np
import pandas as pd

from dashboard import report_maps


def test_long_names_on_the_map_keep_the_number_that_tells_them_apart() -> None:
    values = pd.DataFrame(np.full((60, 2), 70.0), index=range(0, 60_000, 1000), columns=[1, 2])
    names = {one: f"Maximiliane Featherstonehaugh ({one})" for one in (1, 2)}
    rows = report_maps.heat_map(values, names, (0, 100), " %").layout.yaxis.ticktext
    assert len(set(rows)) == 2 and all(len(row) == 18 for row in rows)
