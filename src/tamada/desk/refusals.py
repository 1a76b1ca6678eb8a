"""What an action refused, shown at the field it is about."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms

from tamada.accounts.errors import Invalid


@contextmanager
def refusals(form: forms.Form) -> Iterator[None]:
    """Turn `Invalid` into an error of the form. Redirect inside the block; what follows shows the form again."""
    try:
        yield
    except Invalid as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
