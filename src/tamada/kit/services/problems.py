"""What can be wrong with a template, each in a plain sentence that faces translate: `problem.says(gettext)`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final


def N_(text: str) -> str:  # noqa: N802 (the customary name)
    """Marks a text for translators that is translated where it is shown."""
    return text


NEAREST: Final = N_("Did you mean “{nearest}”?")

ERRORS: Final[Mapping[str, str]] = {
    "not_utf8": N_("It is not a text in UTF-8."),
    "too_large": N_("It is longer than {most} characters."),
    "empty": N_("There is nothing in it."),
    "not_yaml": N_("From here on it can't be read as YAML. Look for a missing quote, colon or indent here or above."),
    "several": N_("A second document begins here; one file describes one service."),
    "too_deep": N_("This is nested too deeply."),
    "alias": N_("“*{name}” stands for something written elsewhere; write it out here."),
    "tag": N_("Tags such as “{tag}” are not read."),
    "key_twice": N_("“{key}” is here twice: it is in line {first} already."),
    "key_unknown": N_("“{key}” is unknown here."),
    "comma": N_("“{key}” has come off the text before it: a text with a comma in it needs quotes."),
    "missing": N_("“{key}” is missing."),
    "not_keys": N_("Keys with values belong here, as in “{example}: …”."),
    "not_list": N_("A list belongs here, each entry with a dash."),
    "not_value": N_("A single value belongs here."),
    "no_entries": N_("The list is empty."),
    "too_many": N_("There are more than {most}."),
    "bad_id": N_("“{value}” is no id: write up to {most} of a–z, 0–9, _ and -, beginning with a letter or digit."),
    "id_twice": N_("“{value}” is taken: it is in line {first} already."),
    "no_text": N_("There is no text."),
    "too_long": N_("The text is longer than {most} characters."),
    "unprintable": N_("The text has a character in it that can't be shown."),
    "duration": N_("“{value}” is no time: write hours and minutes of work, such as 40h, 90m or 1h30m."),
    "out_of_range": N_("“{value}” is not between {least} and {most}."),
    "yes_or_no": N_("“{value}” is neither true nor false."),
    "not_among": N_("“{value}” is none of these: {known}."),
    "who": N_("Say who does it: customer, {{role: agent}}, {{team: its name}} or {{outside: its name}}."),
    "step_unknown": N_("There is no step “{value}”."),
    "cycle": N_("These steps wait for each other, so none of them can begin: {path}."),
    "asks_us": N_("Only a step of the customer asks for something; this one is done by somebody else."),
    "no_choices": N_("A choice needs “choices”."),
    "choices_of_none": N_("Only a field of the kind “choice” has “choices”."),
    "two_kinds": N_("“{value}” is of another kind in line {first}; one word means one thing in all forms."),
    "not_asked": N_("“{value}” is handed over, but no form asks for it in this step or before it."),
    "not_first": N_("“{value}” is in no form of a step of ours that is open from the start."),
}

WARNINGS: Final[Mapping[str, str]] = {
    "more": N_("There is more: {count} in all that is not listed."),
    "nowhere_in": N_("No text is in {languages}; who speaks it reads another language."),
    "not_in": N_("This text is missing in {languages}."),
    "tight": N_("It is promised within {within}, but its steps take at least {takes} one after another."),
    "backwards": N_("It waits for “{value}”, a step of a later stage."),
    "unseen": N_("The customer acts here and is shown nothing; say in “shown” what they should do."),
    "asks_nothing": N_("Nothing is asked of the customer here, so only you can say when it is done."),
    "asks_nobody": N_("Nobody is asked this: say “customers_may_begin: true” as well."),
    "not_ours": N_("What we promise here depends on when the customer acts."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: in which line, where in the template (ids and keys, outermost first), and what."""

    line: int
    where: tuple[str, ...]
    code: str
    params: Mapping[str, str | int]

    @property
    def is_warning(self) -> bool:
        """Whether the template works nevertheless."""
        return self.code in WARNINGS

    @property
    def place(self) -> str:
        """Where it is, for people; empty for the file as a whole."""
        return " › ".join(self.where)

    def says(self, translate: Callable[[str], str] = str) -> str:
        """The sentence, in the language that `translate` knows."""
        sentence = translate(ERRORS.get(self.code) or WARNINGS[self.code])
        if "nearest" in self.params:
            sentence = f"{sentence} {translate(NEAREST)}"
        return sentence.format(**self.params)


class Problems(Exception):
    """Everything that is wrong with a template, from top to bottom; at least one is an error."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"line {problem.line}: {problem.says()}" for problem in problems))
        self.problems = problems
