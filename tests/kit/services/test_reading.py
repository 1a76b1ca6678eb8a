"""Templates: what is read from them, and that whatever is wrong with one is told at once, with its line."""

from datetime import timedelta
from string import Formatter

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from tamada.kit.services import source
from tamada.kit.services.problems import ERRORS, WARNINGS, Problem, Problems
from tamada.kit.services.reading import MOST_STEPS, look, read
from tamada.kit.services.sections import MOST_PROBLEMS, duration, written
from tamada.kit.services.template import Choice, Doer, Field, Service

WHOLE = """\
service: installation
language: en
name: {en: Installation visit, ru: Визит монтажника}
about: {en: We connect you., ru: Мы вас подключим.}
result: {en: You are online., ru: Вы в сети.}
within: 40h
every: 1
stages:
  - stage: order
    name: {en: Order, ru: Заявка}
    steps:
      - step: check_address
        name: {en: Check the address, ru: Проверить адрес}
        by: {team: Technicians}
        takes: 1h30m
        checklist:
          - {en: Look at the map, ru: Посмотреть карту}
        form:
          - {field: address, label: {en: Address, ru: Адрес}}
          - field: floor
            label: {en: Floor, ru: Этаж}
            kind: choice
            required: no
            choices:
              ground: {en: Ground, ru: Первый}
              upper: {en: Upper, ru: Выше}
        hands_over: [address]
        promise: {en: We will say today whether we reach you., ru: "Сегодня скажем, дотянемся ли до вас."}
  - stage: visit
    name: {en: Visit, ru: Визит}
    steps:
      - step: choose_time
        name: {en: Choose a time, ru: Выбрать время}
        by: customer
        takes: 2h
        asks: appointment
        shown: {en: Choose when we come., ru: "Выберите, когда нам прийти."}
        tells:
          opened: {en: Choose a time., ru: Выберите время.}
      - step: cable
        name: {en: Order the cable, ru: Заказать кабель}
        by: {outside: {en: Supplier, ru: Поставщик}}
        takes: 8h
        after: check_address
      - step: connect
        name: {en: Connect, ru: Подключить}
        by: {role: agent}
        takes: 2h
        after: [choose_time, cable]
"""


def found(text: str) -> list[str]:
    """The problems as `line place: code`."""
    return [f"{problem.line} {problem.place}: {problem.code}" for problem in look(text).problems]


def wrong(old: str, new: str) -> list[str]:
    """What is wrong once a piece of the whole template is another."""
    assert WHOLE.count(old) == 1
    changed = WHOLE.replace(old, new)
    with pytest.raises(Problems) as refused:
        read(changed)
    assert refused.value.problems == look(changed).problems
    return [line for line in found(changed) if not line.endswith(": nowhere_in")]


def test_everything_that_a_template_says_is_read() -> None:
    service = read(WHOLE)
    assert (service.id, service.within, service.every) == ("installation", timedelta(hours=40), 1)
    assert service.name == {"en": "Installation visit", "ru": "Визит монтажника"}
    assert [stage.id for stage in service.stages] == ["order", "visit"]
    first = service.steps["check_address"]
    assert first.doer == Doer("team", "Technicians")
    assert (first.takes, first.after, first.hands_over) == (timedelta(minutes=90), (), ("address",))
    assert first.checklist == ({"en": "Look at the map", "ru": "Посмотреть карту"},)
    upper = Choice("upper", {"en": "Upper", "ru": "Выше"})
    assert first.form[0] == Field("address", {"en": "Address", "ru": "Адрес"})
    assert (first.form[1].kind, first.form[1].required, first.form[1].choices[1]) == ("choice", False, upper)
    visit = service.steps["choose_time"]
    assert (visit.doer, visit.asks, visit.tells["opened"]["ru"]) == (Doer("customer"), "appointment", "Выберите время.")
    supplier = service.steps["cable"].doer
    assert (supplier.by, supplier.name, supplier.called["ru"]) == ("outside", "Supplier", "Поставщик")


