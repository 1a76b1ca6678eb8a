"""What is written reads back as the same service."""

from datetime import timedelta

from hypothesis import given, settings

from tamada.kit.services.reading import look, read
from tamada.kit.services.template import Doer, Service
from tamada.kit.services.writing import write
from tests.kit.services.services import service, services, step


@settings(max_examples=30, deadline=None)
@given(services())
def test_any_service_reads_back_as_it_is(made: Service) -> None:
    assert look(write(made)).service == made


def test_it_is_written_for_people_to_read() -> None:
    made = service(
        [step("a", name={"en": "Yes, we can: it’s no", "hy": "Այո"}), step("b", "a", promise={"en": "One.\nTwo."})],
        [step("c", "a", doer=Doer("outside", "DHL"), takes=timedelta(minutes=90))],
    )
    assert write(made).splitlines() == [
        "service: test",
        "name:",
        "  en: Test",
        "stages:",
        "  - stage: s0",
        "    name:",
        "      en: Stage 0",
        "    steps:",
        "      - step: a",
        "        name:",
        "          hy: Այո",
        "          en: 'Yes, we can: it’s no'",
        "        by: {role: agent}",
        "        takes: 1h",
        "      - step: b",
        "        name:",
        "          en: b",
        "        by: {role: agent}",
        "        takes: 1h",
        "        promise:",
        "          en: |-",
        "            One.",
        "            Two.",
        "  - stage: s1",
        "    name:",
        "      en: Stage 1",
        "    steps:",
        "      - step: c",
        "        name:",
        "          en: c",
        "        by: {outside: DHL}",
        "        takes: 1h30m",
        "        after: [a]",
    ]
    assert read(write(made)) == made


def test_a_step_that_waits_for_none_says_so() -> None:
    made = service([step("a"), step("b")])
    assert "after: []" in write(made)
    assert read(write(made)).steps["b"].after == ()
