"""A service in one form: what was there stays, buttons change what stands in it, and what is saved is one version."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tamada.accounts.models import Agent
from tamada.operations.models import Service
from tests.cast import SignedIn
from tests.operations.jobs import plumbing

pytestmark = pytest.mark.django_db

KEYS = """
service: keys
name: {en: Copy of a key, hy: Բանալու պատճեն}
within: 12h
customers_may_begin: true
asks_first: [copies]
stages:
  - stage: order
    name: Order
    steps:
      - step: take
        name: Take the key
        by: {role: agent}
        takes: 10m
        form:
          - {field: copies, label: How many, kind: number}
          - field: steel
            label: Steel
            kind: choice
            required: false
            choices: {soft: Soft, hard: {en: Hard, ru: Твёрдая}}
        checklist: [Tried, {en: Wiped, ru: Протёрт}, "Two\\nlines"]
        hands_over: [copies]
      - step: cut
        name: Cut it
        by: {outside: Locksmith}
        takes: 1h30m
        tells: {opened: We cut., done: {en: It is cut., ka: მზადაა.}}
        promise: It is cut tomorrow
  - stage: hand
    name: Hand over
    steps:
      - step: day
        name: Choose a day
        by: customer
        takes: 8h
        after: []
        asks: appointment
        shown: Choose when you come.
      - step: out
        name: Hand it out
        by: {team: Workshop}
        takes: 10m
        after: [day, cut]
"""


class Fields(HTMLParser):
    """What a browser would send of the service's form, as it stands on a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._inside, self._select, self._area = False, "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = "service-form" in held.get("class", "")
        elif not self._inside:
            return
        elif (
            tag == "input"
            and held["name"] != "csrfmiddlewaretoken"
            and (held.get("type") not in ("checkbox", "radio") or "checked" in held)
        ):
            self.sent.setdefault(held["name"], []).append(held.get("value", ""))
        elif tag == "select":
            self._select = held["name"]
        elif tag == "option" and self._select and (self._select not in self.sent or "selected" in held):
            self.sent[self._select] = [held["value"]]
        elif tag == "textarea":
            self._area = held["name"]
            self.sent[self._area] = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._area:
            data = data.removeprefix("\n") if not self.sent[self._area][0] else data  # as browsers do
            self.sent[self._area][0] += data.replace("\n", "\r\n")


class Editor:
    """Somebody with the form before them."""

    def __init__(self, client: Client, service: Service | None) -> None:
        self.client = client
        self.path = reverse("desk:edit_service", args=[service.pk]) if service else reverse("desk:new_service")
        self.answer: Any = client.get(self.path)

    def press(self, what: str = "save", **filled: Any) -> Any:
        """Fill in and press a button; names are written with _ for -."""
        sent: dict[str, Any] = Fields(self.answer.content.decode()).sent
        plain = ("asks_first", "within", "every", "id")
        sent |= {name if name in plain else name.replace("_", "-"): value for name, value in filled.items()}
        self.answer = self.client.post(self.path, {**sent, "do": what})
        return self.answer


@pytest.fixture
def keys(db: None) -> Service:
    return plumbing(KEYS)


@pytest.fixture
def desk(owner: Agent, signed_in: SignedIn) -> Client:
    client: Client = signed_in(owner)
    return client


def template_of(service: Service) -> Any:
    service.refresh_from_db()
    return service.versions.get(number=service.version).template


@pytest.mark.parametrize("key", ["keys", "installation", "repair", "onboarding", "complaint", "refund", "bookkeeping"])
def test_what_is_opened_and_saved_again_is_what_it_was(desk: Client, keys: Service, key: str) -> None:
    service = keys if key == "keys" else Service.objects.get(key__startswith=key)
    before = template_of(service)
    assert Editor(desk, service).press().status_code == 302
    service.refresh_from_db()
    assert (service.version, template_of(service)) == (1, before)


def test_what_was_changed_is_one_new_version(desk: Client, keys: Service) -> None:
    editor = Editor(desk, keys)
    editor.press("up:0:1")
    editor.press("add-field:0:1", s0_t0_takes="2h")
    assert template_of(keys).steps["cut"].takes.total_seconds() == 5400, "nothing is stored before it is saved"
    answer = editor.press(
        s0_t1_f2_label_en="Which lock?",
        s0_t1_f2_id="lock",
        s0_t1_f2_kind="text",
        s1_t1_by="customer",
        s1_t1_asks="approve",
    )
    assert answer.status_code == 302, answer.content.decode()
    now = template_of(keys)
    assert keys.version == 2
    assert [step.id for step in now.stages[0].steps] == ["cut", "take"]
    assert now.steps["cut"].takes.total_seconds() == 7200
    assert [one.id for one in now.steps["take"].form] == ["copies", "steel", "lock"]
    assert now.steps["take"].form[1].choices[1].label == {"en": "Hard", "ru": "Твёрдая"}
    assert (now.steps["out"].doer.by, now.steps["out"].asks) == ("customer", "approve")
    assert now.steps["out"].after == ("day", "cut")


