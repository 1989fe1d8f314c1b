"""The filter language, as far as it is understood here: comparisons, IN, IS NULL, AND, OR.

A column that a row does not have is null, and a comparison with null is never true. The name of a
column may stand in double quotes.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from arize_tasks.emulator.problems import Problem
from arize_tasks.emulator.schema import text

Columns = Mapping[str, Any]
Test = Callable[[Columns], bool]

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<column>
        eval\.[A-Za-z0-9_\s\-&()]+?\.(?:score|label|explanation|metadata\.[\w.\-]+)
        | annotation\.[A-Za-z0-9_\s\-&()]+?\.(?:score|label|text)
      )
      | "(?P<quoted>[^"]+)"
      | (?P<text>'(?:[^']|'')*')
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<sign><=|>=|!=|=|<|>|\(|\)|,)
      | (?P<word>[A-Za-z_][\w.\-]*)
    )""",
    re.VERBOSE,
)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_KEYWORDS = {"AND", "OR", "IN", "IS", "NOT", "NULL"}
_CONSTANTS = {"true": True, "false": False}
# What runs evaluate is found by an index, which does not have these columns: they are neither null
# there nor anything else.
NOT_INDEXED = "attributes.metadata."


@dataclass(frozen=True)
class Filter:
    """A filter that was read.

    Attributes:
        test: Whether a row, given by its columns, is let through.
    """

    test: Test


def filter_text(value: Any, where: str) -> None:
    """A text that can be read as a filter; an empty one is none."""
    text()(value, where)
    if value.strip():
        read(value, where)


def checked_filter(written: str | None) -> Filter | None:
    """The filter of a request; None if it has none.

    Raises:
        Problem: 400 if there is nothing in it, 422 if it cannot be read.
    """
    if written is None:
        return None
    if not written.strip():
        raise Problem(
            400, "filter: must not be empty; leave it out for no filter.", rule="empty-filter"
        )
    return read(written)


def read(written: str, where: str = "filter", not_indexed: str | None = None) -> Filter:
    """Read a filter.

    Args:
        written: The filter.
        where: What it is called in a refusal.
        not_indexed: How columns begin with which every comparison is false, that with null too.

    Raises:
        Problem: 422 if it cannot be read.
    """
    reader = _Reader(written, where, not_indexed)
    try:
        test = reader.any_of()
    except RecursionError:
        raise Problem(
            422, f"{where}: cannot be read: too many parentheses.", rule="unreadable-filter"
        ) from None
    if reader.kind != "end":
        raise reader.refusal("AND, OR or the end")
    return Filter(test)


class _Reader:
    """Reads a filter from left to right; `kind` and `value` are the token that comes next."""

    def __init__(self, text: str, where: str, not_indexed: str | None) -> None:
        self._text, self._place, self._where = text.rstrip(), 0, where
        self._not_indexed = not_indexed
        self._step()

    def refusal(self, wanted: str) -> Problem:
        """The refusal of the token that comes next."""
        found = "the end" if self.kind == "end" else repr(self.value)
        return Problem(
            422,
            f"{self._where}: cannot be read: expected {wanted}, found {found}.",
            rule="unreadable-filter",
        )

    def any_of(self) -> Test:
        """Read what stands between ORs."""
        tests = [self._all_of()]
        while self._take("OR"):
            tests.append(self._all_of())
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _all_of(self) -> Test:
        tests = [self._one()]
        while self._take("AND"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._take("("):
            inner = self.any_of()
            self._need(")")
            return inner
        column = self._column()
        test = self._comparison(column)
        if self._not_indexed is not None and column.startswith(self._not_indexed):
            return lambda row: False
        return test

    def _comparison(self, column: str) -> Test:
        if self._take("IS"):
            wanted = not self._take("NOT")
            self._need("NULL")
            return lambda row: (row.get(column) is None) == wanted
        if self._take("IN"):
            values = self._list()
            return lambda row: any(_compare(operator.eq, row.get(column), one) for one in values)
        compare = _COMPARISONS.get(self.value) if self.kind == "sign" else None
        if compare is None:
            raise self.refusal("a comparison, IN or IS NULL")
        self._step()
        other = self._constant()
        return lambda row: _compare(compare, row.get(column), other)

    def _column(self) -> str:
        name, is_word = self.value, self.kind == "word"
        if self.kind not in ("column", "quoted", "word") or (is_word and name.upper() in _KEYWORDS):
            raise self.refusal("a column")
        self._step()
        return name

    def _list(self) -> list[Any]:
        self._need("(")
        values = [self._constant()]
        while self._take(","):
            values.append(self._constant())
        self._need(")")
        return values

    def _constant(self) -> Any:
        value: Any
        if self.kind == "text":
            value = self.value[1:-1].replace("''", "'")
        elif self.kind == "number":
            value = float(self.value)
        elif self.kind == "word" and self.value.lower() in _CONSTANTS:
            value = _CONSTANTS[self.value.lower()]
        else:
            raise self.refusal("a text in single quotes, a number, true or false")
        self._step()
        return value

    def _take(self, wanted: str) -> bool:
        taken = self.kind in ("word", "sign") and self.value.upper() == wanted
        if taken:
            self._step()
        return taken

    def _need(self, wanted: str) -> None:
        if not self._take(wanted):
            raise self.refusal(wanted)

    def _step(self) -> None:
        found = _TOKEN.match(self._text, self._place)
        if self._place >= len(self._text):
            self.kind, self.value = "end", ""
        elif found is None:
            rest = self._text[self._place :].strip()
            raise Problem(
                422,
                f"{self._where}: cannot be read from {rest[:20]!r} on.",
                rule="unreadable-filter",
            )
        else:
            self.kind = found.lastgroup or ""
            self.value = found[self.kind]
            self._place = found.end()


def _compare(compare: Callable[[Any, Any], bool], value: Any, other: Any) -> bool:
    if value is None:
        return False
    numbers = isinstance(value, (int, float)) and isinstance(other, (int, float))
    if not numbers and type(value) is not type(other):
        return compare is operator.ne
    return compare(value, other)
