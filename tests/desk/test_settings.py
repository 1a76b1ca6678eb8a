"""The company's settings: where they begin, what each page changes, what a lead may and may not."""

import pytest
from django.urls import reverse

from tests.cast import SignedIn


@pytest.mark.parametrize(
    ("who", "first"),
    [
        ("owner", "settings_inboxes"),
        ("lead", "settings_inboxes"),
        ("teammate", "profile"),
        ("outsider", "profile"),
        ("observer", "profile"),
    ],
)
def test_the_settings_begin_where_each_may_be(
    who: str, first: str, request: pytest.FixtureRequest, signed_in: SignedIn
) -> None:
    response = signed_in(request.getfixturevalue(who)).get(reverse("desk:settings"), follow=True)
    assert response.status_code == 200
    assert [path for path, _status in response.redirect_chain] == [reverse(f"desk:{first}")]
