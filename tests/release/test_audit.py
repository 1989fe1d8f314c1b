"""`make audit`: the real pip-audit against a stand-in of the database, and without one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.packaged import ROOT

# A port on which nobody listens.
NOWHERE = "http://127.0.0.1:9/v1/query"


@pytest.fixture
def database() -> Iterator[Callable[..., str]]:
    """Starts stand-ins of OSV's API that know these vulnerable packages; gives the address."""
    started: list[ThreadingHTTPServer] = []

    def start(*vulnerable: str) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                name = asked["package"]["name"]
                answer = json.dumps(advisory(name) if name in vulnerable else {}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        started.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/v1/query"

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def advisory(name: str) -> dict[str, Any]:
    package = {"name": name, "ecosystem": "PyPI"}
    fixed = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "999.1"}]}
    return {
        "vulns": [
            {"id": "X-1", "summary": "Bad.", "affected": [{"package": package, "ranges": [fixed]}]}
        ]
    }


def audit(url: str, **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "audit.py"],
        env={**os.environ, "AUDIT_REQUIRED": "", "NO_PROXY": "*", "AUDIT_URL": url, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stdout
    return done.returncode, done.stdout


def test_audit_names_what_is_vulnerable_and_fails(database: Callable[..., str]) -> None:
    code, said = audit(database("httpx"))
    assert code == 1
    assert "httpx" in said
    assert "X-1; fixed in 999.1" in said
    assert "pydantic" not in said


def test_audit_without_a_vulnerability_says_how_many_were_looked_up(
    database: Callable[..., str],
) -> None:
    code, said = audit(database())
    assert code == 0, said
    assert int(said.split()[1]) > 20


def test_audit_without_an_answer_says_so_and_fails_only_where_one_is_demanded() -> None:
    code, said = audit(NOWHERE)
    assert code == 0
    assert "NOTHING WAS AUDITED" in said
    code, said = audit(NOWHERE, AUDIT_REQUIRED="1")
    assert code == 1
    assert "AUDIT_REQUIRED=1 demands one" in said
