"""Labels before values, as each language writes them."""

import pytest
from django.utils import translation

from tamada.core.language import as_label, labelled


@pytest.mark.parametrize(("language", "told"), [("hy", "Հարկ՝ 3"), ("ru", "Հարկ: 3"), ("en", "Հարկ: 3")])
def test_armenian_sets_a_sign_of_its_own(language: str, told: str) -> None:
    assert labelled("Հարկ", 3, language) == told
    with translation.override(language):
        assert labelled("Հարկ", 3) == told
        assert as_label("Հարկ") == told.removesuffix(" 3")
