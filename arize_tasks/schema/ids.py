"""How Arize's IDs look: base64 of text with a colon, such as `Evaluator:12:aBcD`."""

from __future__ import annotations

import base64
import binascii
import functools
import re

from arize_tasks.schema.behaviour import IdOf, NameOf

# The kinds whose IDs are known from Arize's documentation. The text before the colon is the noun in
# one word (`DatasetVersion`), or one of these. An unknown one is never refused: IDs are opaque, and
# new kinds may come.
NOUNS = frozenset(
    {
        "task",
        "task run",
        "project",
        "evaluator",
        "evaluator version",
        "dataset",
        "dataset version",
        "experiment",
        "space",
        "user",
    }
)
OTHERWISE = {"OnlineTask": "task", "Model": "project"}


def decoded(text: str) -> str | None:
    """Return the text inside an ID, or None where the text is a name and not an ID."""
    try:
        # Strict, as Arize's Python client is: otherwise odd characters are skipped in silence.
        inner = base64.b64decode(text.encode("ascii"), validate=True).decode("utf-8")
    except (UnicodeError, binascii.Error, ValueError):
        return None
    # Many a plain word is base64 as well; the colon tells.
    return inner if ":" in inner else None


@functools.lru_cache(4096)  # the same few texts are asked about all the time
def looks_like_id(text: str) -> bool:
    """Distinguish an ID from a name, as Arize's own clients do."""
    return decoded(text) is not None


def kind_of_id(text: str) -> str | None:
    """Return the kind of thing that an ID belongs to, where that is known."""
    word = (decoded(text) or "").partition(":")[0]
    noun = OTHERWISE.get(word) or re.sub(r"(?<!^)(?=[A-Z])", " ", word).lower()
    return noun if noun in NOUNS else None


def wrong_id(text: str, mark: NameOf | IdOf) -> str | None:
    """Say what is wrong with a text that must be an ID (or a name) of one kind of thing.

    Args:
        text: What was given; never quoted.
        mark: What the field takes.
    """
    names_too = isinstance(mark, NameOf)
    allowed = f"the {'name or ID' if names_too else 'ID'} of {_article(mark.kind)}"
    if not looks_like_id(text):
        if isinstance(mark, NameOf):
            return None
        remedy = f"; to give a name, write {mark.instead}" if mark.instead else ""
        return f"must be {allowed} (base64 text, as Arize shows it){remedy}"
    found = kind_of_id(text)
    if found is not None and found != mark.kind:
        return f"must be {allowed}, and it is the ID of {_article(found)}"
    return None


def _article(kind: str) -> str:
    words = kind.replace("_", " ").replace("ai ", "AI ")
    return f"an {words}" if words[0].lower() in "aeiou" else f"a {words}"
