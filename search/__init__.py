"""From a query to ranked documents, over an index that never changes."""
