"""The ready services work in any company, say everything in four languages, and show what a template can do."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tamada import operations
from tamada.kit.services import graph
from tamada.kit.services.durations import known
from tamada.kit.services.forecast import Part, forecast
from tamada.kit.services.reading import look, read
from tamada.kit.services.template import LANGUAGES, Service
from tamada.kit.services.writing import write
from tamada.kit.working_time import Schedule

FILES = sorted((Path(operations.__file__).parent / "ready").glob("*.yaml"))


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def service(request: pytest.FixtureRequest) -> Service:
    return read(request.param.read_text(encoding="utf-8"))


def test_there_are_six_called_as_their_files() -> None:
    names = [file.stem for file in FILES]
    assert names == ["bookkeeping", "complaint", "installation", "onboarding", "refund", "repair"]
    assert [read(file.read_text(encoding="utf-8")).id for file in FILES] == names


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_is_to_be_said_of_one(file: Path) -> None:
    """No warning either: no text is missing in a language, and the time promised is enough for the longest way."""
    assert look(file.read_text(encoding="utf-8")).problems == ()


def test_it_says_everything_in_four_languages(service: Service) -> None:
    for texts in (service.name, service.about, service.result, *(stage.name for stage in service.stages)):
        assert tuple(texts) == LANGUAGES


def test_it_is_done_by_roles_that_any_company_has_and_by_those_who_are_not_of_it(service: Service) -> None:
    doers = {(step.doer.by, step.doer.name if step.doer.by == "role" else "") for step in service.steps.values()}
    assert doers == {("role", "agent"), ("role", "lead"), ("customer", ""), ("outside", "")} - (
        {("role", "lead")} if service.id == "installation" else set()
    )


def test_it_shows_what_a_template_can_do(service: Service) -> None:
    steps = list(service.steps.values())
    assert 3 <= len(service.stages) <= 5
    assert 6 <= len(steps) <= 12
    assert max(map(len, graph.layers(graph.after_in(service)))) > 1  # something goes on at once
    for what in ("checklist", "form", "asks", "shown", "tells", "hands_over", "promise"):
        assert any(getattr(step, what) for step in steps), what
    assert all(step.shown for step in steps if step.doer.by == "customer")
    assert service.within


def test_it_is_written_as_it_is_read(service: Service) -> None:
    assert read(write(service)) == service


def test_only_the_books_come_again() -> None:
    services = [read(file.read_text(encoding="utf-8")) for file in FILES]
    assert [(one.id, one.every) for one in services if one.every] == [("bookkeeping", 1)]


def test_customers_begin_what_is_for_one_matter_and_are_asked_what_they_know() -> None:
    """Who becomes a customer, and whose books are kept, is agreed on first."""
    services = [read(file.read_text(encoding="utf-8")) for file in FILES]
    begun = {one.id: list(one.asks_first) for one in services if one.customers_may_begin}
    assert sorted(begun) == ["complaint", "installation", "refund", "repair"]
    assert all(begun.values())


def test_a_word_means_the_same_in_all_of_them() -> None:
    """What a customer answered once is known in every service: so it must be of one kind."""
    kinds: dict[str, str] = {}
    for file in FILES:
        for step in read(file.read_text(encoding="utf-8")).steps.values():
            for field in step.form:
                assert kinds.setdefault(field.id, field.kind) == field.kind, field.id


def test_nothing_is_promised_that_is_a_risk_from_its_first_minute(service: Service) -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    parts = [
        Part(id=step.id, after=step.after, state="blocked" if step.after else "open", known=known([], step.takes),
             opened_at=None if step.after else now, schedule=Schedule.always())
        for step in service.steps.values()
    ]  # fmt: skip
    assert service.within is not None
    expected = forecast(parts, now).finish
    assert expected is not None
    assert now + service.within > expected + 0.1 * (expected - now)