def test_a_new_one_is_written_step_by_step(desk: Client) -> None:
    editor = Editor(desk, None)
    editor.press("add-step:0", name_en="Windows", id="windows", within="24h", s0_name_en="All", s0_t0_name_en="Come")
    editor.press("add-stage", s0_t1_name_en="Clean", s0_t1_takes="3h")
    editor.press("add-item:1:0")
    editor.press("add-item:1:0", s1_t0_i0_text_en="Dry")
    answer = editor.press(s1_name_en="End", s1_t0_name_en="Look", s1_t0_i0_text_en="Dry", s1_t0_i1_text_en="No streaks")
    assert answer.status_code == 302, answer.content.decode()
    made = template_of(Service.objects.get(key="windows"))
    assert [(step.name["en"], step.after) for step in made.steps.values()] == [
        ("Come", ()),
        ("Clean", ("come",)),
        ("Look", ("clean",)),
    ]
    assert made.steps["look"].checklist == ({"en": "Dry"}, {"en": "No streaks"})
    again = Editor(desk, None).press(
        name_en="Other", id="windows", s0_name_en="All", s0_t0_name_en="Come", s0_t0_takes="1h"
    )
    assert again.status_code == 422
    assert "There is a service of this id already." in again.content.decode()


def test_answers_to_choose_from_keep_their_ids_whatever_goes(desk: Client, keys: Service) -> None:
    editor = Editor(desk, keys)
    editor.press("add-choice:0:0:1", s0_t0_f1_c0_text_en="")
    editor.press("add-choice:0:0:1", s0_t0_f1_c1_text_en="Of both", s0_t0_f1_kind="text")
    assert editor.press(s0_t0_f1_kind="choice").status_code == 302
    choices = template_of(keys).steps["take"].form[1].choices
    assert [(one.id, one.label["en"]) for one in choices] == [("hard", "Hard"), ("choice_1", "Of both")]


def test_a_very_large_one_is_changed_as_yaml(desk: Client) -> None:
    steps = "".join(f"      - {{step: s{n}, name: S, by: {{role: agent}}, takes: 1h}}\n" for n in range(61))
    large = plumbing(f"service: large\nname: Large\nstages:\n  - stage: all\n    name: All\n    steps:\n{steps}")
    answer: Any = desk.get(reverse("desk:edit_service", args=[large.pk]))
    assert answer["Location"] == f"{reverse('desk:take_service')}?from=large"


def test_whoever_waited_for_a_removed_step_waits_for_what_it_waited_for(desk: Client, keys: Service) -> None:
    editor = Editor(desk, keys)
    editor.press("remove-step:0:1")
    assert editor.press().status_code == 302
    assert template_of(keys).steps["out"].after == ("day", "take")
    editor = Editor(desk, keys)
    editor.press("remove-stage:0", asks_first="")
    assert editor.press().status_code == 302
    assert template_of(keys).steps["out"].after == ("day",)


def test_what_is_wrong_is_said_by_its_place_and_nothing_is_lost(desk: Client, keys: Service) -> None:
    editor = Editor(desk, keys)
    answer = editor.press(s0_t1_takes="soon", s0_t1_name_en="Cut & file", s1_t1_after=["cut", "out", "nothing"])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Order › Cut &amp; file › Working time: “soon” is not understood as a time." in page
    assert "Locksmith" in page
    assert 'id="s0-t1" open' in page
    assert keys.versions.count() == 1
    assert editor.press(s0_t1_takes="2h").status_code == 302
    assert template_of(keys).steps["cut"].name["en"] == "Cut & file"


def test_another_version_that_came_meanwhile_is_told_first(desk: Client, keys: Service) -> None:
    editor, other = Editor(desk, keys), Editor(desk, keys)
    assert other.press(within="20h").status_code == 302
    editor.press("add-step:0", within="30h")
    editor.press("remove-step:0:2")
    answer = editor.press()
    assert answer.status_code == 409, "however often it was drawn again meanwhile"
    assert "Somebody has saved version 2 meanwhile." in answer.content.decode()
    assert template_of(keys).within.total_seconds() == 72_000
    assert editor.press().status_code == 302
    assert template_of(keys).within.total_seconds() == 108_000


@pytest.mark.parametrize(
    "what", ["", "nonsense", "up:9:9", "remove-step:0", "remove-field:0:0:9", "add-step:x", "up:0:0"]
)
def test_a_button_that_is_none_changes_nothing(desk: Client, keys: Service, what: str) -> None:
    editor = Editor(desk, keys)
    before = Fields(editor.answer.content.decode()).sent
    assert editor.press(what).status_code == 200
    assert Fields(editor.answer.content.decode()).sent == before
    assert keys.versions.count() == 1


