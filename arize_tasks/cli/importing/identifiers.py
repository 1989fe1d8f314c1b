"""Names for the program: of resources, variables and constants, from the names of things."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata

LONGEST = 50  # characters; arbitrary: a line of the program must hold it


class Identifiers:
    """Gives each name once.

    Args:
        taken: Names that must not be given.
    """

    def __init__(self, *taken: str) -> None:
        self._taken = set(taken)

    def variable(self, text: str, *, otherwise: str) -> str:
        """Return a variable's name.

        Args:
            text: What to name it after.
            otherwise: What it is, for where nothing of the text can be in a name.
        """
        name = slug(text).replace("-", "_") or otherwise
        # "l" and "I" alone are names that linters refuse, since people misread them.
        if len(name) == 1 or keyword.iskeyword(name) or hasattr(builtins, name):
            name = f"{name}_{otherwise}"
        if keyword.issoftkeyword(name) or name[0].isdigit():
            name = f"{otherwise}_{name}"
        return self.once(name, "_")

    def constant(self, text: str, *, kind: str) -> str:
        """Return a constant's name, which begins with the kind of thing."""
        return self.once("_".join([kind, *slug(text).split("-")]).strip("_").upper(), "_")

    def resource(self, text: str, *, otherwise: str) -> str:
        """Return a resource's name: lower case, with hyphens."""
        return self.once(slug(text) or otherwise, "-")

    def once(self, name: str, joint: str) -> str:
        """Return a name that was not given yet: this one, or with a number behind it."""
        unique, number = name, 1
        while unique in self._taken:
            number += 1
            unique = f"{name}{joint}{number}"
        self._taken.add(unique)
        return unique


def slug(text: str) -> str:
    """Return the letters and digits of a text, in lower case and ASCII, with hyphens between."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.sub("[^a-z0-9]+", "-", letters.lower()).strip("-")
    return words[:LONGEST].rstrip("-")
