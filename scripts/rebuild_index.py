"""`python scripts/rebuild_index.py SOURCE... --index DIR`: the same as `hudhud rebuild-index`."""

import sys

from scripts.hudhud import main

if __name__ == "__main__":
    sys.argv.insert(1, "rebuild-index")
    main()
