"""Index terms: every form of a word meets every other, in four languages and in Latin letters."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamada.kit.text import analyse, fold, in_own_letters, index_text, transliterations, trigrams
from tests.helpers.data import shared_data

PARADIGMS = {
    "hy": [
        "հաճախորդ հաճախորդը հաճախորդի հաճախորդներ հաճախորդների հաճախորդներից հաճախորդներին Հաճախորդին",
        "հաշիվ հաշիվը հաշվի հաշիվներ հաշվով",
        "վճարում վճարումը վճարման վճարել վճարեցի վճարված չվճարեցի կվճարեմ",
        "պատվեր պատվերը պատվերի պատվերներս պատվերից",
        "ծառայություն ծառայության ծառայությունը ծառայություններից ծառայությամբ",
        "աշխատել աշխատում աշխատեց աշխատելու չաշխատեց",
        "վերադարձնել վերադարձրեք վերադարձրել վերադարձնում",
        "լոքդաուն լոքդաունը լոքդաունի լոքդաունները լոքդաուններից",
        "կոնտակտոր կոնտակտորի կոնտակտորով կոնտակտորներ",
        "բարև բարեւ ԲԱՐԵՎ բարև՛",
        "հայր հոր հորից",
        "իրականացնել իրականացրեց իրականացվում",
    ],
    "ka": [
        "ინტერნეტი ინტერნეტს ინტერნეტის ინტერნეტით ინტერნეტში ინტერნეტიდან ინტერნეტისთვის ინტერნეტმა",
        "მომხმარებელი მომხმარებელს მომხმარებლის მომხმარებლები მომხმარებლებისთვის მომხმარებლებმა",
        "გადახდა გადახდის გადავიხადე გადაიხადა გადახდას",
        "მუშაობა მუშაობს მუშაობდა ვმუშაობ მუშაობის",
        "დაკავშირება დაგვიკავშირდით დაუკავშირდა დაკავშირების",
        "მოსვლა მოვიდა მოდის მოსვლის",
        "ტექნოლოგია ტექნოლოგიის ტექნოლოგიები ტექნოლოგიებს ტექნოლოგიაში",
        "კურიერი კურიერმა კურიერს კურიერთან კურიერებთან",
        "პრობლემა პრობლემაა პრობლემის პრობლემები",
        "როუტერი როუტერს როუტერის როუტერებიც როუტერში",
        "შეძლება შეუძლია შემიძლია შეგიძლიათ შეგვეძლო შეძლებს",
        "არსებობა არსებობს ვარსებობთ არსებობდეს",
        "ფიქრი ფიქრობენ ვიფიქრე იფიქრებდი",
        "განმარტება განმარტების განმარტებები განმარტებას",
        "დასასვენებელი დასასვენებლად",
        "ახლა ახლაც",
        "ᲘᲜᲢᲔᲠᲜᲔᲢᲘ ინტერნეტი",
    ],
    "ru": [
        "заявка заявки заявок заявкой заявками ЗАЯВКУ",
        "счёт счета счетов счетами",
        "приём прием приёма приема приёмы приемы приёмов приемов приёме приёмом приемами",
        "объём объем объёма объема объёмов",
        "подъём подъема подъемом",
        "съём съема",
        "проём проема проёмов",
        "водоём водоема водоёмов",
        "заём заем займа займов займом",
        "наём найма найму",
        "отчёт отчет отчёта отчета отчетов",
        "ребёнок ребенка",
        "ковёр ковер ковра ковры ковров",
        "котёл котел котла котлов",
        "костёр костра",
        "шатёр шатра шатров",
        "критерий критерием критерия",
        "доставка доставку доставки доставок",
        "оплатил оплатила оплатили",
    ],
    "en": ["delivery deliveries Delivery's", "order orders ordered ordering", "café cafe CAFÉS"],
}
APART = {
    "hy": [("հաճախորդ", "հաճախ"), ("գումար", "գույն"), ("պատվեր", "պատճառ"), ("ծառայություն", "ծառ")],
    "ka": [
        ("გადახდა", "მოხდა"),
        ("მოსვლა", "წასვლა"),
        ("მიწოდება", "მიწა"),
        ("ძალიან", "ძალა"),
        ("ისე", "ის"),
        ("ანგარიში", "გარიგება"),
    ],
    "ru": [("счёт", "счастье"), ("доставка", "поставка"), ("приём", "при"), ("заём", "за"), ("наём", "на")],
    "en": [("order", "border"), ("bill", "bell")],
}


@pytest.mark.parametrize(("language", "forms"), [(code, row) for code, rows in PARADIGMS.items() for row in rows])
def test_every_form_of_a_word_gets_the_same_term(language: str, forms: str) -> None:
    terms = {form: analyse(form, language)[0] for form in forms.split()}
    assert len(set(terms.values())) == 1, terms


@pytest.mark.parametrize(("language", "pair"), [(code, pair) for code, pairs in APART.items() for pair in pairs])
def test_different_words_stay_apart(language: str, pair: tuple[str, str]) -> None:
    assert analyse(pair[0], language) != analyse(pair[1], language)


def test_the_lemma_comes_first() -> None:
    assert analyse("հաճախորդների", "hy")[0] == "հաճախորդ"
    assert analyse("ტელეფონებით", "ka")[0] == "ტელეფონი"
    assert analyse("հաճախորդների") == analyse("հաճախորդների", "hy")


def _treebank(language: str) -> set[tuple[str, str]]:
    """Folded (form, lemma) pairs of the treebanks; of our own paradigms where the treebanks are not at hand."""
    folder = shared_data("ud")
    if folder is None:
        rows = [row.split() for row in PARADIGMS[language]]
        return {(fold(form), fold(row[0])) for row in rows for form in row}
    pairs = set()
    for path in folder.glob(f"{language}_*dev*.gz"):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                form, lemma, tag = line.rstrip("\n").split("\t")
                if tag not in ("PUNCT", "SYM", "X", "NUM") and fold(form).isalpha() and fold(lemma).isalpha():
                    pairs.add((fold(form), fold(lemma)))
    return pairs


def _share_conflated(language: str) -> tuple[float, float]:
    pairs = _treebank(language)
    term = {word: analyse(word, language)[0] for pair in pairs for word in pair}
    inflected = [(form, lemma) for form, lemma in pairs if form != lemma]
    lemmas: dict[str, set[str]] = {}
    for _form, lemma in pairs:
        lemmas.setdefault(term[lemma], set()).add(lemma)
    over = sum(len(group) for group in lemmas.values() if len(group) > 1) / sum(map(len, lemmas.values()))
    return sum(term[form] == term[lemma] for form, lemma in inflected) / len(inflected), over


@pytest.mark.parametrize(("language", "least"), [("hy", 0.93), ("ka", 0.80)])
def test_treebanks_forms_meet_their_lemmas_and_few_others(language: str, least: float) -> None:
    conflated, over = _share_conflated(language)
    assert conflated >= least
    assert over <= 0.11


def test_folding_takes_away_what_does_not_make_another_word() -> None:
    assert fold("Ինչպե՞ս ԵՎ և") == "ինչպես եվ եվ"
    assert fold("ﬁ Ｗｉ‑Ｆｉ STRASSE Straße naïve Łódź") == "fi wi‐fi strasse strasse naive lodz"
    assert fold("Ёлка ᲗᲐᲛᲐᲓᲐ") == "елка თამადა"
    assert fold("so\u00adft ze\u200bro") == "soft zero"
    assert fold("й") == "й"


def test_joined_words_are_found_whole_and_in_parts() -> None:
    assert analyse("Wi-Fi") == ["wi", "fi", "wifi"]
    assert {"anna", "exampl", "annaexampleam"} <= set(analyse("anna@example.am"))
    assert {"inv", "2024", "55", "inv202455"} <= set(analyse("INV-2024/55"))
    assert analyse("ՀՀ-ում") == analyse("ՀՀ")
    assert analyse("SMS-ის") == analyse("SMS")


def test_telephone_numbers_meet_with_and_without_the_country() -> None:
    assert set(analyse("+374 91 12-34-56")) & set(analyse("091123456")) == {"91123456"}
    assert "555123456" in analyse("tel. 555 12 34 56") or "55123456" in analyse("tel. 555 12 34 56")


def test_words_typed_in_latin_letters_get_the_terms_of_their_own_script() -> None:
    assert "ինտերնետ" in analyse("barev dzez, im internety chi ashxatum")
    assert "ინტერნეტი" in analyse("gamarjoba, interneti ar mushaobs")
    assert "доставк" in analyse("privet, kogda dostavka?")
    assert analyse("hello, when is my delivery?") == ["hello", "when", "is", "my", "deliveri"]


def test_transliterations_go_both_ways() -> None:
    assert transliterations("Հայաստան") == ["hayastan"]
    assert transliterations("გამარჯობა") == ["gamarjoba"]
    assert "բարեվ" in transliterations("barev")
    assert "გადახდა" in transliterations("gadaxda")
    assert "щербаков" in transliterations("shcherbakov")
    assert transliterations("12") == []


@given(st.text(max_size=200))
@settings(deadline=None)
def test_terms_are_runs_of_letters_and_digits_whatever_comes_in(text: str) -> None:
    for stream in index_text(text):
        for term in stream.split():
            assert term.isalnum()
            assert term == fold(term)
            assert len(term) <= 64
    assert index_text(text).lemmas == " ".join(analyse(text))


def test_only_the_beginning_of_a_long_text_is_indexed() -> None:
    text = "ა" * 50 + " ბოლო " + "სიტყვა " * 20_000 + " დასასრული"
    terms = analyse(text)
    assert terms.count("სიტყვა") < 6_000
    assert analyse("დასასრული")[0] not in terms
    assert len(analyse("x" * 1_000_000)[0]) == 64


def test_near_misses_share_trigrams() -> None:
    right, wrong = set(trigrams("ինտերնետից")), set(trigrams("ինտերնէտ"))
    assert len(right & wrong) >= 5
    assert trigrams("a b") == ["0a", "0b"] or trigrams("a b") == []


@pytest.mark.parametrize(
    ("text", "language", "read"),
    [
        ("barev dzez, inchpes poxem gaxtnabary", None, "բարեվ ձեզ, ինչպես փոխեմ գաղտնաբառը"),
        ("gamarjoba, parolis shecvla minda", None, "გამარჯობა, პაროლის შეცვლა მინდა"),
        ("gde moya posylka?", None, "где моя посылка?"),
        ("zambyughs chi hasel", "hy", "զամբյուղս չի հասել"),  # no frequent word, but the dictionary has them
        ("rodis mova amanati", "ka", "როდის მოვა ამანათი"),
        ("patvers ur e", None, "patvers ur e"),  # nothing tells that this is Armenian …
        ("patvers ur e", "hy", "պատվերս ur e"),  # … but its conversation
        ("how do I change the password", "hy", "how do I change the password"),
        ("password reset", "ka", "password reset"),
        ("gde moya posylka?", "hy", "gde moya posylka?"),
        ("Բարև, Wi-Fi-ը չկա", "hy", "Բարև, Wi-Fi-ը չկա"),
        ("iPhone 13 Pro", "hy", "iPhone 13 Pro"),
        ("", "hy", ""),
    ],
)
def test_what_is_typed_in_latin_letters_is_read_in_its_own(text: str, language: str | None, read: str) -> None:
    assert in_own_letters(text, language) == read
