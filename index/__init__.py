"""From files to one immutable generation on disk."""
