"""Look up what is installed in `.venv` in the public database of vulnerabilities (OSV).

`pip-audit` asks. Its exit code is 1 for a vulnerability and for a database that does not answer, so
its report is read here. (Asking the index, it takes "I know none of these packages" for all well.)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

# Arbitrary: a hundred packages take seconds where the database answers.
REQUEST_SECONDS, ALL_SECONDS = 10, 120
NO_ANSWER = "the database of vulnerabilities (OSV) gave no answer; is there a network?"


class AuditError(Exception):
    """Something is vulnerable, or could not be looked up; its text says what."""


def main() -> None:
    """Audit, and raise unless all is well."""
    report = ask()
    if report is None:
        if os.environ.get("AUDIT_REQUIRED") == "1":
            raise AuditError(f"{NO_ANSWER} AUDIT_REQUIRED=1 demands one.")
        say(f"{NO_ANSWER} NOTHING WAS AUDITED (a failure where AUDIT_REQUIRED=1).")
        return
    found = [one for one in report if one.get("vulns")]
    if found:
        raise AuditError(
            "\n  ".join(["vulnerable packages are installed:", *map(described, found)])
        )
    audited = [one for one in report if "vulns" in one]
    say(f"{len(audited)} packages looked up, none is known to be vulnerable.")


def ask() -> list[dict[str, Any]] | None:
    """Return pip-audit's report for each package; None where the database did not answer."""
    url = os.environ.get("AUDIT_URL")  # of OSV's API elsewhere, such as a mirror
    command = [sys.executable, "-m", "pip_audit", "--local", "--skip-editable", "--format", "json"]
    command += ["--progress-spinner", "off", "--timeout", str(REQUEST_SECONDS)]
    command += ["--vulnerability-service", "osv", *(("--osv-url", url) if url else ())]
    try:
        done = subprocess.run(  # noqa: S603 - our own virtual environment
            command, capture_output=True, text=True, timeout=ALL_SECONDS, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        return None
    try:
        report: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except ValueError:
        # The last line names what went wrong; above it is a traceback of pip-audit's.
        last = done.stderr.strip().rpartition("\n")[2]
        say(f"pip-audit said: {last[:300]}")
        return None
    return report


def described(package: dict[str, Any]) -> str:
    """Say what is known of a vulnerable package, and which version is not vulnerable."""
    vulns = package["vulns"]
    fixed = sorted({version for one in vulns for version in one["fix_versions"]})
    remedy = f"fixed in {', '.join(fixed)}" if fixed else "no fixed version is known"
    return f"{package['name']} {package['version']}: {', '.join(v['id'] for v in vulns)}; {remedy}"


def say(line: str) -> None:
    """Print a line."""
    print(f"audit: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main()
    except AuditError as error:
        say(str(error))
        sys.exit(1)
