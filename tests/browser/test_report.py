"""The report in a real browser: on a phone and on a desk, with hostile names, asking nobody."""

from __future__ import annotations

import html
import json
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from arize_tasks import judge
from arize_tasks.cli.__main__ import main
from tests.browser.chromium import Chromium
from tests.cli.histories import HOSTILE, make
from tests.emulator.process import Emulator
from tests.scoring.rows import CORRECT, labelled

WIDTHS = (320, 390, 768, 1010, 1200)

# Looks at the report in frames as wide as screens are, and writes down what it finds.
MEASURE = """<!doctype html><meta charset="utf-8"><body><script>
const widths = WIDTHS, found = {};
for (const width of widths) {
  const frame = document.createElement("iframe");
  frame.style = `width: ${width}px; height: 800px; border: 0`;
  frame.src = "report.html";
  frame.onload = () => {
    const page = frame.contentDocument, view = page.documentElement;
    const all = [...page.body.querySelectorAll("*")];
    const box = (element) => element.getBoundingClientRect();
    const lines = (element) => {
      const range = page.createRange();
      range.selectNodeContents(element);
      return new Set([...range.getClientRects()].map((r) => Math.round(r.top))).size;
    };
    found[width] = {
      title: page.title,
      headings: [...page.querySelectorAll("h2")].map((h) => h.textContent),
      scripts: page.querySelectorAll("script, img, link, iframe, object, embed, form").length,
      handlers: all.filter((e) => [...e.attributes].some((a) => a.name.startsWith("on"))).length,
      resources: frame.contentWindow.performance.getEntriesByType("resource").length,
      scroll: view.scrollWidth,
      outside: all.filter((e) => box(e).right > box(page.body).right + 1)
        .map((e) => e.outerHTML.slice(0, 200)),
      text: Math.min(...[...page.querySelectorAll("svg text")].map((e) => box(e).height)),
      plots: page.querySelectorAll("svg").length,
      bars: [...page.querySelectorAll("svg rect")].filter((e) => box(e).width > 0.5).length,
      clipped: [...page.querySelectorAll("svg text")].filter(
        (e) => box(e).left < box(e.ownerSVGElement).left - 1
            || box(e).right > box(e.ownerSVGElement).right + 1).map((e) => e.textContent),
      // A figure or an instant that goes over two lines.
      broken: [...page.querySelectorAll("td.number, td.whole, .word")].filter(
        (e) => box(e).width > 0 && lines(e) > 1).map((e) => e.outerHTML.slice(0, 200)),
      style: frame.contentWindow.getComputedStyle(page.querySelector(".tiles")).display,
    };
    if (Object.keys(found).length === widths.length) {
      const pre = document.createElement("pre");
      pre.id = "found";
      pre.textContent = JSON.stringify(found);
      document.body.append(pre);
    }
  };
  document.body.append(frame);
}
</script>""".replace("WIDTHS", json.dumps(WIDTHS))


