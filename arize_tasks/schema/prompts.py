"""What is probably a mistake in a prompt: variables in another form than the one that is filled."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MUSTACHE = re.compile(r"\{\{[^{}]+\}\}")
# A doubled brace stands for a brace.
_F_STRING = re.compile(r"(?<!\{)\{[A-Za-z_][^{}]*\}(?!\})")


def doubts(text: str, variables: str) -> Iterator[str]:
    """Yield a sentence for each doubt.

    Args:
        text: The prompt.
        variables: The form of its variables: F_STRING, MUSTACHE or NONE.
    """
    f_string, mustache = _F_STRING.search(text), _MUSTACHE.search(text)
    if variables == "F_STRING" and mustache:
        yield "{{…}} is no variable where input_variable_format is f_string; write {…}, or mustache"
    elif variables == "MUSTACHE" and f_string and not mustache:
        yield "{…} is no variable of mustache; write {{…}}"
    elif variables == "NONE" and (f_string or mustache):
        yield "has variables, and input_variable_format is none: they are sent as they stand"
    elif variables != "NONE" and not (f_string or mustache):
        yield "has no variable, so every example gets the same prompt"
