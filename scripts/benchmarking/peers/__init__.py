"""Other engines, one a file, each behind the few methods that `lexical.py` or `hybrid.py` times."""
