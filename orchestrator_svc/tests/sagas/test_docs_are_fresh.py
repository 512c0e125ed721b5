"""The generated pages say what the definitions say."""

from __future__ import annotations

import pytest

from orchestrator_svc.sagas.docs import COMMAND, FOLDER, main, pages

PAGES = pages()


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_fresh(name: str) -> None:
    """Whoever changes a saga makes its page anew."""
    found = (FOLDER / name).read_text(encoding="utf-8")
    assert found == PAGES[name], f"docs/sagas/{name} is stale: run {COMMAND}"


def test_there_are_no_other_pages() -> None:
    """A saga that is gone leaves no page behind."""
    assert {path.name for path in FOLDER.glob("*.md")} == set(PAGES)


def test_the_command_writes_what_is_fresh(
    tmp_path: object,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It says which files it wrote."""
    monkeypatch.setattr("orchestrator_svc.sagas.docs.FOLDER", tmp_path)
    main()
    assert capsys.readouterr().out.splitlines() == [
        "wrote docs/sagas/order.md",
        "wrote docs/sagas/cancel-order.md",
    ]
