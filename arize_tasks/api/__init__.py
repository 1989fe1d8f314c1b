"""The wire: a client of the tasks API of Arize AX, usable with no Pulumi at all.

The only package that imports httpx. It knows endpoints and what the server says (records), not
what a task may be: that is `arize_tasks.spec`.
"""

from __future__ import annotations
