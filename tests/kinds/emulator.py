"""The emulator with toys: `python -m tests.kinds.emulator`, with the options of the other."""

import sys

from arize_tasks.emulator.command import main
from tests.kinds.toy import EMULATED

if __name__ == "__main__":
    sys.exit(main(also=[EMULATED]))
