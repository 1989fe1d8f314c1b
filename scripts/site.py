"""Build the documentation as a site: `make site` writes it into site/.

The pages are README, docs/, the examples and the project's own; the navigation follows from the
folders. A page that no part of it takes, a link that leads nowhere, and any other doubt of Sphinx's
ends the build. The site needs no network: what it shows is in its folder.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "site"
STYLE = Path(__file__).with_name("site.css")

# The parts of the navigation, and the pages of each; a page belongs to the first that takes it.
PARTS = {
    "How to": "how-to/*",
    "Concepts": "concepts/*",
    "Reference": "reference/*",
    "Examples": "examples/*",
    "The project": "project/*",
    "Commands and tools": "*",
}
OF_THE_PROJECT = {
    "docs/decisions.md": "decisions.md",
    "tests/README.md": "tests.md",
    "CHANGELOG.md": "CHANGELOG.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "DESIGN.md": "DESIGN.md",
    "SECURITY.md": "SECURITY.md",
}
OPTIONS = {
    "project": "pulumi-arize-tasks",
    "html_title": "pulumi-arize-tasks",
    "extensions": ["myst_parser"],
    "myst_enable_extensions": ["html_image"],
    "myst_heading_anchors": 4,  # as GitHub makes them
    "suppress_warnings": ["misc.highlighting_failure"],  # what code is worth, tests say
    "html_theme": "furo",
    "html_static_path": ["_static"],
    "html_css_files": ["site.css"],
    "html_copy_source": False,
    "html_show_copyright": False,
}


def pages() -> dict[Path, Path]:
    """Give each page of the checkout, and where it is in the site."""
    found = {ROOT / "README.md": Path("index.md")}
    found |= {ROOT / page: Path("project", name) for page, name in OF_THE_PROJECT.items()}
    for page in sorted((ROOT / "docs").rglob("*.md")):
        found.setdefault(page, page.relative_to(ROOT / "docs"))
    for page in sorted((ROOT / "examples").glob("*/README.md")):
        found[page] = Path("examples", f"{page.parent.name}.md")
    for page in (ROOT / "examples").glob("README.md"):
        found[page] = Path("examples", "overview.md")
    return found


def relinked(text: str, page: Path, places: dict[Path, Path]) -> str:
    """Give a page's text with each link as it is in the site; what is not there is no link."""

    def link(found: re.Match[str]) -> str:
        picture, said, target = found[1], found[2], found[3]
        path, mark, anchor = target.partition("#")
        if not path or re.match(r"[a-z]+:", path):
            return found[0]
        there = Path(os.path.normpath(page.parent / path))
        place = places.get(there) or places.get(there / "README.md")
        if place is None and there.is_file() and ROOT / "docs" in there.parents:
            place = there.relative_to(ROOT / "docs")
        if place is None:
            return f"{picture}{said}"
        return f"{picture}[{said}]({os.path.relpath(place, places[page].parent)}{mark}{anchor})"

    # Blocks of code are left alone.
    parts = re.split(r"(^```.*?^```$)", text, flags=re.DOTALL | re.MULTILINE)
    parts[::2] = [re.sub(r"(!?)\[((?:[^\[\]]|\n)*?)\]\(([^)\s]+)\)", link, p) for p in parts[::2]]
    return "".join(parts)


def program_of(example: Path) -> str:
    """Give the program of an example, as it stands below its page."""
    program = (example.parent / "__main__.py").read_text(encoding="utf-8")
    return f"\n## The program\n\n```python\n{program}```\n"


def contents(places: dict[Path, Path]) -> Iterator[str]:
    """Give the navigation, part by part."""
    left = sorted(place for place in places.values() if place != Path("index.md"))
    for caption, pattern in PARTS.items():
        depth = pattern.count("/") + 1
        own = [place for place in left if place.match(pattern) and len(place.parts) == depth]
        left = [place for place in left if place not in own]
        names = "\n".join(str(place.with_suffix("")) for place in own)
        yield f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{names}\n```\n"


def write_source(folder: Path) -> None:
    """Write what Sphinx reads."""
    places = pages()
    shutil.copytree(ROOT / "docs", folder, ignore=shutil.ignore_patterns("*.md"))
    (folder / "_static").mkdir()
    shutil.copy(STYLE, folder / "_static")
    for page, place in places.items():
        text = relinked(page.read_text(encoding="utf-8"), page, places)
        if page.parent.parent == ROOT / "examples":
            text += program_of(page)
        if place == Path("index.md"):
            text += "\n" + "\n".join(contents(places))
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")


def build(site: Path) -> int:
    """Write the site into a folder; 0 where nothing was in doubt."""
    shutil.rmtree(site, ignore_errors=True)
    with tempfile.TemporaryDirectory() as work:
        source = Path(work, "source")
        write_source(source)
        app = Sphinx(
            srcdir=source,
            confdir=None,
            outdir=site,
            doctreedir=Path(work, "doctrees"),
            buildername="html",
            confoverrides=dict(OPTIONS),
            status=None,
            warning=sys.stderr,
            warningiserror=True,
        )
        app.build()
        return app.statuscode


if __name__ == "__main__":
    site = Path(sys.argv[1]) if len(sys.argv) > 1 else SITE
    code = build(site)
    if code == 0:
        print(f"site: {site / 'index.html'}")
    sys.exit(code)