def test_what_a_customer_who_begins_it_is_asked() -> None:
    """Of their own steps that are open from the start all, of ours what is named, of later ones nothing."""
    assert not read(WHOLE).customers_may_begin
    theirs = "after: []\n        form: [{field: hour, label: {en: Hour, ru: Час}}]"
    begun = WHOLE.replace("every: 1", "customers_may_begin: true\nasks_first: [floor]")
    begun = begun.replace("asks: appointment", f"asks: answer\n        {theirs}")
    service = read(begun)
    assert service.customers_may_begin
    assert {key: [one.id for one in form] for key, form in service.first_form.items()} == {
        "check_address": ["floor"],
        "choose_time": ["hour"],
    }
    assert "choose_time" not in read(begun.replace("asks: answer", "asks: approve")).first_form
    assert "choose_time" not in read(begun.replace("after: []", "after: [check_address]")).first_form
    assert read(begun.replace("asks_first: [floor]\n", "")).first_form.keys() == {"choose_time"}


def test_a_step_waits_for_the_one_before_it_unless_it_says_otherwise() -> None:
    steps = read(WHOLE).steps
    assert [steps[name].after for name in ("check_address", "choose_time", "cable", "connect")] == [
        (),
        ("check_address",),
        ("check_address",),
        ("choose_time", "cable"),
    ]
    assert read(WHOLE.replace("after: check_address", "after: []")).steps["cable"].after == ()


def test_plain_texts_are_in_the_language_of_the_service() -> None:
    text = (
        "service: a\nname: Visit\nstages: [{stage: b, name: No, steps: [{step: c, name: 12, by: customer, takes: 1h}]}]"
    )
    assert read(text).stages[0].name == {"en": "No"}
    assert read(f"language: hy\n{text}").steps["c"].name == {"hy": "12"}
    assert "language: not_among" in found(f"language: de\n{text}")[0]


# --- one thing wrong --------------------------------------------------------------------------------------------------

