"""What must not be in the project's files."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Where packages come from is for each user's own tools to know. In two parts each, as this file is
# looked at too.
REGISTRIES = [
    "pypi" + r"\.org/",
    "pythonhosted" + r"\.org",
    r"proxy\.golang" + r"\.org",
    r"sum\.golang" + r"\.org",
    r"registry\." + "npmjs",
    r"registry\." + "yarnpkg",
    r"static\." + r"crates\.io",
    r"repo\d?\.maven" + r"\.",
]
MACHINE_PATHS = [r"(?<![\w.~-])/(?:root|home|Users)/\w", re.escape(f"{ROOT}/")]


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    wrong = re.compile("|".join(REGISTRIES + MACHINE_PATHS))
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    assert files
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in files
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if wrong.search(line)
    ]
    assert found == []
