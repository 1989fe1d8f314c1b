"""The page for people at GET /: one file, no request to anywhere else."""

from __future__ import annotations

from pathlib import Path

# Names and reasons on it may be anybody's; should one ever get past the page's own escaping, it can
# load nothing and send nothing elsewhere, and no other page can frame this one.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def html() -> str:
    """The page; it asks /emulator/state for what it shows."""
    return Path(__file__).with_name("page.html").read_text(encoding="utf-8")
