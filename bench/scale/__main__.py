"""`make bench`: what many tasks cost against resources that do nothing, as a table and as JSON.

Every time is a ratio of two things measured in one run with the same flags; the other things are
counts. Exits with 1 when a count is off; a time that misses its goal is only said.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from bench.scale import tasks
from bench.scale.rows import Row, failed, table
from bench.scale.stacks import NO_CHECKPOINTS

RATE_LIMITED = 30  # tasks: some seconds at ten requests a second


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="bench.scale")
    parser.add_argument("number", type=int, nargs="?", default=100, help="of tasks (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there, too")
    options = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, environment in (("plain", None), ("unchecked", NO_CHECKPOINTS)):
            (root / name).mkdir()
            rows += tasks.life(options.number, root / name, environment)
            print(f"{name}: measured", file=sys.stderr)
        rows += tasks.rate_limit(RATE_LIMITED, root / "limited")
    print(table(rows))
    if options.json:
        text = json.dumps([row.to_json() for row in rows], indent=1, allow_nan=False)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 1 if failed(rows) else 0


if __name__ == "__main__":
    sys.exit(main())
