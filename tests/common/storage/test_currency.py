"""A database is noted to be in one currency, and nobody works on it in another."""

from __future__ import annotations

import pytest
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import OperationalError, ProgrammingError, connection

from common.contracts.money import KRW, used
from common.storage import currency
from common.storage.currency import OtherCurrency
from common.storage.models import KeptSetting
from common.storage.transactions import run_atomically
from tests.common.storage.backends import only_on

pytestmark = pytest.mark.django_db(transaction=True)

REFUSAL = (
    "The database is in USD, and CURRENCY is KRW: its amounts would be taken for what "
    "they are not. Set CURRENCY=USD, or use other databases and another log for KRW "
    "(locally: another STATE_DIR)."
)


@pytest.fixture
def _nothing_noted() -> None:
    KeptSetting.objects.all().delete()


@pytest.fixture
def _in_dollars(_nothing_noted: None) -> None:
    KeptSetting.objects.create(name="CURRENCY", value="USD")


def noted() -> str:
    """The currency that the database is noted to be in."""
    return KeptSetting.objects.get().value


@pytest.mark.usefixtures("_nothing_noted")
def test_a_new_database_is_in_the_currency_of_the_process() -> None:
    """And stays in it: the note is made once."""
    with used(KRW):
        currency.note()
        currency.note()
    assert noted() == "KRW"


@pytest.mark.usefixtures("_nothing_noted")
def test_amounts_older_than_the_note_are_dollars(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There was nothing else; a process in won is refused."""
    monkeypatch.setattr(currency, "_has_amounts", lambda alias: True)
    with used(KRW), pytest.raises(OtherCurrency):
        currency.note()
    assert noted() == "USD"


@pytest.mark.usefixtures("_nothing_noted")
def test_migrate_makes_the_note() -> None:
    """After the tables."""
    call_command("migrate", verbosity=0)
    assert noted() == "USD"


@pytest.mark.usefixtures("_in_dollars")
def test_another_currency_is_refused_with_a_sentence() -> None:
    """It says what to do; the note stays as it is."""
    with used(KRW), pytest.raises(CommandError) as refused:
        currency.require_same()
    assert str(refused.value) == REFUSAL
    assert noted() == "USD"


@pytest.mark.usefixtures("_in_dollars")
def test_the_same_currency_passes() -> None:
    """Nothing is said."""
    currency.require_same()
    assert currency.check(None) == []


@pytest.mark.usefixtures("_in_dollars")
def test_migrate_refuses_before_it_changes_anything() -> None:
    """So does every command of manage.py: it is a system check."""
    with used(KRW), pytest.raises(CommandError, match="The database is in USD, and"):
        call_command("migrate", verbosity=0, skip_checks=False)
    with used(KRW):
        (found,) = checks.run_checks(databases=["default"])
        assert (found.id, found.msg) == ("storage.E001", REFUSAL)


@only_on("sqlite", "postgresql")
def test_a_database_without_tables_is_refused_by_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is not migrated yet, which others say."""
    monkeypatch.setattr(connection.introspection, "table_names", list)
    with used(KRW):
        assert currency.check(None) == []
        currency.require_same()


def _away(alias: str) -> str:
    raise OperationalError("the server is away")


def test_a_database_that_is_away_says_so_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The check has nothing to add to that."""
    monkeypatch.setattr(currency, "objection", _away)
    assert currency.check(None) == []


def test_a_fault_that_is_no_outage_is_not_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither by the check nor at the start."""

    def broken(alias: str) -> str:
        raise ProgrammingError("no such column")

    monkeypatch.setattr(currency, "objection", broken)
    with pytest.raises(ProgrammingError):
        currency.check(None)
    with pytest.raises(ProgrammingError):
        currency.look_at_start()


@pytest.mark.usefixtures("_in_dollars")
def test_a_process_in_another_currency_does_not_start() -> None:
    """One in the database's own does."""
    currency.look_at_start()
    with used(KRW), pytest.raises(OtherCurrency):
        currency.look_at_start()


@pytest.mark.usefixtures("_in_dollars")
def test_after_a_start_without_the_database_no_unit_runs_in_another_currency(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first unit looks, again and again while it is refused, and then no more."""
    with monkeypatch.context() as outage:
        outage.setattr(currency, "objection", _away)
        currency.look_at_start()
    ran: list[str] = []
    for _ in range(2):
        with used(KRW), pytest.raises(OtherCurrency):
            run_atomically(lambda: ran.append("in won"))
    run_atomically(lambda: ran.append("in dollars"))
    with used(KRW):
        run_atomically(lambda: ran.append("not looked any more"))
    assert ran == ["in dollars", "not looked any more"]
