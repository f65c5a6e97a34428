"""The map of people over time names everybody so that they are told apart."""

import numpy as np
import pandas as pd
import pytest

from dashboard.report import maps as report_maps


def table(people: int) -> pd.DataFrame:
    values = np.full((60, people), 70.0)
    values[20:30] = np.nan
    return pd.DataFrame(values, index=range(0, 60_000, 1000), columns=range(1, people + 1))


def test_long_names_on_the_map_keep_the_number_that_tells_them_apart() -> None:
    values = pd.DataFrame(np.full((60, 2), 70.0), index=range(0, 60_000, 1000), columns=[1, 2])
    names = {one: f"Maximiliane Featherstonehaugh ({one})" for one in (1, 2)}
    rows = report_maps.heat_map(values, names, (0, 100), " %").layout.yaxis.ticktext
    assert len(set(rows)) == 2 and all(len(row) == 18 for row in rows)


@pytest.mark.parametrize("people", [1, 6, 25, 49])
def test_every_row_of_the_map_can_be_read(people: int) -> None:
    figure = report_maps.heat_map(table(people), {}, (0, 100), " %")
    rows = figure.layout.height - 70
    assert 17 <= rows / people <= 240
    assert np.isnan(figure.data[0].z[0][20:30]).all() and figure.data[0].hoverongaps is False


def test_two_people_of_one_name_have_two_rows() -> None:
    cells = report_maps.heat_map(table(2), {1: "Ada", 2: "Ada"}, (0, 100), " %").data[0]
    assert len(set(cells.y)) == 2 and [row[0] for row in cells.text] == ["Ada", "Ada"]