def test_nonsense_in_its_fields_is_refused_as_what_it_is(desk: Client, keys: Service) -> None:
    editor = Editor(desk, keys)
    odd = {"s0_t0_by": "king:Arthur", "s0_t0_f0_kind": "colour", "s1_t0_asks": "money", "every": "-1"}
    answer = editor.press(**odd)
    assert answer.status_code == 422
    assert answer.content.decode().count("<li>") >= 4


def opening_tag(page: str, name: str) -> str:
    """The tag of the one field of this name."""
    found = [tag for tag in re.findall(r"<(?:input|textarea|select)[^>]*>", page) if f' name="{name}"' in tag]
    assert len(found) == 1, name
    return found[0]


def shown_in(page: str) -> str:
    """The language whose texts are in sight."""
    found = re.findall(r'name="texts-in" value="(\w+)" checked', page)
    assert len(found) == 1
    return str(found[0])


def test_an_id_is_made_from_the_name_where_none_is_given(desk: Client) -> None:
    editor = Editor(desk, None)
    editor.press("add-step:0", name_hy="Բանալու պատճեն", s0_name_en="Cut", s0_t0_name_ru="Вырезать ключ")
    assert 'placeholder="banalu_patchen"' in opening_tag(editor.answer.content.decode(), "id")
    editor.press("add-field:0:0", s0_t1_name_ru="Вырезать ключ")
    editor.press("add-field:0:0", s0_t0_f0_label_ka="რომელი საკეტი?")
    editor.press("add-field:0:1", s0_t0_f1_label_en="Own word", s0_t0_f1_id="mine")
    answer = editor.press(s0_t1_f0_label_ka="რომელი საკეტი?")
    assert answer.status_code == 302, answer.content.decode()
    made = template_of(Service.objects.get(key="banalu_patchen"))
    assert [stage.id for stage in made.stages] == ["cut"]
    assert [(step.id, step.after) for step in made.steps.values()] == [
        ("vyrezat_klyuch", ()),
        ("vyrezat_klyuch_2", ("vyrezat_klyuch",)),
    ]
    fields = [field.id for step in made.steps.values() for field in step.form]
    assert fields == ["romeli_saketi", "mine", "romeli_saketi_2"]
    again = Editor(desk, None).press(name_hy="Բանալու պատճեն", s0_name_en="Cut", s0_t0_name_en="Cut")
    assert again.status_code == 302
    assert Service.objects.filter(key="banalu_patchen_2").exists()


def test_ids_that_are_there_stay_whatever_things_are_called(desk: Client, keys: Service) -> None:
    editor = Editor(desk, keys)
    editor.press("remove-step:1:0", name_en="Other", s0_name_en="Hand", s0_t0_name_en="Cut it", s0_t0_f0_label_en="Age")
    editor.press("add-step:1")
    answer = editor.press(s1_t1_name_en="Day")
    assert answer.status_code == 302, answer.content.decode()
    now = template_of(keys)
    assert [stage.id for stage in now.stages] == ["order", "hand"]
    assert list(now.steps) == ["take", "cut", "out", "day_2"], "jobs know `day` as the step that is gone"
    assert [field.id for field in now.steps["take"].form] == ["copies", "steel"]


def test_times_are_understood_as_people_write_them(desk: Client, keys: Service) -> None:
    editor = Editor(desk, keys)
    editor.press("", within="1 день 4 часа", s0_t0_takes="2 օր", s0_t1_takes="ნახევარი საათი")
    page = editor.answer.content.decode()
    assert 'value="12 h"' in opening_tag(page, "within"), "it says how it was understood"
    assert 'value="16 h"' in opening_tag(page, "s0-t0-takes")
    assert editor.press().status_code == 302
    now = template_of(keys)
    assert (now.within, now.steps["take"].takes, now.steps["cut"].takes) == (
        timedelta(hours=12),
        timedelta(hours=16),
        timedelta(minutes=30),
    )


@pytest.mark.parametrize("said", ["300 weeks", "9999 weeks"])
def test_a_time_that_is_too_long_is_said_in_words(desk: Client, keys: Service, said: str) -> None:
    page = Editor(desk, keys).press(s0_t0_takes=said).content.decode()
    assert "Working time: It has to be between 1 minute and 2000 h of work." in page


