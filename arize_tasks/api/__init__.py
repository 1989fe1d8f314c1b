"""The wire: the tasks API of Arize AX, by ID.

The only package that imports httpx. It knows endpoints and what the server says (records), and no
kind of resource.
"""

from __future__ import annotations
