"""What an HTTP answer means, whatever a server or a proxy may say."""

from __future__ import annotations

import datetime as dt
import email.utils
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from arize_tasks import errors
from arize_tasks.api import responses as answers
from arize_tasks.settings import Settings

KEY = "ak-0123456789-secret"
SETTINGS = Settings(api_key=KEY, api_key_place="ARIZE_API_KEY in the environment")
PROBLEM = "application/problem+json"


def read(
    status: int,
    content: bytes = b"",
    body: Any = None,
    headers: dict[str, str] | None = None,
    settings: Settings = SETTINGS,
) -> Any:
    request = httpx.Request("PATCH", "https://api.arize.com/v2/tasks/abc?x=1")
    response = httpx.Response(status, content=content, headers=headers, request=request)
    return answers.read(response, settings=settings, body=body)


def failed(status: int, content: bytes = b"", **more: Any) -> errors.ApiError:
    with pytest.raises(errors.ApiError) as caught:
        read(status, content, **more)
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.BadRequestError),
        (401, errors.AuthenticationError),
        (402, errors.ApiError),
        (403, errors.PermissionDeniedError),
        (404, errors.NotFoundError),
        (408, errors.ApiError),
        (409, errors.ConflictError),
        (422, errors.BadRequestError),
        (429, errors.RateLimitError),
        (500, errors.ServerError),
        (503, errors.ServerError),
        (599, errors.ServerError),
    ],
)
def test_read_error_status_gives_its_class(status: int, kind: type[errors.ApiError]) -> None:
    error = failed(status)
    assert type(error) is kind
    assert error.status == status


def test_read_problem_gives_its_words_and_where() -> None:
    error = failed(
        400,
        b'{"status": 400, "title": "Invalid request", "detail": "sampling_rate is wrong."}',
        headers={"x-request-id": "7f3a"},
    )
    assert (error.title, error.detail) == ("Invalid request", "sampling_rate is wrong.")
    assert "(HTTP 400, PATCH /v2/tasks/abc, request 7f3a)" in str(error)


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"", ""),
        (b"null", ""),
        (b"[1, 2]", ""),
        (b'"text"', ""),
        (b'{"detail": {"a": 1}, "title": null}', ""),
        (b'{"message": "no"}', "no"),
        (b"plain words", "plain words"),
        (b"\xff\xfe", "��"),
        (b"[" * 100_000, None),
    ],
)
def test_read_error_body_of_any_shape_is_an_api_error(content: bytes, detail: str | None) -> None:
    error = failed(503, content)
    assert detail is None or error.detail == detail
    assert len(str(error)) < 600


def test_read_error_web_page_is_not_quoted() -> None:
    error = failed(502, b"<html>nginx</html>", headers={"content-type": "text/html"})
    assert "<" not in str(error)
    assert "the response is a web page" in str(error)


def test_read_error_never_shows_the_key() -> None:
    error = failed(401, f'{{"detail": "bad key {KEY}"}}'.encode(), headers={"x-request-id": KEY})
    assert KEY not in str(error)
    assert "ARIZE_API_KEY in the environment" in str(error)


@pytest.mark.parametrize("saved", [True, False])
def test_read_refused_key_that_pulumi_has_saved_says_how_to_use_todays(saved: bool) -> None:
    error = failed(401, settings=replace(SETTINGS, api_key_saved=saved))
    assert ("--run-program" in str(error)) is saved


def test_read_error_masks_free_text_of_the_request_but_not_names_and_ids() -> None:
    body = {
        "name": "Nightly tone check",
        "evaluators": [{"evaluator_id": "RXZhbHVhdG9yOjI6YWFhYQ=="}],
        "query_filter": "user = 'Jane Doe'",
        "run_configuration": {"messages": [{"content": 'Say "hi"\nto everyone'}]},
    }
    words = (
        "refused: Nightly tone check, RXZhbHVhdG9yOjI6YWFhYQ==, user = 'Jane Doe', "
        f"{json.dumps(body['run_configuration'])}"
    )
    error = failed(422, json.dumps({"detail": words}).encode(), body=body)
    assert "Nightly tone check" in str(error)
    assert "RXZhbHVhdG9yOjI6YWFhYQ==" in str(error)
    assert "Jane" not in str(error)
    assert "everyone" not in str(error)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("query_filter: unexpected token 'Doe' at 8", "unexpected token '[…]' at 8"),
        ('no column "patient_name" in the data', 'no column "[…]" in the data'),
        ("near `= 'Jane D`", "near `[…]`"),
        ("near “JANE”", "near “[…]”"),
        # Words of the server's own, field names and punctuation.
        ("'query_filter' has a problem at '('", "'query_filter' has a problem at '('"),
        (
            "expected 'AND' or 'OR'; it doesn't parse and can't",
            "expected 'AND' or 'OR'; it doesn't",
        ),
    ],
)
def test_read_error_masks_parts_of_free_text_that_are_quoted(said: str, shown: str) -> None:
    body = {"name": "tone", "query_filter": "patient_name = 'Jane Doe'"}
    error = failed(422, json.dumps({"detail": said}).encode(), body=body)
    assert shown in str(error)


def test_read_success_gives_the_json_value() -> None:
    assert read(201, b'{"id": "x"}') == {"id": "x"}
    assert read(204) is None
    assert read(200) is None


@pytest.mark.parametrize("content", [b"<html>", b"{", b"\xff", b"[" * 100_000])
def test_read_success_without_json_asks_for_a_report(content: bytes) -> None:
    with pytest.raises(errors.UnexpectedResponseError, match="please report") as caught:
        read(200, content)
    assert "PATCH /v2/tasks/abc" in str(caught.value)


def test_read_redirect_is_unexpected_and_not_followed() -> None:
    with pytest.raises(errors.UnexpectedResponseError, match="redirect"):
        read(302, headers={"location": "https://evil.example.com"})


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        (" 7 ", 7),
        ("1.5", 1.5),
        ("", None),
        ("-1", None),
        ("soon", None),
        ("inf", None),
        ("nan", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
    ],
)
def test_retry_after_is_read_leniently(text: str, seconds: float | None) -> None:
    assert answers.retry_after_seconds(text) == seconds


def test_retry_after_date_gives_the_seconds_until_then() -> None:
    later = dt.datetime.now(dt.timezone.utc) + dt.timedelta(hours=1)
    seconds = answers.retry_after_seconds(email.utils.format_datetime(later, usegmt=True))
    assert seconds == pytest.approx(3600, abs=60)
