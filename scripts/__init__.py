"""Commands: what people run, over `index`, `search` and `web`."""
