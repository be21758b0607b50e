"""One core for each query.

Searches run side by side, and a product of small matrices that is shared between cores is done when the slower of
them is. On busy cores that is what a query with new words waits for most.
"""

from functools import cache

from threadpoolctl import ThreadpoolController


@cache
def one_core_each() -> None:
    """Bid the matrix libraries of this process, from now on, use one core in each call."""
    ThreadpoolController().limit(limits=1, user_api="blas")