class Site:
    """A folder, served on this machine.

    Attributes:
        url: Where it is.
        asked: The paths that were asked for.
    """

    def __init__(self, folder: Path) -> None:
        self.asked = asked = list[str]()

        class Handler(SimpleHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                asked.append(self.path)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    served = Site(tmp_path)
    yield served
    served.stop()


@pytest.fixture
def report(tmp_path: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A report on tasks with runs over many weeks, and with names that are HTML."""
    make(emulator)
    for name in ("REGION", "SPACE"):  # whatever the caller's Arize is set to stays out of it
        monkeypatch.delenv(f"ARIZE_{name}", raising=False)
    monkeypatch.setenv("ARIZE_API_KEY", emulator.api_key)
    monkeypatch.setenv("ARIZE_BASE_URL", emulator.url)
    to = tmp_path / "report.html"
    assert main(["report", "--space", "my-space", "--output", str(to)]) == 0
    return to


def measured(report: Path, site: Site, chromium: Chromium) -> dict[int, dict[str, Any]]:
    """Look at a report in every width."""
    (report.parent / "measure.html").write_text(MEASURE, encoding="utf-8")
    dom = chromium.dom(f"{site.url}/measure.html")
    shown = re.search(r'<pre id="found">(.*?)</pre>', dom, re.DOTALL)
    assert shown, dom
    found = {int(width): seen for width, seen in json.loads(html.unescape(shown[1])).items()}
    assert set(found) == set(WIDTHS)
    return found


def test_report_is_readable_at_every_width_and_asks_nobody(
    report: Path, site: Site, chromium: Chromium
) -> None:
    for width, seen in measured(report, site, chromium).items():
        # Nothing of a name has become part of the page.
        assert seen["title"] == "Evaluation tasks: space my-space"
        assert seen["headings"] == [
            *("Tasks (3)", "Never ran (1)", "By project and dataset (2)"),
            *(HOSTILE, "Production quality", "Weekly check"),
        ]
        assert (seen["scripts"], seen["handlers"], seen["resources"]) == (0, 0, 0)
        # One need not scroll sideways, and plots have text that can be read.
        assert (seen["outside"], seen["clipped"]) == ([], []), width
        assert seen["scroll"] <= width
        assert seen["text"] >= 9, width
        assert seen["plots"] == 3 * 3
        assert seen["bars"] > 3 * 60
        assert seen["style"] == "grid"
    assert set(site.asked) - {"/favicon.ico"} == {"/measure.html", "/report.html"}


def test_gates_are_readable_at_every_width(tmp_path: Path, site: Site, chromium: Chromium) -> None:
    rows = labelled(200, 191)
    criteria = [{**CORRECT, "min_share": bar} for bar in (0.5, 0.93, 0.99)]
    gates = [
        {
            "urn": f"urn:pulumi:s::p::t::{name}",
            "criteria": criteria,
            "verdict": found.verdict,
            "blocked": found.blocked,
            "summary": f"{found.summary} {name}",
            "attempt": 1_000,
            "judged_at": "2026-03-01T12:00:00Z",
        }
        for name, found in {
            "answers-good-enough": judge(criteria[:1], rows),
            HOSTILE: judge(criteria, rows),
            "x" * 80: judge(criteria[1:2], rows, inconclusive="allow"),
        }.items()
    ]
    outputs, to = tmp_path / "outputs.json", tmp_path / "report.html"
    outputs.write_text(json.dumps(gates))
    assert main(["report", "--stack-outputs", str(outputs), "--output", str(to)]) == 0
    for width, seen in measured(to, site, chromium).items():
        assert seen["headings"] == ["Needs a look (1)", "Gates on scores"]
        assert (seen["scripts"], seen["handlers"], seen["resources"]) == (0, 0, 0)
        assert seen["outside"] == [], width
        assert seen["scroll"] <= width
    dom = chromium.dom(to.as_uri())
    for word in ("passed", "failed", "no_data"):
        assert f'class="word {word}"' in dom
    assert html.escape(HOSTILE, quote=False) in dom


NAMES = (
    "x" * 200,
    "word " * 40,
    "איכות התשובות בעברית לפי שופט אחד",
    "👩‍💻🏳️‍🌈 of many signs",
    HOSTILE,
)


def test_odd_names_break_no_layout_and_hide_no_figure(
    tmp_path: Path, site: Site, chromium: Chromium
) -> None:
    outputs: list[dict[str, Any]] = []
    for number, name in enumerate(NAMES * 2):
        task = f"task-{number}"
        over = {"dataset": name, "dataset_id": f"D{number}"}
        outputs.append({"id": task, "name": name, "type": "template_evaluation", **over})
        run = {"id": name, "task_id": task, "status": "FAILED", "failure_reason": name}
        counts = {"num_successes": 0, "num_errors": 1_234_567, "num_skipped": 0}
        times = {"run_started_at": "2026-03-01T00:00:00Z"}
        outputs += [{**run, **counts, **times, "id": f"{name}{number}"}] if number % 5 < 4 else []
    file, to = tmp_path / "outputs.json", tmp_path / "report.html"
    file.write_text(json.dumps(outputs))
    assert main(["report", "--stack-outputs", str(file), "--output", str(to)]) == 0
    for width, seen in measured(to, site, chromium).items():
        assert (seen["outside"], seen["clipped"]) == ([], []), width
        assert seen["scroll"] <= width
        assert seen["broken"] == [], width
        assert seen["title"] == "Evaluation tasks: outputs of a stack"
    text = to.read_text(encoding="utf-8")
    assert "👩‍💻🏳️‍🌈 of many signs" in text  # joined to one sign, and not spelt out


def test_report_can_be_looked_at_from_a_file(
    report: Path, chromium: Chromium, tmp_path: Path
) -> None:
    dom = chromium.dom(report.as_uri())
    assert dom.count("<section") == 3 + 3
    assert html.escape(HOSTILE, quote=False) in dom
    for name, width in (("phone", 390), ("desk", 1160)):
        chromium.screenshot(report.as_uri(), tmp_path / f"{name}.png", width=width, height=1500)
