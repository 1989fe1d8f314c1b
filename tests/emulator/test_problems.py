"""The titles and the addresses of problems, as Arize's own clients document them."""

from __future__ import annotations

import pytest

from tests.emulator.bodies import project_task
from tests.emulator.process import Emulator

ERRORS_PAGE = "https://arize.com/docs/ax/rest-reference/errors"
TITLES = {
    400: ("Invalid request parameters", "invalid-request"),
    401: ("Authentication required", "authentication-required"),
    403: ("Access forbidden", "access-forbidden"),
    404: ("Resource not found", "resource-not-found"),
    409: ("Resource conflict", "resource-conflict"),
    422: ("Unprocessable Entity", "validation-error"),
    429: ("Rate limit exceeded", "rate-limit-exceeded"),
    503: ("Service Unavailable", "service-unavailable"),
}


@pytest.mark.parametrize("status", TITLES)
def test_problem_of_a_status_has_its_title_and_anchor(emulator: Emulator, status: int) -> None:
    emulator.fault(path="/v2/tasks", kind="status", status=status)
    problem = emulator.call("GET", "/v2/tasks").json()
    title, anchor = TITLES[status]
    assert problem["status"] == status
    assert (problem["title"], problem["type"]) == (title, f"{ERRORS_PAGE}#{anchor}")


def test_refusal_of_a_body_that_does_not_fit_together_is_a_validation_error(
    emulator: Emulator,
) -> None:
    judge = {"evaluator_id": emulator.fixtures["code_evaluator_id"]}
    body = project_task(emulator, evaluators=[judge])
    problem = emulator.call("POST", "/v2/tasks", body).json()
    assert (problem["status"], problem["type"]) == (422, f"{ERRORS_PAGE}#validation-error")
