"""The one line that a new kind is beside its own file."""

from arize_tasks.spec.kinds import KINDS
from tests.kinds.toy import TOY

KINDS.append(TOY)
