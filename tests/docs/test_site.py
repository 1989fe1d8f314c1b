"""The documentation as a site: whole, strict, and read without a request to anybody."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.chromium import Chromium
from tests.docs.served import Served

# One worker builds it, once.
pytestmark = pytest.mark.xdist_group("docs-site")

ROOT = Path(__file__).parents[2]

# Shows every page at once, and says so when the last one has come.
ALL = """<!doctype html><meta charset="utf-8"><body><script>
const pages = PAGES; let left = pages.length;
for (const page of pages) {
  const frame = document.createElement("iframe");
  frame.src = page;
  frame.onload = () => { if (--left === 0) document.title = "all have come"; };
  document.body.append(frame);
}
</script>"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make site` makes."""
    folder = tmp_path_factory.mktemp("site") / "site"
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "site.py"), str(folder)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_in_the_navigation(site: Path) -> None:
    home = (site / "index.html").read_text(encoding="utf-8")
    navigation = set(re.findall(r'class="reference internal" href="([^"#]+\.html)"', home))
    docs = {page.relative_to(ROOT / "docs") for page in (ROOT / "docs").rglob("*.md")}
    own = {str(page.with_suffix(".html")) for page in docs} - {"decisions.html"}
    examples = {f"examples/{page.parent.name}.html" for page in ROOT.glob("examples/*/README.md")}
    assert (own | examples | {"project/decisions.html"}) - navigation == set()


def test_no_page_asks_anybody(site: Path, chromium: Chromium) -> None:
    pages = [str(page.relative_to(site)) for page in site.rglob("*.html")]
    (site / "all.html").write_text(ALL.replace("PAGES", json.dumps(pages)), encoding="utf-8")
    with Served(site) as served:
        shown = chromium.dom(f"{served.url}/all.html")
    assert "<title>all have come</title>" in shown
    assert served.held_back == []
    assert served.missing == []


def test_page_that_asks_elsewhere_is_found(tmp_path: Path, chromium: Chromium) -> None:
    page = '<link rel="stylesheet" href="https://fonts.example.com/a.css"><img src="gone.png">'
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    with Served(tmp_path) as served:
        chromium.dom(f"{served.url}/index.html")
    assert served.held_back == ["https://fonts.example.com/a.css"]
    assert served.missing == ["/gone.png"]


def test_search_finds_an_argument_in_pages_opened_from_disk(site: Path, chromium: Chromium) -> None:
    found = chromium.dom(f"{(site / 'search.html').as_uri()}?q=window_lag_seconds")
    results = found.partition('id="search-results"')[2]
    assert 'href="reference/TaskRun.html' in results
