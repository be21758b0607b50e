"""Files made to be read, and to be spoiled: what `scripts/fuzz_readers.py` and the tests of the readers use."""
