"""Answers `python -m pip list -v --format json`, and nothing else."""

import json
import sys
from importlib.metadata import distributions

assert sys.argv[1:] == ["list", "-v", "--format", "json"], sys.argv[1:]
found = [
    {"name": one.metadata["Name"], "version": one.version, "location": str(one.locate_file(""))}
    for one in distributions()
]
print(json.dumps(found))
