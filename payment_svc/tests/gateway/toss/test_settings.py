"""Which settings of Toss are taken, and what is said of the others."""

from __future__ import annotations

import pytest

from common.conf.env import ConfigurationError
from payment_svc.payments.gateway.toss.settings import TossSettings, toss_settings

REAL = "test_sk_zXLkKEypNArWmo50nX3lmeaxYG5R"


def with_settings(
    monkeypatch: pytest.MonkeyPatch, **variables: str
) -> TossSettings | None:
    """What is read, where the environment says this besides the sandbox's keys."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return toss_settings()


def test_the_sandbox_needs_no_more_than_its_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In any currency; the rest has defaults."""
    found = with_settings(
        monkeypatch,
        TOSS_SECRET_KEY="test_sk_sandbox",
        TOSS_API_URL="http://127.0.0.1:3900/",
    )
    assert found == TossSettings(
        api_url="http://127.0.0.1:3900",
        secret_key="test_sk_sandbox",
        timeout_s=10,
        breaker_reset_s=5,
        currency="USD",
    )


@pytest.mark.parametrize("kind", ["test_sk", "test_gsk"])
def test_a_test_key_asks_the_real_toss_in_won(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the client key of the same pair."""
    found = with_settings(
        monkeypatch,
        TOSS_SECRET_KEY=f"{kind}_abc123",
        TOSS_CLIENT_KEY=f"{kind.replace('sk', 'ck')}_abc123",
        CURRENCY="KRW",
    )
    assert found is not None
    assert found.api_url == "https://api.tosspayments.com"
    assert found.currency == "KRW"


def test_a_live_key_is_for_production(monkeypatch: pytest.MonkeyPatch) -> None:
    """There it is taken."""
    found = with_settings(
        monkeypatch,
        APP_PROFILE="production",
        TOSS_SECRET_KEY="live_sk_abc123",
        CURRENCY="KRW",
    )
    assert found is not None


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        (
            {"TOSS_SECRET_KEY": "sk_test_abc"},
            "it must begin with test_sk_, test_gsk_, live_sk_ or live_gsk_",
        ),
        (
            {"TOSS_SECRET_KEY": "test_ck_abc"},
            "it must begin with test_sk_, test_gsk_, live_sk_ or live_gsk_",
        ),
        (
            {"TOSS_SECRET_KEY": f"{REAL}:"},
            "it must begin with test_sk_, test_gsk_, live_sk_ or live_gsk_",
        ),
        (
            {"TOSS_SECRET_KEY": "live_sk_abc", "CURRENCY": "KRW"},
            "a live key moves money: APP_PROFILE must be production",
        ),
        ({"APP_PROFILE": "production"}, "the sandbox's key is not for production"),
        ({"TOSS_CLIENT_KEY": "live_ck_abc"}, "it must be test_ck_…, of the same pair"),
        ({"TOSS_CLIENT_KEY": "test_gck_abc"}, "it must be test_ck_…, of the same pair"),
        ({"TOSS_BILLING_KEY": "a/b"}, "it must be up to 200 of"),
        ({"TOSS_BILLING_KEY": ".."}, "it must be up to 200 of"),
        ({"TOSS_CUSTOMER_KEY": "x"}, "it must be 2 to 300 of"),
        ({"TOSS_API_URL": ""}, "so it must say where that is"),
        ({"TOSS_API_URL": "ftp://127.0.0.1"}, "must start with http:// or https://"),
        ({"TOSS_API_URL": "https://127.0.0.1/v1"}, "with nothing after it"),
        ({"TOSS_API_URL": "https://127.0.0.1?a=b"}, "with nothing after it"),
        ({"TOSS_API_URL": "https://me:pw@127.0.0.1"}, "with nothing after it"),
        ({"TOSS_API_URL": "https://127.0.0.1:x"}, "with nothing after it"),
        ({"TOSS_API_URL": "https://"}, "with nothing after it"),
        ({"TOSS_API_URL": "http://toss.example.com"}, "it must be https"),
        ({"TOSS_API_URL": "http://10.0.0.1:3900"}, "it must be https"),
        ({"TOSS_SECRET_KEY": REAL}, "set CURRENCY=KRW"),
        ({"TOSS_BREAKER_RESET_S": "0"}, "a whole number from 1 to 300"),
    ],
)
def test_wrong_settings_stop_the_start(
    variables: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with a sentence."""
    with pytest.raises(ConfigurationError) as error:
        with_settings(monkeypatch, **variables)
    assert sentence in str(error.value)


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOSS_SECRET_KEY", "sk_test_1a2b3c"),
        ("TOSS_SECRET_KEY", "live_sk_1a2b3c"),
        ("TOSS_CLIENT_KEY", "live_ck_1a2b3c"),
        ("TOSS_BILLING_KEY", "1a2b3c/"),
        ("TOSS_CUSTOMER_KEY", "1a2b3c/"),
        ("TOSS_API_URL", "https://me:1a2b3c@127.0.0.1"),
    ],
)
def test_a_wrong_key_is_not_shown(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a secret even where it is wrong."""
    with pytest.raises(ConfigurationError, match=name) as error:
        with_settings(monkeypatch, **{name: value})
    assert "1a2b3c" not in str(error.value)


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize(
    "address",
    ["http://localhost:3900", "http://[::1]:3900", "http://toss-sandbox:3900"],
)
def test_on_this_machine_and_between_containers_nothing_needs_to_be_encrypted(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name without a dot is a container's."""
    found = with_settings(monkeypatch, TOSS_API_URL=address)
    assert found is not None
    assert found.api_url == address


def test_in_production_a_plain_name_is_no_excuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There the key goes out encrypted, or nowhere."""
    with pytest.raises(ConfigurationError, match="it must be https"):
        with_settings(
            monkeypatch,
            APP_PROFILE="production",
            TOSS_SECRET_KEY=REAL,
            TOSS_API_URL="http://toss-proxy",
            CURRENCY="KRW",
        )
