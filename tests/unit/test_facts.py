"""Facts as lines of the engine's log: what is written is read, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arize_tasks.schema import facts

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(), parts, max_size=3),
    max_leaves=5,
)


@given(st.text(), st.dictionaries(st.text(), JSON, max_size=3))
def test_facts_that_are_written_are_read_with_their_sentence(
    sentence: str, known: dict[str, object]
) -> None:
    line = facts.encode(sentence, known)
    assert "\n" not in line
    assert facts.decode(line) == {**known, facts.SENTENCE: sentence}


@pytest.mark.parametrize(
    "line",
    ["", "something of Pulumi's", '{"sentence": "x"}', "arize-tasks: {", "arize-tasks: [1]"],
)
def test_line_of_another_kind_holds_no_facts(line: str) -> None:
    assert facts.decode(line) is None
