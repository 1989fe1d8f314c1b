"""A kind of resource that exists for tests alone: what a new kind costs, and what it gets."""

from arize_tasks.spec.kinds import KINDS
from tests.kinds.toy import TOY

KINDS.append(TOY)
