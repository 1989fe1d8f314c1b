"""Every refusal that the emulator can answer, as RFC 9457 problem details."""

from __future__ import annotations

from typing import Any

ERRORS_PAGE = "https://arize.com/docs/ax/rest-reference/errors"

# status -> (title, anchor on the errors page), as the vendor's TypeScript types have them; those of
# 405 and 500 are ours. The anchor of 422 is that of the newest text.
KINDS: dict[int, tuple[str, str]] = {
    400: ("Invalid request parameters", "invalid-request"),
    401: ("Authentication required", "authentication-required"),
    403: ("Access forbidden", "access-forbidden"),
    404: ("Resource not found", "resource-not-found"),
    405: ("Method not allowed", "method-not-allowed"),
    409: ("Resource conflict", "resource-conflict"),
    422: ("Unprocessable Entity", "validation-error"),
    429: ("Rate limit exceeded", "rate-limit-exceeded"),
    500: ("Internal server error", "internal-server-error"),
    503: ("Service Unavailable", "service-unavailable"),
}


# In the place of a rule: what the emulator refuses for itself, and not as the service would.
OWN = "own"


class Problem(Exception):
    """A request is refused.

    Attributes:
        status: The HTTP status code.
        detail: What is wrong with this request, in words.
        rule: The ID of the behaviour, a row of the ledger, by which it is refused; or OWN.
    """

    def __init__(self, status: int, detail: str, rule: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.rule = rule


def invalid(where: str, what: str, rule: str = "") -> Problem:
    """A 400 that names the field and what is wrong with it."""
    return Problem(400, f"{where}: {what}", rule)


def missing(kind: str, id_: str, rule: str = "missing-or-unreadable") -> Problem:
    """A 404 for one resource; also the answer for what the key may not read."""
    return Problem(404, f"{kind} '{id_}' does not exist or you have no read access to it.", rule)


def body(status: int, detail: str, instance: str) -> dict[str, Any]:
    """The problem document itself; clients read `status` from it, so it is always there."""
    title, anchor = KINDS.get(status, (f"HTTP {status}", f"http-{status}"))
    return {
        "status": status,
        "title": title,
        "detail": detail,
        "instance": instance,
        "type": f"{ERRORS_PAGE}#{anchor}",
    }
