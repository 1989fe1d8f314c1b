"""Where settings come from, and what they may be; pure: no I/O, no Pulumi, no HTTP.

One table says each setting's name, its two places and its reader. A source is a place that was
read; of several sources the first that gives a setting wins. A wrong value is an error that names
its place and what is allowed, and never quotes the value: it may be a misplaced secret.
"""

from __future__ import annotations

import ipaddress
import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from arize_tasks.errors import ConfigurationError

DEFAULT_ENDPOINT = "https://api.arize.com"
Preflight = Literal["auto", "always", "never"]


class _BadValue(Exception):
    """What is allowed, in words; the source adds the place, so it never leaves this module."""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _BadValue("must be a string")
    return value.strip()


def _api_key(value: Any) -> str:
    key = _text(value)
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise _BadValue("contains white space or other characters that no API key has")
    return key


def _preflight(value: Any) -> str:
    word = _text(value).lower()
    if word not in {"auto", "always", "never"}:
        raise _BadValue("must be auto, always or never")
    return word


def _switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else None
    if word not in {"true", "false"}:
        raise _BadValue("must be true or false")
    return word == "true"


def _number(value: Any) -> float:
    try:
        return math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return math.nan  # which no comparison holds for, so that each reader refuses it


def _seconds(value: Any) -> float:
    seconds = _number(value)
    if not 0 < seconds < math.inf:
        raise _BadValue("must be a number of seconds greater than 0")
    return seconds


def _seconds_or_none_at_all(value: Any) -> float:
    seconds = _number(value)
    if not 0 <= seconds < math.inf:
        raise _BadValue("must be a number of seconds of at least 0")
    return seconds


def _count(value: Any) -> int:
    number = _number(value)
    if not (number >= 0 and number.is_integer()):
        raise _BadValue("must be an integer of at least 0")
    return int(number)


def _count_of_one_or_more(value: Any) -> int:
    number = _number(value)
    if not (number >= 1 and number.is_integer()):
        raise _BadValue("must be an integer of at least 1")
    return int(number)


def _region(value: Any) -> str:
    region = _text(value).lower()
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", region):
        raise _BadValue("must be the name of a region, such as eu-west-1a")
    return region


def _base_url(value: Any) -> str:
    """Return scheme, host and port in one spelling; refuse all that a base URL must not have."""
    text = _text(value)
    wanted = "must be a URL such as https://api.arize.com"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _BadValue(wanted) from error
    # urlsplit drops line breaks inside a URL without a word, hence the first test.
    if len(text.split()) != 1 or not re.fullmatch(r"[a-z0-9._:-]+", host):
        raise _BadValue(wanted)
    if parts.scheme not in {"http", "https"}:
        raise _BadValue(wanted)
    if "@" in parts.netloc:
        raise _BadValue("must not hold a user name or password; the key is a setting of its own")
    if parts.path.strip("/") or "?" in text or "#" in text:
        raise _BadValue("must be scheme, host and port only, without a path or query")
    shown = f"[{host}]" if ":" in host else host
    # One spelling for one place: a state made at another endpoint is refused.
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in {None, usual} else "")


@dataclass(frozen=True)
class Setting:
    """One row of the settings table."""

    name: str
    config_key: str
    variable: str | None
    parse: Callable[[Any], Any]


