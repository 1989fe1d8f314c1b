"""Settings: the table of places, which source wins, and what is refused."""

from __future__ import annotations

import pytest

from arize_tasks.errors import ConfigurationError
from arize_tasks.settings import (
    SETTINGS,
    Settings,
    Source,
    from_arguments,
    from_environment,
    from_stack_config,
    is_loopback,
)

KEY = "ak-0123456789-secret"


def config(**values: str) -> Source:
    return from_stack_config({f"arize:{key}": value for key, value in values.items()}.get)


def read(**values: object) -> Settings:
    return Settings.from_sources(from_arguments(**values))


def test_table_config_keys_are_the_names_in_camel_case() -> None:
    for setting in SETTINGS:
        first, *rest = setting.name.split("_")
        assert setting.config_key == f"arize:{first}" + "".join(map(str.capitalize, rest))
        assert setting.variable in {None, f"ARIZE_{setting.name.upper()}"}


def test_defaults_no_source_gives_anything() -> None:
    settings = Settings.from_sources(from_environment({}))
    assert settings == Settings()
    assert settings.endpoint == "https://api.arize.com"
    assert (settings.request_timeout_seconds, settings.max_retries) == (30, 4)
    assert (settings.preflight, settings.allow_insecure_http) == ("auto", False)


def test_sources_first_found_wins_for_each_setting() -> None:
    settings = Settings.from_sources(
        from_arguments(space="mine", api_key=None),
        config(apiKey=KEY, space="other"),
        from_environment({"ARIZE_API_KEY": "another", "ARIZE_PREFLIGHT": "never"}),
    )
    assert (settings.space, settings.api_key, settings.preflight) == ("mine", KEY, "never")
    assert settings.api_key_place == "arize:apiKey in the stack config"


def test_explicit_provider_is_named_as_the_place() -> None:
    settings = Settings.from_sources(config(apiKey=KEY, explicit="true"))
    assert settings.api_key_place == (
        "api_key= of the ArizeProvider (or arize:apiKey in the stack config)"
    )
    with pytest.raises(ConfigurationError, match=r"^region= of the ArizeProvider \(or arize:reg"):
        Settings.from_sources(config(region="a/b", explicit="true"))


@pytest.mark.parametrize(
    ("source", "saved"),
    [
        (config(apiKey=KEY), True),
        (config(apiKey=KEY, explicit="true"), True),
        (from_environment({"ARIZE_API_KEY": KEY}), False),
        (from_arguments(api_key=KEY), False),
    ],
)
def test_key_that_pulumi_keeps_in_its_state_is_known_as_such(source: Source, saved: bool) -> None:
    assert Settings.from_sources(source).api_key_saved is saved


def test_sources_empty_text_counts_as_not_given() -> None:
    settings = Settings.from_sources(
        from_arguments(api_key=""), config(apiKey=" "), from_environment({"ARIZE_API_KEY": KEY})
    )
    assert settings.api_key == KEY


def test_sources_wrong_value_that_does_not_win_is_ignored() -> None:
    settings = Settings.from_sources(config(preflight="always"), config(preflight="sometimes"))
    assert settings.preflight == "always"


def test_stack_config_texts_become_numbers_and_booleans() -> None:
    settings = Settings.from_sources(
        config(requestTimeoutSeconds="2.5", maxRetries="0", allowEndpointChange="true")
    )
    assert settings.request_timeout_seconds == 2.5
    assert settings.max_retries == 0
    assert settings.allow_endpoint_change is True


def test_no_settling_and_one_run_at_once_are_allowed() -> None:
    settings = read(settle_seconds=0, max_concurrent_runs=1)
    assert (settings.settle_seconds, settings.max_concurrent_runs) == (0, 1)


def test_from_arguments_unknown_name_is_refused() -> None:
    with pytest.raises(TypeError, match="colour"):
        from_arguments(colour="red")


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"preflight": "sometimes"}, "must be auto, always or never"),
        ({"max_concurrent_runs": 0}, "must be an integer of at least 1"),
        ({"max_retries": -1}, "must be an integer of at least 0"),
        ({"max_retries": "1.5"}, "must be an integer of at least 0"),
        ({"max_retries": True}, "must be an integer of at least 0"),
        ({"max_concurrent_runs": 1.5}, "must be an integer of at least 1"),
        ({"settle_seconds": -1}, "must be a number of seconds of at least 0"),
        ({"settle_seconds": "inf"}, "must be a number of seconds of at least 0"),
        ({"request_timeout_seconds": 0}, "greater than 0"),
        ({"request_timeout_seconds": "nan"}, "greater than 0"),
        ({"request_timeout_seconds": [1]}, "greater than 0"),
        ({"allow_insecure_http": "yes"}, "must be true or false"),
        ({"allow_insecure_http": 1}, "must be true or false"),
        ({"region": "eu.evil.com/"}, "must be the name of a region"),
        ({"space": 5}, "must be a string"),
    ],
)
def test_bad_value_names_the_place_and_what_is_allowed(
    values: dict[str, object], place: str
) -> None:
    with pytest.raises(ConfigurationError, match=place) as caught:
        read(**values)
    assert str(caught.value).startswith(f"{next(iter(values))}= must")


