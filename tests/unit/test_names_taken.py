"""What to do about a name that is taken."""

from __future__ import annotations

import pytest

from arize_tasks.provider.journal import Owner
from arize_tasks.provider.names_taken import name_taken
from arize_tasks.schema.kinds import kinds

OWNER = Owner("", "", "urn:pulumi:dev::app::kind::it", "https://api.arize.com")


@pytest.mark.parametrize(
    "kind", [kind for kind in kinds() if kind.collection], ids=lambda kind: kind.noun
)
def test_forced_replacement_is_not_led_to_lose_its_name(kind: object) -> None:
    _, fix = name_taken(kind, "it", "id", OWNER, OWNER)  # type: ignore[arg-type]
    assert ("delete_before_replace" in fix) is not getattr(kind, "names_stay_taken", False)
    assert "leave name out" in fix
