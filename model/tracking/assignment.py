"""Who goes with whom at the smallest total cost: the assignment problem, for a few dozen at a time.

Kuhn 1955 by shortest augmenting paths (Jonker and Volgenant, Computing 38, 1987). Our own, so that the
program needs no SciPy to run.
"""

import numpy as np
from numpy.typing import NDArray

Costs = NDArray[np.float64]


def best_assignment(costs: Costs, limit: float) -> list[tuple[int, int]]:
    """(row, column) pairs, each row and column once, of the smallest total cost; by row.

    costs: (n, m), infinite or NaN where a pair cannot be. Being left alone costs `limit`, so no pair that
    costs as much is made.
    """
    if costs.size == 0:
        return []
    capped = np.minimum(np.nan_to_num(costs, nan=limit, posinf=limit), limit)
    if capped.shape[0] > capped.shape[1]:
        pairs = [(row, column) for column, row in _rows_placed(capped.T)]
    else:
        pairs = _rows_placed(capped)
    return sorted((row, column) for row, column in pairs if capped[row, column] < limit)


def _rows_placed(costs: Costs) -> list[tuple[int, int]]:
    """Every row of an (n, m) matrix, n <= m, in a column of its own. Column m is where a path begins."""
    rows, columns = costs.shape
    holder = np.full(columns + 1, -1)
    row_price, column_price = np.zeros(rows), np.zeros(columns + 1)
    for row in range(rows):
        holder[columns] = row
        way = _shortest_path(costs, holder, row_price, column_price)
        for column, before in way:
            holder[column] = holder[before]
    return [(int(holder[column]), column) for column in range(columns) if holder[column] >= 0]


def _shortest_path(
    costs: Costs, holder: NDArray[np.int64], row_price: Costs, column_price: Costs
) -> list[tuple[int, int]]:
    """The steps (column, column before it), last first, on which one more row finds room; updates prices."""
    columns = costs.shape[1]
    slack, before = np.full(columns, np.inf), np.full(columns, columns)
    done = np.zeros(columns + 1, bool)
    column = columns
    while holder[column] >= 0:
        done[column] = True
        reduced = costs[holder[column]] - row_price[holder[column]] - column_price[:columns]
        closer = ~done[:columns] & (reduced < slack)
        slack[closer], before[closer] = reduced[closer], column
        column = int(np.argmin(np.where(done[:columns], np.inf, slack)))
        step = slack[column]
        row_price[holder[done]] += step
        column_price[done] -= step
        slack[~done[:columns]] -= step
    return _traced(before, column, columns)


def _traced(before: NDArray[np.int64], column: int, begin: int) -> list[tuple[int, int]]:
    way = []
    while column != begin:
        way.append((column, int(before[column])))
        column = int(before[column])
    return way
