"""What breaks Hudhud, tried on purpose: `python -m scripts.stress.NAME` with kills, flips, fuzz, soak or workers."""
