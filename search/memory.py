"""Memory that is free again goes back to the system."""

import ctypes
import sys


def give_back() -> None:
    """Have the C library return what it keeps for later, where it can; of use when much was needed for a moment."""
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
