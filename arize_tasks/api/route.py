"""How an endpoint is reached: the proxy and the certificates that the environment asks for.

What httpx would read by itself is read here: where it can't be used, it raises errors that name no
variable, also for variables that have nothing to do with the endpoint.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import ssl
import sys
import urllib.request
from importlib.util import find_spec
from urllib.parse import urlsplit

import certifi
import truststore

from arize_tasks.errors import ConfigurationError
from arize_tasks.settings import is_loopback

PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")


def proxy_for(endpoint: str) -> str | None:
    """Return the URL of the proxy to an endpoint; None where it is reached directly.

    Source: HTTPS_PROXY (HTTP_PROXY for http), else ALL_PROXY, unless NO_PROXY names the host; also
    written in lower case; on macOS and Windows the system's settings where none of them is set.
    Loopback is always reached directly.

    Raises:
        ConfigurationError: What the variable holds is no proxy that can be used.
    """
    scheme, host = urlsplit(endpoint).scheme, urlsplit(endpoint).hostname or ""
    proxies = urllib.request.getproxies()
    name = next((n for n in (scheme, "all") if proxies.get(n)), None)
    if name is None or is_loopback(endpoint) or _is_excepted(host, proxies.get("no", "")):
        return None
    proxy = proxies[name] if "://" in proxies[name] else f"http://{proxies[name]}"
    _judge(f"{name.upper()}_PROXY", proxy)
    return proxy


def without_password(proxy: str) -> str:
    """Return a proxy's URL as it may be shown."""
    parts = urlsplit(proxy)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def certificates() -> ssl.SSLContext:
    """Return what certificates are verified with.

    Source: SSL_CERT_FILE and SSL_CERT_DIR where they are set; else the trust store of the operating
    system, on Linux together with the authorities that certifi brings.

    Raises:
        ConfigurationError: A variable names what can't be used.
    """
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if not (file or folder):
        context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if sys.platform not in ("darwin", "win32"):
            # A bare container has no trust store; the other systems have, and it is the only judge.
            context.load_verify_locations(certifi.where())
        return context
    # Not `create_default_context`, which fails where SSLKEYLOGFILE can't be written.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for name, place in (("SSL_CERT_FILE", file), ("SSL_CERT_DIR", folder)):
        if not place:
            continue
        try:
            if name == "SSL_CERT_FILE":
                context.load_verify_locations(cafile=place)
            else:
                os.listdir(place)
                context.load_verify_locations(capath=place)
        except OSError as error:
            # Of OpenSSL's own errors, the words are for people who know OpenSSL.
            unread = "it holds no certificates in PEM format"
            reason = unread if isinstance(error, ssl.SSLError) else error.strerror
            raise ConfigurationError(
                f"{name} names what can't be used as certificates: {place}",
                why=f"{reason}.",
                fix=f"correct {name}, or remove it: then the system's trust store is used.",
            ) from error
    return context


def _judge(variable: str, proxy: str) -> None:
    why = None
    try:
        parts = urlsplit(proxy)
        _ = parts.port  # which is read, and judged, only when it is asked for
        if parts.scheme.lower() not in PROXY_SCHEMES:
            why = f"its scheme is {parts.scheme}, and it may be {', '.join(PROXY_SCHEMES)}"
        elif not parts.hostname:
            why = "it names no host"
    except ValueError:  # no port
        why = "it is no URL"
    if why is None and proxy.lower().startswith("socks") and find_spec("socksio") is None:
        raise ConfigurationError(
            f"{variable} names a SOCKS proxy, which needs a package that is not installed.",
            fix="install it beside arize_tasks: pip install 'httpx[socks]'",
        )
    if why is not None:
        raise ConfigurationError(
            f"{variable} is no proxy that can be used.",
            why=f"{why}.",
            fix=f"correct {variable}, such as http://proxy.example.com:3128, or let NO_PROXY name "
            "the host of the endpoint.",
        )


def _is_excepted(host: str, no_proxy: str) -> bool:
    """Report whether NO_PROXY names a host: by name, domain, address or network."""
    entries = [entry.strip().lower() for entry in no_proxy.split(",")]
    return any(entry == "*" or _names(entry, host.lower()) for entry in entries if entry)


def _names(entry: str, host: str) -> bool:
    # An entry that is nothing of these names nobody, whatever it is.
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(host)
        return address in ipaddress.ip_network(entry.strip("[]"), strict=False)
    name = entry.rpartition(":")[0] or entry
    domain = name.removeprefix("*").removeprefix(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))
