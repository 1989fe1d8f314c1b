"""The one line that a new kind is beside its own file."""

from arize_tasks.schema.kinds import HOMES

HOME = "tests.kinds.toy:TOY"

HOMES["toy"] = HOME
