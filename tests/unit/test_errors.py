"""The exception tree: messages, masking, what a caller may rely on."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from arize_tasks import errors

ALL = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.ArizeTasksError)
]


def api_error(
    kind: type[errors.ApiError] = errors.ApiError, status: int = 400, **facts: Any
) -> errors.ApiError:
    return kind(
        "The request was refused.", status=status, method="PATCH", path="/v2/tasks/abc", **facts
    )


@pytest.mark.parametrize("kind", ALL)
def test_tree_every_class_is_drawn(kind: type[errors.ArizeTasksError]) -> None:
    assert kind.__name__ in (errors.__doc__ or "")


def test_message_has_what_why_and_fix_on_a_line_each() -> None:
    error = errors.ArizeTasksError("It failed.", why="of this.", fix="do that.")
    assert str(error) == "It failed.\n  Why: of this.\n  Fix: do that."


def test_message_what_replaced_by_a_caller_shows() -> None:
    error = api_error(detail="no")
    error.what = "Cannot update task 'nightly'."
    assert str(error).startswith("Cannot update task 'nightly'.\n")


def test_message_api_error_names_status_request_and_words() -> None:
    error = api_error(detail="sampling_rate is wrong.", request_id="7f3a")
    assert "sampling_rate is wrong (HTTP 400, PATCH /v2/tasks/abc, request 7f3a)." in str(error)


def test_message_api_error_without_words_says_so() -> None:
    assert "no explanation was given" in str(api_error())


def test_server_words_long_text_is_cut() -> None:
    said = errors.server_words("a" * 1000)
    assert len(said) <= errors.DETAIL_MAX_CHARACTERS
    assert said == f"{'a' * (said.count('a'))}… ({1000 - said.count('a')} more)"


def test_server_words_key_is_masked_before_the_cut() -> None:
    text = "x" * 250 + " the key secret-key-0123456789 is wrong"
    assert "secret" not in errors.server_words(text, hidden=["secret-key-0123456789"])


def test_server_words_hidden_inside_another_masks_both() -> None:
    said = errors.server_words("say: abc def", hidden=["abc", "abc def", ""])
    assert said == f"say: {errors.MASK}"


def test_server_words_control_characters_become_one_line() -> None:
    said = errors.server_words("a\n\x1b[31mb\tc\u2028d\u202ee\x00")
    assert said == "a \\x1b[31mb c d\\u202ee\\x00"


@pytest.mark.parametrize(
    "order", ["::error::x", "  ::set-output name=a::b", "##[error]x", "\n##vso[x]"]
)
def test_message_no_line_of_it_is_an_order_to_a_ci_system(order: str) -> None:
    shown = errors.printable(f"a name\n{order}\n  Fix: another", keep="\n")
    lines = [line.strip() for line in shown.splitlines()]
    assert not any(line.startswith(("::", "##")) for line in lines)
    assert lines[-1] == "Fix: another"


def test_invalid_arguments_one_failure_is_the_message() -> None:
    error = errors.InvalidArgumentsError("name: must not be empty.")
    assert str(error) == "name: must not be empty."
    assert error.failures == ("name: must not be empty.",)


def test_invalid_arguments_several_failures_are_all_listed() -> None:
    error = errors.InvalidArgumentsError(["one", "two"])
    assert str(error).splitlines()[1:] == ["  - one", "  - two"]


def test_invalid_arguments_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="no"):
        raise errors.InvalidArgumentsError("no")


def test_timeouts_are_timeout_errors() -> None:
    assert issubclass(errors.RequestTimeoutError, TimeoutError)
    assert issubclass(errors.TaskRunTimeoutError, TimeoutError)


def test_name_not_found_shows_similar_names() -> None:
    error = errors.NameNotFoundError("ai_integration", "Open", near=["open"], within=" in x")
    assert "There is no ai integration named 'Open' in x." in str(error)
    assert "'open'" in str(error)


def test_ambiguous_name_lists_the_ids() -> None:
    error = errors.AmbiguousNameError("project", "p", ids=["A", "B"])
    assert str(error).startswith("2 projects are named 'p'.")
    assert "A, B" in str(error)


@pytest.mark.parametrize(
    ("error", "unknown"),
    [
        (errors.TransportError("x", sent=True), True),
        (errors.TransportError("x", sent=False), False),
        *((api_error(errors.ServerError, status), True) for status in (500, 502, 503, 504)),
        (api_error(status=408), True),
        (api_error(errors.ServerError, 501), False),
        (api_error(errors.ConflictError, 409), False),
        (api_error(errors.RateLimitError, 429), False),
        (errors.UnexpectedResponseError("x"), True),
        (errors.InterruptedByUserError(), False),
        (errors.ConfigurationError("x"), False),
    ],
)
def test_effect_unknown_only_where_the_server_may_have_acted(
    error: errors.ArizeTasksError, unknown: bool
) -> None:
    assert error.effect_unknown is unknown
