"""Logs that are cut, appended to, or odd in any place: a comment or an error, never a traceback."""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from arize_tasks.cli.__main__ import main
from arize_tasks.cli.comment import as_json
from arize_tasks.cli.commenting.headline import NO_CHANGE, headline
from arize_tasks.cli.commenting.markdown import markdown
from arize_tasks.cli.commenting.reading import read_log
from arize_tasks.cli.commenting.review import review
from arize_tasks.errors import ArizeTasksError
from tests.cli import previews, updates

PREVIEWS = sorted(previews.RECORDINGS.glob("*.jsonl"))
UPDATES = updates.recordings()
PLACES = 150 if os.environ.get("FULL_MATRIX") else 30  # of each log
ODD: tuple[Any, ...] = (None, True, 0, -1.5, "", "odd", [], ["odd"], [[]], {}, {"odd": []})


def name_of(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", [*PREVIEWS, *UPDATES], ids=name_of)
def test_log_that_is_cut_is_never_one_of_a_finished_command(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    end = text.index('"summaryEvent"')
    for cut in range(1, end, max(1, end // 20)):
        try:
            found = review(read_log(text[:cut]))
        except ArizeTasksError:
            continue  # of the first event only a part is there
        said = headline(found)
        assert "interrupted" in said, cut
        assert NO_CHANGE not in said.lower(), cut
        assert "interrupted" in markdown(found), cut


def odd_logs(path: Path, number: int) -> Iterator[tuple[str, str]]:
    """Yield the log with one value replaced by an odd one, and where that is."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] == "{"]
    events = [json.loads(line) for line in lines]
    places = [
        (at, place) for at, event in enumerate(events) for place in inner_places(event) if place
    ]
    chosen = random.Random(path.stem).sample(places, min(number, len(places)))
    for count, (at, place) in enumerate(chosen):
        changed = copy.deepcopy(events[at])
        odd = ODD[count % len(ODD)]
        put(changed, place, odd)
        text = "\n".join([*lines[:at], json.dumps(changed), *lines[at + 1 :]])
        yield f"{at} {'.'.join(map(str, place))} = {odd!r}", text


def inner_places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    if isinstance(value, dict):
        for key, item in value.items():
            yield from inner_places(item, (*place, key))
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from inner_places(item, (*place, at))


def put(value: Any, place: tuple[Any, ...], odd: Any) -> None:
    for key in place[:-1]:
        value = value[key]
    value[place[-1]] = odd


@pytest.mark.parametrize("path", [*PREVIEWS, *UPDATES], ids=name_of)
def test_odd_value_in_any_place_breaks_nothing(path: Path) -> None:
    broken = {}
    for place, text in odd_logs(path, PLACES):
        try:
            found = review(read_log(text))
            markdown(found)
            as_json(found)
        except ArizeTasksError:
            continue
        except Exception as error:  # all of them are wanted
            broken[place] = repr(error)
    assert broken == {}


def test_log_of_several_commands_is_that_of_the_last_one(tmp_path: Path) -> None:
    preview, update = (
        (updates.RECORDINGS / f"{name}.jsonl").read_text(encoding="utf-8")
        for name in ("blocked.plan", "blocked")
    )
    for before in ("", preview, update):
        for last in (preview, update):
            assert markdown(review(read_log(before + last))) == markdown(review(read_log(last)))


DEEP = "[" * 100_000
NESTED = {
    "an event": f'{{"sequence": 1, "a": {DEEP}',
    "one object": f'{{"steps": {DEEP}',
    "deep and whole": f'{{"sequence": 1, "resourcePreEvent": {"[" * 500}{"]" * 500}}}',
    "deep inputs": json.dumps(
        {
            "sequence": 1,
            "resourcePreEvent": {
                "metadata": {
                    "op": "create",
                    "urn": "urn:pulumi:dev::p::t::n",
                    "new": {"inputs": "HERE"},
                }
            },
        }
    ).replace('"HERE"', '{"a":' * 400 + "1" + "}" * 400),
}


@pytest.mark.parametrize("what", NESTED)
def test_what_is_nested_deeply_is_no_traceback(what: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(NESTED[what])
    done = subprocess.run(
        [sys.executable, "-m", "arize_tasks.cli", "comment", str(log)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == (0 if what.startswith("deep") else 1)
    if done.returncode:
        assert "Fix:" in done.stderr


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize(
    "arguments",
    [["comment", "LOG"], ["--help"], ["--version"], ["comment", "--help"]],
    ids=" ".join,
)
def test_output_that_can_not_be_written_is_an_error_in_words(arguments: list[str]) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "arize_tasks.cli"),
                *(str(UPDATES[0]) if one == "LOG" else one for one in arguments),
            ],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("arize-tasks: The output cannot be written.")
    assert "No space left on device" in done.stderr
    assert "Fix:" in done.stderr
    assert "Traceback" not in done.stderr


def test_main_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["comment", str(UPDATES[0])]) == 0
    assert "interrupted" not in capsys.readouterr().out