SETTINGS: tuple[Setting, ...] = (
    Setting("api_key", "arize:apiKey", "ARIZE_API_KEY", _api_key),
    Setting("base_url", "arize:baseUrl", "ARIZE_BASE_URL", _base_url),
    Setting("region", "arize:region", "ARIZE_REGION", _region),
    Setting("space", "arize:space", "ARIZE_SPACE", _text),
    Setting("preflight", "arize:preflight", "ARIZE_PREFLIGHT", _preflight),
    Setting("request_timeout_seconds", "arize:requestTimeoutSeconds", None, _seconds),
    Setting("max_retries", "arize:maxRetries", None, _count),
    Setting("settle_seconds", "arize:settleSeconds", None, _seconds_or_none_at_all),
    Setting("max_concurrent_runs", "arize:maxConcurrentRuns", None, _count_of_one_or_more),
    Setting("allow_insecure_http", "arize:allowInsecureHttp", None, _switch),
    Setting("allow_endpoint_change", "arize:allowEndpointChange", None, _switch),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


Kind = Literal["argument", "explicit provider", "stack config", "environment"]
KEPT_IN_THE_STATE: tuple[Kind, ...] = ("explicit provider", "stack config")
"""By Pulumi, as it was at the last update; encrypted, where it is secret."""


@dataclass(frozen=True)
class Source:
    """A place that settings were read from: its kind, and what it gave, by setting name."""

    kind: Kind
    values: Mapping[str, Any] = field(repr=False)

    def place(self, name: str) -> str:
        """Name the place of one setting, as its writer would look for it."""
        setting = _BY_NAME[name]
        if self.kind == "argument":
            return f"{name}="
        config = f"{setting.config_key} in the stack config"
        if self.kind == "explicit provider":
            return f"{name}= of the ArizeProvider (or {config})"
        if self.kind == "stack config":
            return config
        return f"{setting.variable} in the environment"

    def get(self, name: str) -> Any:
        """Return one setting as its reader gives it; None when the place is empty.

        Raises:
            ConfigurationError: The value is not allowed; the message names the place.
        """
        value = self.values.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return _BY_NAME[name].parse(value)
        except _BadValue as error:
            # The value stays out of the message: it may be a secret in the wrong place.
            raise ConfigurationError(f"{self.place(name)} {error}.") from None


def from_arguments(**values: Any) -> Source:
    """Return the source of a call's own arguments, by setting name; None is not given."""
    unknown = values.keys() - _BY_NAME.keys()
    if unknown:
        raise TypeError(f"unknown settings: {', '.join(sorted(unknown))}")
    return Source("argument", values)


def from_stack_config(get: Callable[[str], str | None]) -> Source:
    """Return the source of Pulumi's stack config, or of an explicit provider, which looks like one.

    Args:
        get: Gives the value of a whole key, such as ``arize:apiKey``, or None.
    """
    kind: Kind = "stack config" if get("arize:explicit") is None else "explicit provider"
    return Source(kind, {s.name: get(s.config_key) for s in SETTINGS})


def from_environment(variables: Mapping[str, str] | None = None) -> Source:
    """Return the source of environment variables; by default those of this process."""
    variables = os.environ if variables is None else variables
    return Source(
        "environment", {s.name: variables.get(s.variable) for s in SETTINGS if s.variable}
    )


@dataclass(frozen=True)
class Settings:
    """All settings, judged; the API key is not shown by ``repr``.

    `api_key_place` and `api_key_saved` say where the key came from, and whether Pulumi keeps it.
    """

    api_key: str | None = field(default=None, repr=False)
    endpoint: str = DEFAULT_ENDPOINT
    space: str | None = None
    preflight: Preflight = "auto"
    request_timeout_seconds: float = 30
    max_retries: int = 4
    settle_seconds: float = 60
    max_concurrent_runs: int | None = None
    allow_insecure_http: bool = False
    allow_endpoint_change: bool = False
    api_key_place: str | None = None
    api_key_saved: bool = False

    @classmethod
    def from_sources(cls, *sources: Source) -> Settings:
        """Read all settings, each from the first source that gives it.

        Args:
            sources: The most specific first.

        Raises:
            ConfigurationError: A value is not allowed, or a region and a base URL come from the
                same source, or the URL would carry the key in plaintext.
        """
        given: dict[str, Any] = {}
        for setting in SETTINGS:
            if setting.name in {"base_url", "region"}:
                continue  # judged together below: they become the endpoint
            for source in sources:
                value = source.get(setting.name)
                if value is not None:
                    given[setting.name] = value
                    if setting.name == "api_key":
                        given["api_key_place"] = source.place("api_key")
                        given["api_key_saved"] = source.kind in KEPT_IN_THE_STATE
                    break
        endpoint, place = _endpoint(sources)
        if not (endpoint.startswith("https:") or is_loopback(endpoint)) and not given.get(
            "allow_insecure_http"
        ):
            raise ConfigurationError(
                f"{place} must be an https URL.",
                why="plain http would send the API key in plaintext; it is for loopback addresses.",
                fix="use https, or say that this network is safe: arize:allowInsecureHttp or "
                "allow_insecure_http= is true.",
            )
        return cls(endpoint=endpoint, **given)

    def require_api_key(self) -> str:
        """Return the API key.

        Raises:
            ConfigurationError: There is none; the message names both places.
        """
        if self.api_key is None:
            raise ConfigurationError(
                "No Arize API key is set.",
                fix="run `pulumi config set --secret arize:apiKey`, "
                "or set ARIZE_API_KEY in the environment.",
            )
        return self.api_key


def _endpoint(sources: tuple[Source, ...]) -> tuple[str, str]:
    """Return the endpoint, and the place that it was said in."""
    for source in sources:
        base_url, region = source.get("base_url"), source.get("region")
        if base_url and region:
            raise ConfigurationError(
                f"{source.place('base_url')} and {source.place('region')} exclude each other.",
                fix="give one of them: a region is short for https://api.<region>.arize.com.",
            )
        if base_url:
            return base_url, source.place("base_url")
        if region:
            return f"https://api.{region}.arize.com", source.place("region")
    return DEFAULT_ENDPOINT, "the default"


def is_loopback(endpoint: str) -> bool:
    """Report whether an endpoint is on this machine (127.0.0.0/8, ::1, localhost)."""
    host = urlsplit(endpoint).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        # The one name that is known without asking; this module does no I/O.
        return host == "localhost"
