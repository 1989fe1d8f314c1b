"""What an HTTP answer means: its JSON, or one of our errors, looked up by the status.

Error bodies are read leniently: problem+json when it is that, and any text, HTML or nothing
otherwise, for a proxy on the way may answer in the API's place.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from arize_tasks import errors
from arize_tasks.schema.unknown import leaves
from arize_tasks.settings import Settings

if TYPE_CHECKING:
    import httpx

REQUEST_ID_HEADERS = ("x-request-id", "request-id", "x-correlation-id")

SAVED_KEY = (
    " (`pulumi refresh` and `pulumi destroy` use the key that the last `pulumi up` saved: after a "
    "change of the key run `pulumi up` first, or add --run-program.)"
)
REFUSED = "The Arize API refused the request."
MEANINGS: dict[int, tuple[type[errors.ApiError], str, str | None]] = {
    400: (errors.BadRequestError, REFUSED, None),
    401: (errors.AuthenticationError, "The Arize API rejected the API key.", None),
    403: (
        errors.PermissionDeniedError,
        "The API key lacks the permission for this.",
        "use a key whose role allows it, or ask for the permission.",
    ),
    404: (
        errors.NotFoundError,
        "Not found, or the API key has no access to it.",
        "check the ID or name, and which space the API key belongs to.",
    ),
    409: (errors.ConflictError, "Conflict with an existing resource.", None),
    422: (errors.BadRequestError, REFUSED, None),
}


def read(
    response: httpx.Response,
    *,
    settings: Settings,
    body: Any = None,
    secrets: Collection[str] = (),
) -> Any:
    """Return the JSON value of an answer.

    Args:
        response: The answer, wholly read.
        settings: For the key, which must not be shown, and where it came from.
        body: What was sent; should the answer quote free text of it, that is masked.
        secrets: What is masked wherever it came from.

    Returns:
        The JSON value; None when there is no content.

    Raises:
        ApiError: Of the class that belongs to the status.
        UnexpectedResponseError: A success that is not JSON, or a redirect.
    """
    where = f"{response.request.method} {response.request.url.path}"
    if response.is_success:
        if response.status_code == 204 or not response.content:
            return None
        try:
            return json.loads(response.content)
        # RecursionError: what JSON that is nested too deeply gives.
        except (ValueError, RecursionError):
            raise unexpected(where, "the response is not JSON") from None
    if not response.is_error:
        # Not followed: requests with the key go to the endpoint that was set, nowhere else.
        raise unexpected(where, f"the response is a redirect (HTTP {response.status_code})")
    raise _error(response, settings, body, secrets)


def unexpected(where: str, why: str) -> errors.UnexpectedResponseError:
    """Make the error of an answer that is not of the promised shape."""
    return errors.UnexpectedResponseError(
        f"The response to {where} does not match the Arize API.",
        why=f"{why}.",
        fix="check the endpoint (arize:baseUrl, ARIZE_BASE_URL) and any proxy in between; "
        "if they are right, please report this to pulumi-arize-tasks.",
    )


def _error(
    response: httpx.Response, settings: Settings, body: Any, secrets: Collection[str]
) -> errors.ApiError:
    status = response.status_code
    problem = _problem(response)
    # A refusal may quote what was sent, the key included, and parts of it.
    free = list(_free_text(body))
    hidden = [settings.api_key or "", *free, *secrets]
    words = [errors.masked(problem.get(key, ""), hidden) for key in ("title", "detail")]
    title, detail = (errors.server_words(_without_quotes(text, free, body)) for text in words)
    facts: dict[str, Any] = {
        # Of the response and not of its body: a gateway's body names none.
        "status": status,
        "method": response.request.method,
        "path": response.request.url.path,
        "title": title,
        "detail": detail,
        "request_id": _request_id(response, hidden),
    }
    if status == 429 or status >= 500:
        wished = retry_after_seconds(response.headers.get("retry-after", ""))
        facts["retry_after_seconds"] = wished
        later = "later" if not wished else f"in {wished:,.0f} s, as the service asks"
        if status == 429:
            return errors.RateLimitError(
                "The rate limit of the Arize API was exceeded.",
                fix=f"try again {later}, or with fewer operations at once (--parallel).",
                **facts,
            )
        return errors.ServerError("The Arize API failed.", fix=f"try again {later}.", **facts)
    kind, what, fix = MEANINGS.get(status, (errors.ApiError, REFUSED, None))
    if kind is errors.AuthenticationError:
        place = settings.api_key_place or "the setting api_key"
        fix = f"check {place}: is it a valid key of {settings.endpoint}?"
        if settings.api_key_saved:
            fix += SAVED_KEY
    return kind(what, fix=fix, **facts)


def _problem(response: httpx.Response) -> dict[str, str]:
    """Return title and detail, whatever the body is."""
    try:
        value = json.loads(response.content)
    except (ValueError, RecursionError):
        if "html" in response.headers.get("content-type", "").lower():
            return {"detail": "the response is a web page, not JSON"}
        # Not by the charset that it names: that may be any, and JSON and plain text are UTF-8.
        return {"detail": response.content.decode(errors="replace")}
    if not isinstance(value, dict):
        return {}
    texts = {key: value.get(key) for key in ("title", "detail")}
    if not texts["detail"] and not texts["title"]:
        # Gateways answer in formats of their own.
        texts["detail"] = value.get("message") or value.get("error")
    return {key: text for key, text in texts.items() if isinstance(text, str)}


SECRET_KEYS = ("api_key", "headers")
PUBLIC_KEYS = ("name", "id", "ids", "type", "time")


def _free_text(body: Any) -> Iterator[str]:
    """Yield what a body holds of prompts, filters and mappings; a server might quote them.

    Names, IDs and times are no secret, and an error that quotes one is better for it. A text
    without white space and shorter than 12 characters (arbitrary) could be any word of the
    server's own.
    """
    if isinstance(body, dict):
        for key, value in body.items():
            if key in SECRET_KEYS:
                yield from (leaf for leaf in leaves(value) if isinstance(leaf, str))
            elif not str(key).endswith(PUBLIC_KEYS):
                yield from _free_text(value)
    elif isinstance(body, list):
        for value in body:
            yield from _free_text(value)
    elif isinstance(body, str) and (len(body) >= 12 or " " in body.strip()):
        yield body
        yield json.dumps(body)[1:-1]  # as it would stand in a quoted body


_OPEN, _CLOSE = "'\"`\u2018\u201c«", "'\"`\u2019\u201d»"
# Not the apostrophes inside of words.
_QUOTED = re.compile(rf"(?<!\w)([{_OPEN}])(.+?)([{_CLOSE}])(?!\w)", re.DOTALL)


def _without_quotes(text: str, free: list[str], body: Any) -> str:
    """Mask what a server quotes of free text, where it has a word in common with it.

    Field names are known to all, and an error that quotes one is better for it.
    """
    if not free:
        return text
    words = set(re.findall(r"\w{2,}", " ".join(free).lower())) - set(_keys(body))

    def masked(found: re.Match[str]) -> str:
        said = set(re.findall(r"\w{2,}", found[2].lower()))
        return f"{found[1]}{errors.MASK}{found[3]}" if said & words else found[0]

    return _QUOTED.sub(masked, text)


def _keys(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        for key, value in body.items():
            yield str(key).lower()
            yield from _keys(value)
    elif isinstance(body, list):
        for value in body:
            yield from _keys(value)


def _request_id(response: httpx.Response, hidden: list[str]) -> str | None:
    for header in REQUEST_ID_HEADERS:
        if header in response.headers:
            return errors.server_words(response.headers[header], hidden=hidden)[:64]
    return None


def retry_after_seconds(text: str) -> float | None:
    """Read a Retry-After header: seconds, or an HTTP date; None when it is neither.

    Source: RFC 9110, section 10.2.3. Fractions are accepted as well.
    """
    text = text.strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        return float(text)
    try:
        when = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=dt.timezone.utc)
    return max(0.0, (when - dt.datetime.now(dt.timezone.utc)).total_seconds())
