"""Old sessions' rows in Parquet files: put there by upkeep, brought back by whoever needs them.

The session, who is who, what was said and the sums stay in the database, so that lists and most reports never
open a file. What needs the rows themselves (exports, single instants, forgetting) brings them back first, all
of a session's in one transaction; upkeep archives it again some day.
"""
