"""The parts of `scripts/benchmark.py`: what is measured, with what, and how it is told."""
