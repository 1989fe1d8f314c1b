"""What makes a command of Pulumi's cost the tests a third less CPU, as it does for users.

The environment of the developers holds more than a user's:

- At each command the language host asks `pip list` for the plugins of the installed packages, and
  most of that is pip's own start. `stand_ins/pip` answers the same question. What installs the
  package as users do asks pip itself.
- httpx imports its own command line where it finds rich, which only developers' tools need.
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "stand_ins"


def lean_path() -> str:
    """PYTHONPATH for the processes that the tests start."""
    return os.pathsep.join(filter(None, (str(FOLDER), os.environ.get("PYTHONPATH"))))
