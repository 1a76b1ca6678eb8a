"""What articles cost whoever asks for all of them, or for their titles."""

import pytest
from pytest_django import DjangoAssertNumQueries

from tamada.assistant.models import Said
from tamada.core.answers import answer_sources
from tamada.desk.told_answers import choices_for

from .conftest import Write

pytestmark = pytest.mark.django_db


def test_many_answers_cost_as_many_queries_as_one_and_titles_read_no_text(
    write: Write, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for title in ("returns", "Delivery", "Opening hours"):
        write(title, "<p>Long words.</p>")
    write("Часы работы", language="ru")
    write("Not yet", published=False)
    source = answer_sources.get("knowledge")
    with django_assert_num_queries(2):  # the main centre, and the articles
        assert all(one.url for one in source.answers())
    with django_assert_num_queries(1) as asked:
        assert {title for _key, title in source.titles("en")} == {"returns", "Delivery", "Opening hours"}
    assert '"text"' not in asked.captured_queries[0]["sql"]
    rows = [Said(language="en"), Said(language="ru"), Said(language="en")]
    with django_assert_num_queries(2) as asked:
        choices = choices_for(rows)
    assert [title for _label, title in choices["en"]] == ["Delivery", "Opening hours", "returns"]
    assert not any('"text"' in one["sql"] for one in asked.captured_queries)
