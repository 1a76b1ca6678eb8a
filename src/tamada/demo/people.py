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

# Which inbox a scenario comes to; the one after the mail inboxes is the chat of the site.
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
    "chat": 3,
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
    "chat": "Կայք",
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
# City and country; a company and a telephone number are of the same country.
_CITIES: Final = {
    "hy": (("Երևան", "am"), ("Գյումրի", "am")),
    "ka": (("თბილისი", "ge"), ("ქუთაისი", "ge")),
    "ru": (("Ереван", "am"), ("Тбилиси", "ge")),
    "en": (("Yerevan", "am"), ("Tbilisi", "ge")),
}
_MAIL: Final = {"hy": "post.example", "ka": "fosta.example", "ru": "pochta.example", "en": "mail.example"}

TECHNICIANS: Final = {
    "hy": ("Արամ", "Սուրեն", "Գագիկ"),
    "ka": ("ზაზა", "თემური", "ბექა"),
    "ru": ("Арам", "Сурен", "Заза"),
    "en": ("Aram", "Suren", "Zaza"),
}

COMPANIES: Final = {
    "am": ("Տուֆ Շին", "Masis Dental", "Сад и Дом", "Ararat Books", "Լիլիթ Սրճարան"),
    "ge": ("კლინიკა ვერა", "ღვინის სახლი", "Hotel Kura"),
}


# name, subject, text
SPAMMERS: Final = (
    ("Mega Casino", "You won 250 free spins", "Dear winner, claim your 250 free spins and a 300 % bonus today only."),
    ("SEO Experts", "Your website on page one", "We checked your website. For 99 a month it ranks first. Reply YES."),
    ("Payment Service", "Your mailbox is full", "Your mailbox will be closed. Confirm your password within 24 hours."),
    (
        "Кредит Онлайн",
        "Вам одобрен кредит",
        "Кредит до 3 000 000 без справок. Осталось подписать заявку.",
    ),
    (
        "Crypto Signals",
        "Double your bitcoin",
        "Our robot doubles any deposit in 48 hours. 1 204 clients agree.",
    ),
    ("Cheap Watches", "Replica watches, 80 % off", "Luxury watches for a tenth of the price. Free delivery worldwide."),
    ("Mr. Johnson", "Confidential proposal", "I am a bank director and seek a trusted partner to move 12.5 million."),
    ("База компаний", "База 50 000 клиентов", "Продаём базы компаний с адресами и телефонами. Первые 500 бесплатно."),
    ("Parcel Office", "Your parcel is waiting", "Your parcel could not be delivered. Pay the fee of 1.99 by the link."),
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
    country: str


def people(random: Random, count: int) -> list[Person]:
    """`count` customers, languages by `SHARES`, no two of one name; the same for the same `random`."""
    languages = random.choices(list(SHARES), list(SHARES.values()), k=count)
    names = {language: _names(random, language) for language in SHARES}
    return [_person(random, i, language, *names[language].pop()) for i, language in enumerate(languages)]


def spammers() -> list[Person]:
    """Who writes what nobody asked for."""
    return [
        Person(name, name, "en" if subject.isascii() else "ru", f"spam{i}@offers.example", "", "", "")
        for i, (name, subject, _text) in enumerate(SPAMMERS)
    ]


def _names(random: Random, language: str) -> list[tuple[str, str]]:
    """Every pair of a first and a family name, shuffled; then all again, should they not suffice."""
    pairs = [(first, family) for first in _GIVEN[language].split() for family in _FAMILY[language].split()]
    return [pair for _round in range(4) for pair in random.sample(pairs, len(pairs))]


def _person(random: Random, number: int, language: str, first: str, family: str) -> Person:
    if first in _FEMALE_RU:
        family += "а"
    city, country = random.choice(_CITIES[language])
    digits = f"{random.choice((91, 93, 94, 98, 77))}{random.randrange(10**6):06d}"
    phone = f"+374{digits}" if country == "am" else f"+9955{random.choice('5679')}{random.randrange(10**7):07d}"
    return Person(
        name=f"{first} {family}",
        first_name=first,
        language=language,
        email=f"{language}{number:03d}@{_MAIL[language]}",
        phone=phone,
        city=city,
        country=country,
    )
