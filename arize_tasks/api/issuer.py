"""Who has issued a certificate that can't be verified: a company's proxy shows by its name."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx

from arize_tasks.errors import server_words

ASKING_SECONDS = 5.0  # the error is already certain, and this only says more of it; arbitrary

# Of a name in a certificate: common name, organization. Source: RFC 5280, 4.1.2.4, in DER.
_COMMON_NAME, _ORGANIZATION = bytes.fromhex("550403"), bytes.fromhex("55040a")


def issuer_at(endpoint: str, proxy: str | None) -> str | None:
    """Return who has issued the certificate that an endpoint shows; None where nobody says.

    Asks with no key, since nothing tells who answers. OpenSSL's error does not say it.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            httpx.Client(
                verify=context, proxy=proxy, trust_env=False, timeout=ASKING_SECONDS
            ) as client,
            client.stream("HEAD", endpoint) as response,
        ):
            connection = response.extensions["network_stream"].get_extra_info("ssl_object")
            return issuer_of(connection.getpeercert(True))
    except (httpx.HTTPError, ssl.SSLError, KeyError, AttributeError):
        return None


def issuer_of(certificate: bytes | None) -> str | None:
    """Return the name of who has issued a certificate in DER; None where it can't be read.

    Python reads verified certificates only, and a library for the others would be larger than
    this package.
    """
    try:
        body = next(_parts(next(_parts(certificate or b""))[1]))[1]
        fields = [part for part in _parts(body) if part[0] != 0xA0]  # but for the version
        # After the serial number and the algorithm.
        names = dict(_named(fields[2][1]))
    except (StopIteration, IndexError, ValueError):
        return None
    told = (names.get(_COMMON_NAME), names.get(_ORGANIZATION))
    return server_words(", ".join(dict.fromkeys(filter(None, told)))) or None


def _named(name: bytes) -> Iterator[tuple[bytes, str]]:
    for _, together in _parts(name):
        for _, pair in _parts(together):
            (_, kind), (_, value) = list(_parts(pair))[:2]
            yield kind, value.decode("utf-8", "replace")


def _parts(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and content of each part of a DER sequence."""
    at = 0
    while at < len(der):
        tag, length, at = der[at], der[at + 1], at + 2
        if length & 0x80:
            octets = length & 0x7F
            length, at = int.from_bytes(der[at : at + octets], "big"), at + octets
        yield tag, der[at : at + length]
        at += length
