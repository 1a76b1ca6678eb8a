"""Who works at the demo company and who its customers are."""

from dataclasses import dataclass
from random import Random
from typing import Final

DOMAIN: Final = "arevik.example"

TEAMS: Final = ("Սպասարկում", "Հաշիվներ", "Այցելություններ")

# name, e-mail, role, teams (by position in TEAMS), language; who signs in first reads in that of their browser
AGENTS: Final = (
    ("Նարե Հարությունյան", "nare", "admin", (0, 1, 2), ""),
    ("Դավիթ Պետրոսյան", "davit", "lead", (0, 2), "hy"),
    ("ნინო გელაშვილი", "nino", "agent", (0, 1), "ka"),
    ("გიორგი მაისურაძე", "giorgi", "agent", (0, 2), "ka"),
    ("Ольга Смирнова", "olga", "agent", (1,), "ru"),
    ("Anna Clarke", "anna", "observer", (0, 1, 2), "en"),
)

# name, address, team (by position in TEAMS), languages it answers in
INBOXES: Final = (
    ("Սպասարկում", "support", 0),
    ("Հաշիվներ", "billing", 1),
    ("Այցելություններ", "service", 2),
)

# Which inbox a scenario's mail goes to.
INBOX_OF: Final = {
    "no_internet": 0,
    "slow": 0,
    "double_charge": 1,
    "invoice": 1,
    "visit": 2,
    "move": 0,
    "repair": 2,
    "tariff": 0,
    "contract": 1,
    "praise": 0,
}

# Tags by scenario, in the words of the company's own language.
TAGS_OF: Final = {
    "no_internet": "Վթար",
    "slow": "Արագություն",
    "double_charge": "Վերադարձ",
    "invoice": "Հաշիվ",
    "visit": "Այց",
    "move": "Տեղափոխում",
    "repair": "Վերանորոգում",
    "tariff": "Սակագին",
    "contract": "Պայմանագիր",
    "praise": "Գովեստ",
}

SHARES: Final = {"hy": 42, "ka": 30, "ru": 16, "en": 12}

_GIVEN: Final = {
    "hy": "Անի Տիգրան Մարիամ Դավիթ Նարեկ Լուսինե Արմեն Գայանե Հայկ Սոնա Վահե Աստղիկ Գոռ Մանե Արթուր Հասմիկ Կարեն Էլեն",
    "ka": "ნინო გიორგი მარიამ ლევან თამარ დათო ეკა ზურაბ ქეთევან ლუკა სალომე ირაკლი ანა ვახტანგ მაკა სანდრო",
    "ru": "Иван Ольга Сергей Елена Алексей Наталья Дмитрий Ирина Андрей Светлана Михаил Юлия",
    "en": "Lucy Omar John Emma Daniel Sophie Mark Laura Peter Grace Adam Helen",
}
_FAMILY: Final = {
    "hy": "Հակոբյան Սարգսյան Գրիգորյան Պետրոսյան Մկրտչյան Հովհաննիսյան Ավետիսյան Խաչատրյան Վարդանյան Մարտիրոսյան",
    "ka": "ბერიძე კაპანაძე ლომიძე გელაშვილი მაისურაძე გიორგაძე წიკლაური კვარაცხელია ხვედელიძე ჯაფარიძე",
    "ru": "Петров Кузнецов Иванов Соколов Морозов Волков Павлов Орлов",
    "en": "Brown Haddad Carter Wilson Evans Turner Hughes Cooper",
}
_FEMALE_RU: Final = frozenset(["Ольга", "Елена", "Наталья", "Ирина", "Светлана", "Юлия"])
_CITIES: Final = {
    "hy": ("Երևան", "Գյումրի"),
    "ka": ("თბილისი", "ქუთაისი"),
    "ru": ("Ереван", "Тбилиси"),
    "en": ("Yerevan", "Tbilisi"),
}
_MAIL: Final = {"hy": "post.example", "ka": "fosta.example", "ru": "pochta.example", "en": "mail.example"}

TECHNICIANS: Final = {
    "hy": ("Արամ", "Սուրեն", "Գագիկ"),
    "ka": ("ზაზა", "თემური", "ბექა"),
    "ru": ("Арам", "Сурен", "Заза"),
    "en": ("Aram", "Suren", "Zaza"),
}

COMPANIES: Final = (
    "Տուֆ Շին",
    "Masis Dental",
    "კლინიკა ვერა",
    "Сад и Дом",
    "Ararat Books",
    "ღვინის სახლი",
    "Hotel Kura",
    "Լիլիթ Սրճարան",
)


@dataclass(frozen=True, slots=True)
class Person:
    """One customer to be."""

    name: str
    first_name: str
    language: str
    email: str
    phone: str
    city: str


def people(random: Random, count: int) -> list[Person]:
    """`count` customers, languages by `SHARES`; the same for the same `random`."""
    languages = random.choices(list(SHARES), list(SHARES.values()), k=count)
    return [_person(random, i, language) for i, language in enumerate(languages)]


def _person(random: Random, number: int, language: str) -> Person:
    first = random.choice(_GIVEN[language].split())
    family = random.choice(_FAMILY[language].split())
    if first in _FEMALE_RU:
        family += "а"
    country = "+374" if language == "hy" or (language != "ka" and random.random() < 0.5) else "+995"
    digits = f"{random.choice((91, 93, 94, 98, 77))}{random.randrange(10**6):06d}"
    phone = f"+374{digits}" if country == "+374" else f"+9955{random.choice('5679')}{random.randrange(10**7):07d}"
    return Person(
        name=f"{first} {family}",
        first_name=first,
        language=language,
        email=f"{language}{number:03d}@{_MAIL[language]}",
        phone=phone,
        city=random.choice(_CITIES[language]),
    )
