"""Services made up: small ones by hand, any by hypothesis."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast, get_args

from hypothesis import strategies as st

from tamada.kit.services.template import (
    LANGUAGES,
    Asks,
    By,
    Choice,
    Doer,
    Field,
    FieldKind,
    Moment,
    Service,
    Stage,
    Step,
    Texts,
    in_language,
)

HOUR = timedelta(hours=1)
AGENT = Doer("role", "agent")


def step(id: str, *after: str, **more: Any) -> Step:  # noqa: A002
    """A step of an hour."""
    return Step(**{"id": id, "name": {"en": id}, "doer": AGENT, "takes": HOUR, "after": after, **more})


def service(*stages: Sequence[Step], **more: Any) -> Service:
    """A service of these steps, in stages s0, s1, …"""
    made = tuple(Stage(f"s{at}", {"en": f"Stage {at}"}, tuple(steps)) for at, steps in enumerate(stages))
    return Service(**{"id": "test", "name": {"en": "Test"}, "stages": made, **more})


ids = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,39}", fullmatch=True)
sentences = st.text(st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n\t"), min_size=1, max_size=20)
sentence = sentences.map(str.strip).filter(bool)
texts = st.dictionaries(st.sampled_from(LANGUAGES), sentence, min_size=1, max_size=2)
maybe_texts: st.SearchStrategy[Texts] = st.one_of(st.just({}), texts)
times = st.integers(1, 2_000 * 60).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def doers(draw: st.DrawFn) -> Doer:
    by = draw(st.sampled_from(get_args(By)))
    if by == "outside" and draw(st.booleans()):
        given = draw(texts)
        called: Texts = {language: given[language] for language in LANGUAGES if language in given}
        return Doer(by, in_language(called, "en"), called)
    names = {"role": st.sampled_from(("agent", "lead", "admin")), "customer": st.just("")}
    return Doer(by, draw(names.get(by, sentence)))


@st.composite
def fields(draw: st.DrawFn, kinds: Mapping[str, FieldKind]) -> Field:
    id = draw(st.sampled_from(sorted(kinds)))  # noqa: A001
    is_choice = kinds[id] == "choice"
    choices = draw(st.dictionaries(ids, texts, min_size=1, max_size=3)) if is_choice else {}
    return Field(
        id=id,
        label=draw(texts),
        kind=kinds[id],
        required=draw(st.booleans()),
        choices=tuple(Choice(word, label) for word, label in choices.items()),
    )


@st.composite
def services(draw: st.DrawFn) -> Service:
    """Any service that is one."""
    names = draw(st.lists(ids, min_size=1, max_size=5, unique=True))
    kinds = draw(st.dictionaries(ids, st.sampled_from(get_args(FieldKind)), min_size=1, max_size=4))
    stages: list[list[Step]] = [[]]
    begins_stage: list[bool] = draw(st.lists(st.booleans(), min_size=len(names), max_size=len(names)))
    for at, name in enumerate(names):
        form = draw(st.lists(fields(kinds), max_size=3, unique_by=lambda field: field.id))
        doer = draw(doers())
        if at and begins_stage[at]:
            stages.append([])
        made = Step(
            id=name,
            name=draw(texts),
            doer=doer,
            takes=draw(times),
            after=tuple(draw(st.lists(st.sampled_from(names[:at]), unique=True))) if at else (),
            checklist=tuple(draw(st.lists(texts, max_size=2))),
            form=tuple(form),
            asks=cast(Asks, draw(st.sampled_from(("approve", "upload")))) if doer.by == "customer" else "",
            shown=draw(maybe_texts),
            tells=draw(st.dictionaries(st.sampled_from(get_args(Moment)), texts)),
            hands_over=tuple(field.id for field in form[1:]),
            promise=draw(maybe_texts),
        )
        stages[-1].append(made)
    first = [step for steps in stages for step in steps if not step.after and step.doer.by != "customer"]
    asked = sorted({field.id for step in first for field in step.form})
    stage_ids = draw(st.lists(ids, min_size=len(stages), max_size=len(stages), unique=True))
    return Service(
        id=draw(ids),
        name=draw(texts),
        stages=tuple(Stage(name, draw(texts), tuple(steps)) for name, steps in zip(stage_ids, stages, strict=True)),
        about=draw(maybe_texts),
        result=draw(maybe_texts),
        within=draw(st.none() | times),
        every=draw(st.none() | st.integers(1, 60)),
        customers_may_begin=draw(st.booleans()),
        asks_first=tuple(draw(st.lists(st.sampled_from(asked), unique=True))) if asked else (),
    )
