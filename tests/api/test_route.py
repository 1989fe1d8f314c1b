"""How the endpoint is reached: proxies and certificates, with real servers, proxies and a CA."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from arize_tasks import errors
from arize_tasks.api import route
from arize_tasks.api.issuer import issuer_of
from arize_tasks.client.arize_client import ArizeClient
from tests.raw_server import RawServer, response

FAR = "https://arize.example"
EMPTY = response(b'{"tasks": [], "pagination": {"has_more": false}}')
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
TLS = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")


@pytest.fixture(autouse=True)
def _no_outer_route(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*VARIABLES, *TLS):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def asked(url: str, retries: int = 3) -> ArizeClient:
    return ArizeClient("key", base_url=url, max_retries=retries, request_timeout_seconds=20)


# ---- proxies ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://one:1"}, "http://one:1"),
        ({"https_proxy": "http://one:1"}, "http://one:1"),
        ({"HTTPS_PROXY": "one:1"}, "http://one:1"),
        ({"HTTP_PROXY": "http://one:1"}, None),
        ({"ALL_PROXY": "http://one:1"}, "http://one:1"),
        ({"ALL_PROXY": "http://one:1", "HTTPS_PROXY": "http://two:2"}, "http://two:2"),
        # A variable that this endpoint does not need is nobody's concern.
        ({"ALL_PROXY": "ftp://one:1", "HTTPS_PROXY": "http://two:2"}, "http://two:2"),
        ({"HTTPS_PROXY": ""}, None),
    ],
)
def test_proxy_is_the_one_for_the_endpoint(
    variables: dict[str, str], proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert route.proxy_for(FAR) == proxy
    assert route.proxy_for("https://127.0.0.1:8080") is None
    assert route.proxy_for("https://localhost") is None


@pytest.mark.parametrize(
    ("endpoint", "no_proxy", "excepted"),
    [
        (FAR, "*", True),
        (FAR, "arize.example", True),
        (FAR, " other , ARIZE.example ", True),
        (FAR, "example", True),
        (FAR, ".example", True),
        (FAR, "*.example", True),
        (FAR, "arize.example:443", True),
        (FAR, "ize.example", False),
        (FAR, "other.example", False),
        (FAR, "fe80::/10,[::1],10.0.0.0/8,://,%%", False),
        (FAR, "", False),
        ("https://10.1.2.3", "10.0.0.0/8", True),
        ("https://10.1.2.3", "10.1.2.3", True),
        ("https://10.1.2.3", "192.168.0.0/16,fe80::/10", False),
        ("https://[fe80::1]", "fe80::/10", True),
        ("https://[2001:db8::1]", "[2001:db8::1]", True),
    ],
)
def test_no_proxy_is_read_whatever_stands_in_it(
    endpoint: str, no_proxy: str, excepted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:1")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert (route.proxy_for(endpoint) is None) is excepted


@pytest.mark.parametrize(
    ("variable", "proxy", "said"),
    [
        ("ALL_PROXY", "socks://127.0.0.1:7890/", "its scheme is socks, and it may be http, https"),
        ("ALL_PROXY", "ftp://127.0.0.1:7890/", "its scheme is ftp"),
        ("HTTPS_PROXY", "http://", "it names no host"),
        ("HTTPS_PROXY", "http://proxy:port", "it is no URL"),
        ("HTTPS_PROXY", "http://[::1", "it is no URL"),
    ],
)
def test_proxy_that_is_none_is_one_sentence_with_its_variable(
    variable: str, proxy: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, proxy)
    with asked(FAR) as client:
        for _ in range(2):  # nor is it passed over the next time
            with pytest.raises(errors.ConfigurationError) as raised:
                client.api.tasks.list({})
    assert f"{variable} is no proxy that can be used." in str(raised.value)
    assert said in str(raised.value)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_socks_proxy_says_what_to_install(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:7890")
    monkeypatch.setattr(route, "find_spec", lambda name: None)
    with asked(FAR) as client, pytest.raises(errors.ConfigurationError, match=r"httpx\[socks\]"):
        client.api.tasks.list({})


def test_proxy_that_refuses_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = response(b"", "407 Proxy Authentication Required")
    with RawServer(lambda send, _: send(refusal)) as proxy, asked(FAR, retries=0) as client:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("://", "://me:hunter2@"))
        with pytest.raises(errors.TransportError) as raised:
            client.api.tasks.list({})
        assert proxy.requests[0].startswith(b"CONNECT arize.example:443")
    said = str(raised.value)
    assert f"cannot be reached through the proxy {proxy.url} (GET /v2/tasks)" in said
    assert "407 Proxy Authentication Required" in said
    assert "hunter2" not in said


def test_proxy_that_nobody_answers_at_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer(lambda send, _: None) as proxy:
        pass
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    with asked(FAR, retries=0) as client, pytest.raises(errors.TransportError) as raised:
        client.api.tasks.list({})
    assert f"through the proxy {proxy.url}" in str(raised.value)


# ---- certificates ----------------------------------------------------------------------------


def server_of(authority: trustme.CA) -> RawServer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return RawServer(lambda send, _: send(EMPTY), tls=context)


def test_certificate_of_an_unknown_authority_is_refused_at_once_with_the_remedy() -> None:
    authority = trustme.CA(organization_name="Example's \x1b[31mproxy")
    with server_of(authority) as server, asked(server.url) as client:
        with pytest.raises(errors.CertificateError) as raised:
            client.api.tasks.list({})
        assert server.connections == 2  # the second one, which has no key, asks for the issuer
    said = str(raised.value)
    assert f"The certificate of {server.url} can't be verified (GET /v2/tasks)." in said
    assert "SSL_CERT_FILE" in said
    assert "it was issued by" in said
    assert "Example's \\x1b[31mproxy" in said
    assert raised.value.sent is False


@pytest.mark.parametrize(
    "broken", [None, b"", b"0", b"0\x82", b"0\x03\x02\x01\x01", b"\xff" * 40, bytes(range(256))]
)
def test_certificate_that_can_not_be_read_has_no_issuer(broken: bytes | None) -> None:
    assert issuer_of(broken) is None


def test_certificate_cut_anywhere_is_no_traceback() -> None:
    pem = trustme.CA().cert_pem.bytes().decode()
    whole = ssl.PEM_cert_to_DER_cert(pem)
    assert "trustme" in str(issuer_of(whole))
    for length in range(len(whole)):
        issuer_of(whole[:length])


def test_authority_of_a_company_is_trusted_by_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "nowhere" / "keys"))
    with server_of(authority) as server, asked(server.url) as client:
        assert client.api.tasks.list({}).data == []


@pytest.mark.parametrize(
    ("variable", "content", "why"),
    [
        ("SSL_CERT_FILE", None, "No such file or directory"),
        ("SSL_CERT_FILE", "", "it holds no certificates in PEM format"),
        ("SSL_CERT_FILE", "no certificate", "it holds no certificates in PEM format"),
        ("SSL_CERT_DIR", None, "No such file or directory"),
        ("SSL_CERT_DIR", "a file", "Not a directory"),
    ],
)
def test_certificates_that_can_not_be_read_are_one_sentence_with_the_variable(
    variable: str, content: str | None, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "ca.pem"
    if content is not None:
        place.write_text(content)
    monkeypatch.setenv(variable, str(place))
    with asked(FAR) as client, pytest.raises(errors.ConfigurationError) as raised:
        client.api.tasks.list({})
    assert f"{variable} names what can't be used as certificates: {place}" in str(raised.value)
    assert why in str(raised.value)