CHECK = "order › check_address"
MISTAKES = [
    ("service: installation", "service: The Installation", "1 service: bad_id"),
    ("service: installation", "sevrice: installation", "1 : key_unknown"),
    ("within: 40h", "within: soon", "6 within: duration"),
    ("within: 40h", "within: 99999h", "6 within: out_of_range"),
    ("every: 1", "every: often", "7 every: out_of_range"),
    ("every: 1", "every: 0", "7 every: out_of_range"),
    ("every: 1", "customers_may_begin: perhaps", "7 customers_may_begin: yes_or_no"),
    ("every: 1", "customers_may_begin: true\nasks_first: [adress]", "8 asks_first: not_first"),
    ("name: {en: Order, ru: Заявка}", "name:", "9 order: missing"),
    ("name: {en: Order, ru: Заявка}", "name: {en: Order, de: Auftrag, ru: Заявка}", "10 order › name: key_unknown"),
    ("name: {en: Order, ru: Заявка}", "name: {en: Order, ru: Заявка, и всё}", "10 order › name: comma"),
    ("name: {en: Order, ru: Заявка}", "name: {}", "10 order › name: no_text"),
    ("name: {en: Order, ru: Заявка}", "name: [Order]", "10 order › name: not_keys"),
    ("name: {en: Order, ru: Заявка}", "name: {en: Order, ru: ''}", "10 order › name › ru: no_text"),
    ("name: {en: Order, ru: Заявка}", 'name: {en: Order, ru: "\\0"}', "10 order › name › ru: unprintable"),
    ("name: {en: Order, ru: Заявка}", f"name: {{en: {'long' * 40}, ru: Б}}", "10 order › name › en: too_long"),
    ("stage: visit", "stage: order", "29 order › stage: id_twice"),
    ("step: connect", "step: cable", "45 visit › cable › step: id_twice"),
    ("takes: 8h", "takes: 8h\n        takes: 9h", "44 visit › cable: key_twice"),
    ("takes: 8h", "takes: 0h", "43 visit › cable › takes: out_of_range"),
    ("takes: 8h", "takes: -8h", "43 visit › cable › takes: duration"),
    ("takes: 8h", "takes: 8", "43 visit › cable › takes: duration"),
    ("takes: 8h", "takes: 9000h", "43 visit › cable › takes: out_of_range"),
    ("takes: 8h", "takes: [8h]", "43 visit › cable › takes: not_value"),
    ("by: {team: Technicians}", "by: {team: Technicians, role: lead}", f"14 {CHECK} › by: who"),
    ("by: {team: Technicians}", "by: Technicians", f"14 {CHECK} › by: who"),
    ("by: {team: Technicians}", "by: {role: boss}", f"14 {CHECK} › by › role: not_among"),
    ("by: {team: Technicians}", "by: {teem: Technicians}", f"14 {CHECK} › by: key_unknown"),
    ("by: {team: Technicians}", "shown: {en: a, ru: б}", f"12 {CHECK}: missing"),
    ("by: {team: Technicians}", "by: {team: ~}", f"14 {CHECK} › by: missing"),
    ("after: check_address", "after: {step: check_address}", "44 visit › cable › after: not_list"),
    ("after: check_address", "after: [[check_address]]", "44 visit › cable › after: not_value"),
    ("after: check_address", "after: chek_address", "44 visit › cable › after: step_unknown"),
    ("after: check_address", "after: cable", "44 visit › cable › after: cycle"),
    ("asks: appointment", "asks: money", "36 visit › choose_time › asks: not_among"),
    ("takes: 8h", "takes: 8h\n        asks: answer", "44 visit › cable › asks: asks_us"),
    ("kind: choice", "kind: chioce", f"22 {CHECK} › form › floor › kind: not_among"),
    ("required: no", "required: perhaps", f"23 {CHECK} › form › floor › required: yes_or_no"),
    ("field: floor", "field: address", f"20 {CHECK} › form › address › field: id_twice"),
    ("upper: {en", "UPPER: {en", f"26 {CHECK} › form › floor › choices › UPPER: bad_id"),
    ("hands_over: [address]", "hands_over: [adress]", f"27 {CHECK} › hands_over: not_asked"),
    ("opened:", "begun:", "39 visit › choose_time › tells: key_unknown"),
]


@pytest.mark.parametrize(("old", "new", "told"), MISTAKES, ids=[f"{row[1][:30]}" for row in MISTAKES])
def test_a_mistake_is_told_once_with_its_line_and_place(old: str, new: str, told: str) -> None:
    told_of = wrong(old, new)
    if told.endswith(": missing") or new.startswith("sevrice"):
        assert told in told_of
    else:
        assert told_of == [told]  # a wrong doer, time or id brings no problems of its neighbours with it


def test_everything_wrong_is_told_at_once_from_top_to_bottom() -> None:
    text = (
        WHOLE.replace("within: 40h", "within: soon").replace("takes: 8h", "takes: 8").replace("[address]", "[adress]")
    )
    codes = [line.rpartition(" ")[2] for line in found(text)]
    assert codes == ["nowhere_in", "duration", "not_asked", "duration"]


def test_a_word_that_is_nearly_known_is_named() -> None:
    problem = look(WHOLE.replace("checklist:", "cheklist:")).problems[-1]
    assert problem.says() == "“cheklist” is unknown here. Did you mean “checklist”?"
    far = look(WHOLE.replace("checklist:", "budget:")).problems[-1]
    assert far.says() == "“budget” is unknown here."


