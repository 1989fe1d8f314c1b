"""How an answer is written, where sources leave that open: the readings that change no meaning."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response

from arize_tasks.emulator.dialect import FREE_FORM
from arize_tasks.emulator.readings import Readings
from arize_tasks.emulator.service import Call, Json

_TIMES = re.compile(r"(_at|_time)$")
_ROW_LISTS = re.compile(r"/v2/experiments/[^/]+/runs(/search)?")
# Blanks at the ends of these are what a service may cut.
_TEXTS = ("name", "query_filter", "description", "filter")
_GATEWAYS_PAGE = "<html><body><h1>An error of the gateway</h1></body></html>"
# What a request never holds, and an answer may.
_UNNAMED = {"service_tier": "auto", "revision": 3}
# What a service may put where a run configuration says nothing.
_FILLED_IN: Json = {"invocation_parameters": {}, "provider_parameters": {}, "tool_config": {}}

_STAMPS: dict[str, Callable[[str], str]] = {
    "milliseconds": lambda text: text,
    "seconds": lambda text: re.sub(r"\.\d+", "", text),
    "microseconds": lambda text: re.sub(r"(\.\d{3})Z", r"\g<1>000Z", text),
    "offset": lambda text: text.replace("Z", "+00:00"),
}


def presented(readings: Readings, call: Call, answer: Any) -> Any:
    """An answer of the API as the readings write it."""
    if _ROW_LISTS.fullmatch(call.path) and "experiment_runs" in answer:
        answer = {**answer, "experiment_runs": _rows(readings, call, answer["experiment_runs"])}
    return _respelt(answer, _STAMPS[readings["timestamps"]], readings["echo"])


def refused(readings: Readings, response: Response) -> Response:
    """A refusal as the reading of problem documents writes it."""
    reading = readings["problem-bodies"]
    if reading == "full" or response.status_code < 400:
        return response
    if reading == "html":
        written: Response = HTMLResponse(_GATEWAYS_PAGE, response.status_code)
    elif reading == "empty":
        written = Response(b"", response.status_code)
    else:
        body = json.loads(bytes(response.body))
        del body[reading.removeprefix("no-")]
        written = JSONResponse(body, response.status_code, media_type="application/problem+json")
    if "Retry-After" in response.headers:
        written.headers["Retry-After"] = response.headers["Retry-After"]
    return written


def _rows(readings: Readings, call: Call, rows: list[Json]) -> list[Json]:
    if readings["row-evaluations"] == "search-only" and not call.path.endswith("/search"):
        rows = [
            {key: value for key, value in row.items() if not key.startswith("eval.")}
            for row in rows
        ]
    if readings["missing-values"] == "null":
        columns = {
            key.rpartition(".")[0] for row in rows for key in row if _is_part_of_evaluation(key)
        }
        nothing = {
            f"{column}.{part}": None
            for column in sorted(columns)
            for part in ("score", "label", "explanation")
        }
        rows = [{**nothing, **row} for row in rows]
    if readings["row-ids"] == "null":
        rows = [{**row, "id": None} for row in rows]
    return rows


def _is_part_of_evaluation(key: str) -> bool:
    return key.startswith("eval.") and key.rpartition(".")[2] in ("score", "label", "explanation")


def _respelt(value: Any, stamp: Callable[[str], str], echo: str) -> Any:
    """A value with its times, and what a client has sent, as the readings write them."""
    if isinstance(value, list):
        return [_respelt(item, stamp, echo) for item in value]
    if not isinstance(value, dict):
        return value
    respelt: Json = {}
    for key, item in value.items():
        if isinstance(item, str) and _TIMES.search(key):
            respelt[key] = stamp(item)
        elif isinstance(item, str) and echo == "trimmed" and key in _TEXTS:
            respelt[key] = item.strip()
        elif isinstance(item, float) and echo == "float32":
            respelt[key] = struct.unpack("f", struct.pack("f", item))[0]
        elif key == "invocation_parameters" and echo == "unknown-fields-added":
            respelt[key] = {**item, **_UNNAMED}
        elif key in FREE_FORM:
            respelt[key] = item
        else:
            respelt[key] = _respelt(item, stamp, echo)
    if echo == "unknown-fields-added" and "id" in value:
        respelt |= _UNNAMED
    if echo == "defaults-filled-in" and "experiment_type" in value:
        respelt = {**_FILLED_IN, **respelt}
    return respelt
