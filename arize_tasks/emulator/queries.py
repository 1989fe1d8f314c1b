"""The named queries of a task over traces or sessions: filters on their spans, put together.

A trace or a session answers to a query if one of its spans passes the query's filter. Which of them
are taken says the expression, with AND, OR, NOT and parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

from arize_tasks.emulator import filters
from arize_tasks.emulator.problems import Problem, invalid

WHERE = "query_filters.expression"
# Whether a trace or a session is taken, by the identifiers of the queries that it answers to.
Answers = Callable[[Set[str]], bool]


def read_expression(text: str) -> Answers:
    """Read an expression.

    Raises:
        Problem: 400 if it cannot be read.
    """
    reader = _Reader(re.findall(r"\w+|\S", text))
    try:
        found = reader.any_of()
    except RecursionError:
        raise invalid(WHERE, "has too many parentheses", rule="filter-expression") from None
    if reader.rest:
        raise reader.refusal()
    return found


def selects(query_filters: Mapping[str, Any]) -> Callable[[Sequence[filters.Columns]], bool]:
    """Whether a trace or a session, given by the columns of its spans, is taken.

    Queries that cannot be read, which nobody gets past the API, take nothing.
    """
    try:
        tests = {
            one["id"]: filters.read(one["filter"], not_indexed=filters.NOT_INDEXED).test
            for one in query_filters["filters"]
        }
        taken = read_expression(query_filters["expression"])
    except Problem:
        return lambda spans: False
    return lambda spans: taken({id_ for id_, test in tests.items() if any(map(test, spans))})


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, words: list[str]) -> None:
        self.rest = words[::-1]

    def refusal(self) -> Problem:
        """The refusal of the word that comes next."""
        found = repr(self.rest[-1]) if self.rest else "the end"
        return invalid(WHERE, f"cannot be read at {found}", rule="filter-expression")

    def any_of(self) -> Answers:
        """Read what stands between ORs."""
        parts = [self._all_of()]
        while self._take("OR"):
            parts.append(self._all_of())
        return lambda answered: any(part(answered) for part in parts)

    def _all_of(self) -> Answers:
        parts = [self._one()]
        while self._take("AND"):
            parts.append(self._one())
        return lambda answered: all(part(answered) for part in parts)

    def _one(self) -> Answers:
        if self._take("NOT"):
            inner = self._one()
            return lambda answered: not inner(answered)
        if self._take("("):
            inner = self.any_of()
            if not self._take(")"):
                raise self.refusal()
            return inner
        if not self.rest or not re.fullmatch("[A-E]", self.rest[-1]):
            raise self.refusal()
        id_ = self.rest.pop()
        return lambda answered: id_ in answered

    def _take(self, word: str) -> bool:
        taken = bool(self.rest) and self.rest[-1] == word
        if taken:
            self.rest.pop()
        return taken