def test_a_circle_is_told_as_a_path_and_each_once() -> None:
    steps = "".join(
        f"\n  - {{step: {name}, name: x, by: {{role: agent}}, takes: 1h, after: [{after}]}}"
        for name, after in (("a", "c"), ("b", "a"), ("c", "b"), ("d", "c"), ("e", "f"), ("f", "e"))
    )
    problems = look(f"service: x\nname: x\nstages:\n- stage: s\n  name: x\n  steps:{steps}\n").problems
    assert [(one.line, one.params["path"]) for one in problems if one.code == "cycle"] == [
        (7, "a → b → c → a"),
        (11, "e → f → e"),
    ]


def test_a_field_means_the_same_in_every_form() -> None:
    again = "takes: 2h\n        form: [{field: floor, label: {en: Floor, ru: Этаж}, kind: number}]\n        asks"
    assert wrong("takes: 2h\n        asks", again) == ["36 visit › choose_time › form: two_kinds"]


def test_what_is_handed_over_must_have_been_asked_on_the_way_there() -> None:
    read(WHOLE.replace("after: [choose_time, cable]", "hands_over: [floor]"))
    aside = "after: []\n        hands_over: [floor]"
    assert wrong("after: [choose_time, cable]", aside) == ["50 visit › connect › hands_over: not_asked"]


def test_choices_belong_to_a_choice_and_a_choice_to_choices() -> None:
    assert wrong("kind: choice", "kind: text") == [f"25 {CHECK} › form › floor › choices: choices_of_none"]
    assert [
        line.rpartition(" ")[2]
        for line in wrong("label: {en: Address, ru: Адрес}", "label: {en: A, ru: Б}, kind: choice")
    ] == ["no_choices"]


# --- what should be better --------------------------------------------------------------------------------------------

WARNED = [
    ("every: 1", "asks_first: [address]", "7 asks_first: asks_nobody"),
    ("within: 40h", "within: 11h", "6 within: tight"),
    ("Посмотреть карту}", "Посмотреть карту}\n          - Ask", f"18 {CHECK} › checklist: not_in"),
    ("        asks: appointment\n", "", "34 visit › choose_time › by: asks_nothing"),
    (
        '        shown: {en: Choose when we come., ru: "Выберите, когда нам прийти."}\n',
        "",
        "34 visit › choose_time › by: unseen",
    ),
    (
        "asks: appointment",
        "asks: appointment\n        promise: {en: x, ru: y}",
        "37 visit › choose_time › promise: not_ours",
    ),
]


@pytest.mark.parametrize(("old", "new", "told"), WARNED, ids=[row[2] for row in WARNED])
def test_what_should_be_better_is_told_and_the_service_is_read(old: str, new: str, told: str) -> None:
    changed = WHOLE.replace(old, new)
    read(changed)
    assert found(changed) == ["1 : nowhere_in", told]
    assert told not in found(WHOLE)


def test_a_step_that_waits_for_a_later_stage_is_warned_of() -> None:
    text = WHOLE.replace("takes: 1h30m", "takes: 1h30m\n        after: cable").replace(
        "after: check_address", "after: []"
    )
    assert f"16 {CHECK} › after: backwards" in found(text)


def test_a_language_that_is_missing_altogether_is_said_once() -> None:
    reading = look(WHOLE)
    assert [problem.says() for problem in reading.warnings] == [
        "No text is in hy, ka; who speaks it reads another language."
    ]
    assert reading.service is not None


# --- what is no template ----------------------------------------------------------------------------------------------

NONE = [
    ("", "1 : empty"),
    ("# nothing\n", "1 : empty"),
    ("a: [b", "1 : not_yaml"),
    ("a:\n\tb: c", "2 : not_yaml"),
    ("a: b: c", "1 : not_yaml"),
    ("a\n--- b", "2 : several"),
    ("a: &x [b]\nc: *x", "2 : alias"),
    ("a: !!python/object:os.system x", "1 : tag"),
    ("? [a]\n: b", "1 : not_yaml"),
    ("ա: բ\nգ: \x01", "2 : not_yaml"),
    ("\ud800", "1 : not_yaml"),
    ("[" * 100_000, "1 : too_deep"),
    ("- " * 100_000, "1 : too_deep"),
    ("x" * 1_000_000, "1 : too_large"),
]


