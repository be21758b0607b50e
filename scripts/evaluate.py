"""`python scripts/evaluate.py BEIR_DIR...`: the same as `hudhud evaluate`."""

import sys

from scripts.hudhud import main

if __name__ == "__main__":
    sys.argv.insert(1, "evaluate")
    main()
