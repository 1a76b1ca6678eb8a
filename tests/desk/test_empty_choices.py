"""What stands in a list where nothing is chosen: a word, not a row of dashes."""

import inspect
from importlib import import_module
from pathlib import Path

from django import forms

import tamada.desk.forms as package

NOT_DRAWN = {"purpose"}  # its template writes the choice itself


def test_an_empty_choice_has_a_word() -> None:
    names = [path.stem for path in Path(package.__path__[0]).glob("*.py") if path.stem != "__init__"]
    modules = [import_module(f"{package.__name__}.{name}") for name in names]
    found = [form for module in modules for _name, form in inspect.getmembers(module, inspect.isclass)]
    fields = {
        f"{form.__name__}.{name}": field
        for form in found
        if issubclass(form, forms.Form)
        for name, field in form.base_fields.items()
        if isinstance(field, forms.ModelChoiceField) and name not in NOT_DRAWN
    }
    assert "ViewForm.team" in fields
    assert [name for name, field in fields.items() if str(field.empty_label).startswith("---")] == []