@pytest.mark.parametrize(("text", "told"), NONE, ids=[row[1] + row[0][:9].strip() for row in NONE])
def test_what_is_no_template_is_refused_with_one_sentence(
    text: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(text) == [told]
    monkeypatch.setattr(source, "_LOADER", yaml.SafeLoader)  # where PyYAML was built without its parser in C
    assert found(text) == [told]


def test_what_is_quoted_of_a_template_is_one_line_that_a_terminal_shows() -> None:
    problem = look('service: x\n"\\e[31m\\nred": 1\nname: x\nstages: 1').problems[1]
    assert problem.says() == "“�[31m�red” is unknown here."
    stage = look('{service: x, name: x, stages: [{stage: "a\\nb", name: x}]}').problems
    assert {one.place for one in stage} >= {"a�b › stage", "a�b"}


def test_a_list_is_no_service() -> None:
    assert found("- a") == ["1 : not_keys"]


def test_too_many_steps_are_refused() -> None:
    steps = ", ".join(f"{{step: s{n}, name: x, by: {{role: agent}}, takes: 1h}}" for n in range(MOST_STEPS + 1))
    assert "1 a › steps: too_many" in found(
        f"{{service: x, name: x, stages: [{{stage: a, name: x, steps: [{steps}]}}]}}"
    )


@pytest.mark.timeout(20)
def test_a_large_template_that_is_wrong_everywhere_is_refused_soon() -> None:
    steps = ", ".join(f"{{step: s{n}, after: [{', '.join(f'z{n}{m}' for m in range(60))}]}}" for n in range(MOST_STEPS))
    for text in ("".join(f"servica{n}: 1\n" for n in range(30_000)), f"{{stages: [{{stage: a, steps: [{steps}]}}]}}"):
        assert len(look(text).problems) == MOST_PROBLEMS + 1


def test_of_very_many_problems_the_first_are_told_errors_before_warnings() -> None:
    text = "service: x\n" + "".join(f"k{n}: 1\n" for n in range(500))
    told = look(text).problems
    assert len(told) == MOST_PROBLEMS + 1
    assert (told[-1].code, told[-1].params["count"]) == ("more", 402)


@given(st.text())
@example('a: "\\ud800"')
@example("{service: {}, name: [], stages: {}, within: [], every: {}, language: []}")
@example("{service: a, stages: [a, [], {steps: [a, [], {tells: a, form: [a], checklist: [{}], by: [], after: {}}]}]}")
def test_nothing_but_problems_comes_of_any_text(text: str) -> None:
    with pytest.raises(Problems):
        read(text)


@given(st.data())
def test_nothing_but_problems_comes_of_a_template_with_a_piece_cut_out(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(WHOLE)))
    reading = look(WHOLE[:start] + WHOLE[start + data.draw(st.integers(0, 80)) :])
    assert isinstance(reading.service, Service) or reading.problems


@given(st.integers(1, 100_000))
def test_a_duration_reads_as_it_is_written(minutes: int) -> None:
    assert duration(written(timedelta(minutes=minutes))) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "h", "1", "1d", "1.5h", "30m1h", "-1h", "1 hour", "１h"])
def test_what_is_no_duration(text: str) -> None:
    assert duration(text) is None


def test_every_sentence_can_be_said() -> None:
    for code, sentence in [*ERRORS.items(), *WARNINGS.items()]:
        names = {name for _text, name, _spec, _conversion in Formatter().parse(sentence) if name}
        told = Problem(1, (), code, {**dict.fromkeys(names, "x"), "nearest": "y"}).says()
        assert told.endswith("Did you mean “y”?")