def test_bad_value_in_config_and_environment_names_their_words() -> None:
    with pytest.raises(ConfigurationError, match=r"^arize:preflight in the stack config must"):
        Settings.from_sources(config(preflight="x"))
    with pytest.raises(ConfigurationError, match=r"^ARIZE_PREFLIGHT in the environment must"):
        Settings.from_sources(from_environment({"ARIZE_PREFLIGHT": "x"}))


# --- endpoint


@pytest.mark.parametrize(
    ("given", "endpoint"),
    [
        ("https://api.arize.com/", "https://api.arize.com"),
        (" https://API.Example.com:443\n", "https://api.example.com"),
        ("https://api.example.com:8443", "https://api.example.com:8443"),
        ("http://127.0.0.1:8787", "http://127.0.0.1:8787"),
        ("http://127.8.8.8", "http://127.8.8.8"),
        ("http://localhost:80/", "http://localhost"),
        ("http://[::1]:8787", "http://[::1]:8787"),
    ],
)
def test_base_url_is_given_in_one_spelling(given: str, endpoint: str) -> None:
    assert read(base_url=given).endpoint == endpoint


@pytest.mark.parametrize(
    "given",
    [
        "api.arize.com",
        "ftp://api.arize.com",
        "https://",
        "https://api.arize.com/v2",
        "https://api.arize.com?x=1",
        "https://api.arize.com#x",
        "https://user:hunter2@api.arize.com",
        "https://api.arize.com:port",
        "https://api.ar\nize.com",
        "https://api arize.com",
        "https://api.arize.com\\@evil.com",
    ],
)
def test_base_url_that_is_more_or_less_than_an_endpoint_is_refused(given: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url= must") as caught:
        read(base_url=given)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("given", ["http://api.arize.com", "http://10.0.0.1", "http://localhost.x"])
def test_base_url_plain_http_beyond_loopback_is_refused(given: str) -> None:
    with pytest.raises(ConfigurationError, match="must be an https URL"):
        read(base_url=given)
    assert read(base_url=given, allow_insecure_http=True).endpoint == given


def test_region_gives_its_endpoint() -> None:
    assert read(region="EU-west-1a").endpoint == "https://api.eu-west-1a.arize.com"


def test_region_and_base_url_in_one_source_exclude_each_other() -> None:
    with pytest.raises(ConfigurationError, match="exclude each other") as caught:
        Settings.from_sources(
            from_environment({"ARIZE_REGION": "eu-west-1a", "ARIZE_BASE_URL": "https://x.com"})
        )
    assert "ARIZE_BASE_URL in the environment" in str(caught.value)


def test_region_and_base_url_in_two_sources_the_more_specific_wins() -> None:
    environment = from_environment({"ARIZE_BASE_URL": "https://x.com"})
    settings = Settings.from_sources(config(region="eu-west-1a"), environment)
    assert settings.endpoint == "https://api.eu-west-1a.arize.com"
    settings = Settings.from_sources(
        from_arguments(base_url="https://y.com"), config(region="eu-west-1a"), environment
    )
    assert settings.endpoint == "https://y.com"


def test_is_loopback_host_that_only_starts_alike_is_not() -> None:
    assert is_loopback("http://127.0.0.1:1")
    assert not is_loopback("http://127.0.0.1.example.com")


# --- the key


def test_api_key_surrounding_white_space_is_trimmed() -> None:
    assert read(api_key=f" {KEY}\r\n").require_api_key() == KEY


@pytest.mark.parametrize("key", [f"{KEY} x", f"{KEY}\nx", "schlüssel", "a\x00b"])
def test_api_key_with_inner_white_space_is_refused_unquoted(key: str) -> None:
    with pytest.raises(ConfigurationError, match="api_key= contains white space") as caught:
        read(api_key=key)
    assert key not in str(caught.value)


def test_api_key_is_not_in_any_repr() -> None:
    assert KEY not in repr(read(api_key=KEY))
    assert KEY not in repr(from_arguments(api_key=KEY))


def test_require_api_key_without_one_names_both_places() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings().require_api_key()
    assert "pulumi config set --secret arize:apiKey" in str(caught.value)
    assert "ARIZE_API_KEY" in str(caught.value)
