"""Moves everything from a SQLite file to a PostgreSQL database, and compares what two of them have.

Above: the command line. Below: both SQL stores, whose tables have the same columns.
"""

from .copying import NotEmpty, copy_all
from .counting import TableSum, count_rows, sums_of_postgres, sums_of_sqlite

__all__ = [
    "NotEmpty",
    "TableSum",
    "copy_all",
    "count_rows",
    "sums_of_postgres",
    "sums_of_sqlite",
]