def test_what_is_wrong_stands_beside_its_field_and_is_led_to(desk: Client, keys: Service) -> None:
    odd: dict[str, Any] = {"within": "soon", "every": "x", "asks_first": "age", "s0_t1_takes": "soon"}
    odd |= {"s0_t0_name_en": "", "s0_t0_hands": "age", "s0_t0_f1_kind": "text", "s1_t0_takes": "", "s1_name_en": ""}
    odd |= {"s0_t0_f0_kind": "choice", "s1_t0_after": ["out"], "s1_t1_after": ["day"]}
    page = Editor(desk, keys).press(**odd).content.decode()
    at = {"s0-t0-name": "s0-t0-name-en", "s1-name": "s1-name-en"}
    names = ["within", "every", "asks_first", "s0-t1-takes", "s0-t0-name", "s0-t0-hands", "s1-t0-takes", "s1-name"]
    for name in [*names, "s0-t0-f0-kind"]:
        tag = opening_tag(page, field := at.get(name, name))
        assert 'aria-invalid="true"' in tag, name
        assert f"in-{name}-error" in tag
        assert f'id="in-{name}-error"' in page
        assert f'href="#in-{field}"' in page
        assert f' id="in-{field}"' in tag
    assert 'aria-describedby="in-s1-t0-after-error"' in page
    assert page.count('aria-invalid="true"') >= 10
    assert 'aria-invalid="true"' not in opening_tag(page, "s0-t0-takes"), "what is right is not marked"
    assert 'aria-invalid="true"' not in opening_tag(page, "s0-t0-name-hy"), "nor is a language that is not in sight"


def test_what_has_no_name_yet_is_called_by_what_stands_in_the_form(desk: Client) -> None:
    page = Editor(desk, None).press(name_en="Windows", s0_t0_takes="soon").content.decode()
    assert "Stage 1 › A new step › Working time: “soon”" in page
    assert "Stage 1 › Name: There is no text." in page


def test_the_one_of_several_that_is_wrong_is_marked(desk: Client, keys: Service) -> None:
    long = "x" * 2_001
    page = Editor(desk, keys).press(s0_t0_i1_text_en=long, s0_t1_done_en=long, s0_t0_f1_c1_text_en=long)
    marked = re.findall(r'<(?:input|textarea)[^>]* name="([^"]+)"[^>]*aria-invalid', page.content.decode())
    assert marked == ["s0-t0-i1-text-en", "s0-t0-f1-c1-text-en", "s0-t1-done-en"]
    odd = {"s0_t0_f0_id": "steel", "s0_t0_f1_id": "steel"}
    page = Editor(desk, keys).press(**odd)
    assert 'aria-invalid="true"' in opening_tag(page.content.decode(), "s0-t0-f1-id")


def test_one_language_is_in_sight_and_none_loses_its_texts(desk: Client, keys: Service, owner: Agent) -> None:
    editor = Editor(desk, keys)
    page = editor.answer.content.decode()
    assert shown_in(page) == "en"
    assert re.search(r'data-lacks="hy">(\d+) missing', page)
    assert re.search(r'data-lacks="en" hidden>0 missing', page)
    assert 'id="in-name-source-ru" lang="en"><b>English</b> Copy of a key<' in page, "what there is to translate"
    editor.press("", texts_in="ru", name_ru="Копия ключа")
    page = editor.answer.content.decode()
    assert (shown_in(page), 'id="in-name-source-ru"' in page) == ("ru", False)
    assert editor.press().status_code == 302
    assert template_of(keys).name == {"en": "Copy of a key", "hy": "Բանալու պատճեն", "ru": "Копия ключа"}
    owner.language = "hy"
    owner.save()
    assert shown_in(Editor(desk, keys).answer.content.decode()) == "hy"
    odd = Editor(desk, keys).press("", texts_in="klingon")
    assert shown_in(odd.content.decode()) == "hy"


def test_an_error_brings_its_language_into_sight(desk: Client, keys: Service) -> None:
    long = "ա" * 2_001
    page = Editor(desk, keys).press(s0_t1_done_hy=long).content.decode()
    assert shown_in(page) == "hy"
    assert 'aria-invalid="true"' in opening_tag(page, "s0-t1-done-hy")
    assert 'href="#in-s0-t1-done-hy"' in page
    both = Editor(desk, keys).press(s0_t1_done_hy=long, s0_t1_done_ru=long).content.decode()
    assert shown_in(both) == "all"
    elsewhere = Editor(desk, keys).press(texts_in="ka", within="soon").content.decode()
    assert shown_in(elsewhere) == "ka", "what is wrong in no language moves nothing"


def test_a_name_outside_that_is_given_in_english_alone_lacks_nothing(desk: Client, keys: Service) -> None:
    page = Editor(desk, keys).answer.content.decode()
    assert "in-s0-t1-outside-source-" not in page
    page = Editor(desk, keys).press("", s0_t1_outside_hy="Փականագործ").content.decode()
    assert 'id="in-s0-t1-outside-source-ru"' in page
