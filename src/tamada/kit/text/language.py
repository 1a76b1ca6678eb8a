"""Which language a text is in: by its script, then by frequent words where a script serves several languages."""

import re
from functools import lru_cache
from typing import Literal

from tamada.kit.text.normalise import WORD, fold

Language = Literal["hy", "ka", "ru", "en", ""]
LANGUAGES: tuple[Literal["hy", "ka", "ru", "en"], ...] = ("hy", "ka", "ru", "en")

_ARMENIAN = re.compile(r"[\u0531-\u0588\ufb13-\ufb17]+")
_GEORGIAN = re.compile(r"[\u10a0-\u10ff\u1c90-\u1cbf\u2d00-\u2d2d]+")
_CYRILLIC = re.compile(r"[\u0400-\u052f]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_FOREIGN = re.compile(r"[^\x00-\u036f]+")
# A long text shows its language in its first pages.
_SAMPLE = 8_000
_ADDRESS = re.compile(r"\S*(?:://|@|www\.)\S*")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH = _words(
    """
    a about after all am an and any are as at be been but by can could did do does doesn don for from had has have hello
    hi how i if in into is it its just like me more my new no not now of on one only or order our out please set she so
    some tell than thank thanks that the their them then there they this to today tomorrow up us was we what when where
    which who why will with would yes you your
    """
)
_ROMAN_ARMENIAN = _words(
    """
    ase asel ashkhatum ashxatum asum aydpes ays aysor barev bari che chem chi chka chuni duk duq dzer dzez eghav em
    enq erb erek es esor et ete ev exav gin gumar hamar hanel hashiv havanabar het hima himi im inch inchpes inchqan
    inchu indz inz isk kap karam kareli karogh karox khndrem khndrum ktal ktam kuzeyi lav mek mer mersi mez mots
     naev nayev nerel nor nuyn orn ov pahin patver petk petq piti poghel poxel qan qani qanisin shat shnorhakal
    shnorhakalutyun shut sirov sksel stanal talis tvek tvel unem uneq uni uxarkel uzum vaghy vaxy vor vorn vorpes
    vortegh vortex xndir xndrem xndrum yerb yerek zang zangel zangeq
    """
)
_ROMAN_GEORGIAN = _words(
    """
    aba agar ai amas amis aq aqvs ar ara arian aris chemi chemtan chveni cota dges dghes diakh didad didi dila dilis
    fasi gadakhda gadaxda gamarjoba gamarjobat gamortulia gaqvt gaumarjos gavigo ghirs girs gmadlob gmadlobt gthovt
    gtkhovt gtxovt gushin gusin gvaqvs ikneba interneti iqneba kargad kargi khart khval kidev madloba madlobt magram
    mainteresebs maqvs mchirdeba minda mindoda mokled momecit mshvidobisa musaobs mushaobs raime ramdeni ras
    ratom rodis rogor rom romeli romelic saertod sagamos shegidzliat sheidzleba shekveta shemidzlia shen tkven tqven
    tqveni tqvens uari ukve unda vera vin vis xar xart xom xval
    """
)
_ROMAN_RUSSIAN = _words(
    """
    bolshe bolshoe bolshoye budet byl byla bylo chego chem chto den dengi dlya dobriy dobroe dobroye dobryi dobryy
    eshche esli est eto etot gde hochu ili ispravit kak kakaya kakie kakiye kakoe kakoi kakoy kakuyu karta kartu
    karty khochu kogda kotoriy kotoryy kto kuda kupit menya mne mnogo moego mogu moi moih moikh moiu moy moya moyo
    moyu mozhesh mozhete mozhno nado najdi naydi nelzya nuzhen nuzhna nuzhno ochen otkuda parol pochemu podskazhite
    poka pokazhi pokazhite pomenyat pomogite pomoshch posle posylka posylku pozhaluista pozhaluysta privet rabotaet
    rabotayet rasskazhi raz schet segodnya seichas seychas skazhi skazhite skolko snova sobitiya spasibo stoit svoy
    tak takzhe tam tebya teper tolko tozhe tut utra utro utrom uzhe vam vas vchera vechera vecherom vklyuchi
    vklyuchit vmesto vot vremya vse vsegda vyklyuchi vyklyuchit xochu zachem zakaz zavtra zdravstvuite zdravstvuyte
    """
)


def _count(letters: re.Pattern[str], text: str) -> int:
    """How many characters of a text are in the runs that `letters` finds."""
    return sum(map(len, letters.findall(text)))


@lru_cache(maxsize=2_048)
def _detect_sample(sample: str) -> Language:
    counts = {
        "hy": _count(_ARMENIAN, sample),
        "ka": _count(_GEORGIAN, sample),
        "ru": _count(_CYRILLIC, sample),
    }
    latin = _count(_LATIN, sample)
    native: Literal["hy", "ka", "ru"] = max(("hy", "ka", "ru"), key=lambda code: counts[code])
    # Product names, addresses and signatures put Latin letters into any text, so a native script weighs threefold.
    if counts[native] and counts[native] * 3 >= latin:
        return native
    return _detect_latin(sample) if latin else ""


def _detect_latin(sample: str) -> Language:
    """Tell English from Armenian, Georgian and Russian typed in Latin letters; "" when it is none of them."""
    words = [fold(word) for word in WORD.findall(_ADDRESS.sub(" ", sample))][:400]
    if not words:
        return ""
    scores: dict[Language, float] = {
        "en": sum(map(is_frequent_english, words)),
        "hy": sum(word in _ROMAN_ARMENIAN for word in words),
        "ka": sum(word in _ROMAN_GEORGIAN for word in words),
        "ru": sum(word in _ROMAN_RUSSIAN for word in words),
    }
    best = max(scores, key=lambda code: scores[code])
    if scores[best]:
        rivals = [code for code in scores if scores[code] == scores[best]]
        return best if len(rivals) == 1 else ("en" if "en" in rivals else best)
    return "en" if sample.isascii() or not any(char in "äçéèêàöüßñãõåøąęłšžčıº" for char in sample.lower()) else ""


def detect_language(text: str) -> Language:
    """The language of a text as ``hy``, ``ka``, ``ru`` or ``en``; ``""`` when there is nothing to tell it by.

    Armenian, Georgian and Russian typed in Latin letters are recognised by their most frequent words, so a text of
    unknown Latin words counts as English.
    """
    return _detect_sample(text[:_SAMPLE])


def is_romanised(text: str) -> Language:
    """The language behind a text typed in Latin letters; ``""`` for English and for a script of its own."""
    return _romanised_sample(text[:_SAMPLE])


@lru_cache(maxsize=2_048)
def _romanised_sample(sample: str) -> Language:
    language = _detect_sample(sample)
    if language in ("", "en"):
        return ""
    return language if _count(_LATIN, sample) > 4 * _count(_FOREIGN, sample) else ""


def is_frequent_english(word: str) -> bool:
    """Whether a word is among the most frequent ones of English."""
    return fold(word).split("'")[0] in _ENGLISH


def script_language(word: str) -> Language:
    """The language whose script a single word is written in (Latin letters count as English, digits as none)."""
    for char in word:
        if char < "\u0100":
            if char.isalpha():
                return "en"
        elif "\u0400" <= char <= "\u052f":
            return "ru"
        elif "\u0531" <= char <= "\u0588":
            return "hy"
        elif "\u10a0" <= char <= "\u10ff":
            return "ka"
    return ""
