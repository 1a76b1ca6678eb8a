"""A corpus of support mail in Armenian, Georgian, Russian and English, the same for the same seed.

python benchmarks/mail_corpus.py [COUNT] [FOLDER] writes NNNNN.eml, corpus.mbox and manifest.jsonl.

Two in five mails answer an earlier one, in four ways: by In-Reply-To, by References alone, by the subject token with
ids that nobody knows, and by an old reference among foreign ones. A subject token is written `[@THREAD@]`; whoever
sends the corpus replaces it by the number that the system under test gave that thread.
"""

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from email.charset import BASE64, QP, Charset
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formatdate
from pathlib import Path

ADDRESS = "support@help.example"
START = 1_767_225_600
"""The date of the first mail: 2026-01-01."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language's people, subjects and sentences."""

    weight: int
    domain: str
    people: tuple[tuple[str, str], ...]
    subjects: tuple[str, ...]
    sentences: tuple[str, ...]
    away: str


TONGUES = {
    "hy": Tongue(
        40,
        "foster.example",
        (
            ("Արմեն Վարդանյան", "armen"),
            ("Լուսինե Ավետիսյան", "lusine"),
            ("Գոհար Մելքոնյան", "gohar"),
            ("Հայկ Եղիազարյան", "hayk"),
        ),
        (
            "Ինտերնետը չի աշխատում",
            "Հաշիվ {n}",
            "Տեխնիկի այցը",
            "Սակագնի փոփոխություն",
            "Պայմանագիր {n}",
            "Ռոուտերի խնդիր",
        ),
        (
            "Բարև Ձեզ, երեկվանից ինտերնետը չի աշխատում։", "Խնդրում եմ ուղարկել հաշիվ {n}-ի պատճենը։",
            "Տեխնիկը պետք է գար ժամը տասին, բայց չեկավ։", "Վճարել եմ, բայց պարտքը դեռ երևում է։",
            "Ե՞րբ կմիացնեք նոր սակագինը։", "Ռոուտերի լույսը կարմիր է։", "Շնորհակալություն օգնության համար։",
            "Իմ պայմանագրի համարն է {n}։",
            "Մեր շենքի մյուս բնակիչներն էլ կապ չունեն։",
            "Խնդրում եմ զանգահարել երեկոյան։",
        ),
        "Ես արձակուրդում եմ մինչև երկուշաբթի։",
    ),
    "ka": Tongue(
        30,
        "fosta.example",
        (
            ("თამარ გიორგაძე", "tamar"),
            ("ლუკა მაისურაძე", "luka"),
            ("ნანა ქავთარაძე", "nana"),
            ("ირაკლი წიკლაური", "irakli"),
        ),
        (
            "ინტერნეტი არ მუშაობს",
            "ანგარიში {n}",
            "ტექნიკოსის ვიზიტი",
            "ტარიფის შეცვლა",
            "ხელშეკრულება {n}",
            "როუტერის პრობლემა",
        ),
        (
            "გამარჯობა, გუშინდელიდან ინტერნეტი არ მუშაობს.", "გთხოვთ გამომიგზავნოთ ანგარიში {n}.",
            "ტექნიკოსი ათ საათზე უნდა მოსულიყო, მაგრამ არ მოვიდა.", "გადავიხადე, მაგრამ ვალი ისევ ჩანს.",
            "როდის ჩართავთ ახალ ტარიფს?", "როუტერზე წითელი შუქი ანთია.", "მადლობა დახმარებისთვის.",
            "ჩემი ხელშეკრულების ნომერია {n}.", "ჩვენს კორპუსში არავის აქვს კავშირი.", "გთხოვთ დამირეკოთ საღამოს.",
        ),
        "შვებულებაში ვარ ორშაბათამდე.",
    ),
    "ru": Tongue(
        15,
        "pochtamt.example",
        (
            ("Мария Орлова", "maria"),
            ("Павел Громов", "pavel"),
            ("Анна Белова", "annab"),
            ("Игорь Котов", "igor"),
        ),
        (
            "Интернет не работает",
            "Счёт {n}",
            "Визит мастера",
            "Смена тарифа",
            "Договор {n}",
            "Проблема с роутером",
        ),
        (
            "Здравствуйте, со вчерашнего дня не работает интернет.", "Пришлите, пожалуйста, копию счёта {n}.",
            "Мастер должен был прийти в десять, но не пришёл.", "Я оплатил, но долг всё ещё виден.",
            "Когда включите новый тариф?", "На роутере горит красная лампочка.", "Спасибо за помощь.",
            "Номер моего договора {n}.", "У соседей тоже нет связи.", "Позвоните, пожалуйста, вечером.",
        ),
        "Я в отпуске до понедельника.",
    ),
    "en": Tongue(
        15,
        "letters.example",
        (
            ("Grace Miller", "grace"),
            ("Peter Novak", "peter"),
            ("Sara Lindt", "sara"),
            ("Tom Okafor", "tom"),
        ),
        (
            "Internet is down",
            "Bill {n}",
            "Technician visit",
            "Change of tariff",
            "Contract {n}",
            "Router problem",
        ),
        (
            "Hello, the internet has been down since yesterday.", "Please send me a copy of bill {n}.",
            "The technician was due at ten and did not come.", "I have paid, but the debt is still shown.",
            "When will you switch on the new tariff?", "The light on the router is red.", "Thank you for your help.",
            "My contract number is {n}.", "The neighbours have no connection either.", "Please call me in the evening.",
        ),
        "I am out of the office until Monday.",
    ),
}  # fmt: skip

HTML = (
    "<html><head><style>p{{margin:0}}</style></head><body><div dir=ltr>{body}</div>{quote}"
    "<br><table border=0><tr><td style='color:#888'>{name}</td></tr></table></body></html>"
)


@dataclass(slots=True)
class Thread:
    """One matter of one customer."""

    number: int
    tongue: str
    name: str
    email: str
    subject: str
    ids: list[str] = field(default_factory=list)
    first_text: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of a mail. `kind` is how it finds its thread: new, reply, references, token or foreign."""

    number: int
    message_id: str
    thread: int
    kind: str
    automatic: bool
    language: str
    sender: str
    subject: str
    text: str
    attachment: bool


def corpus(count: int = 2000, seed: int = 20260105) -> Iterator[tuple[Entry, bytes]]:
    """The mails in the order in which they are sent."""
    yield from _Writer(random.Random(seed)).mails(count)


class _Writer:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.threads: list[Thread] = []
        self.customers = [self._customer(number) for number in range(600)]

    def _customer(self, number: int) -> tuple[str, str, str]:
        tongue = self.dice.choices(list(TONGUES), [t.weight for t in TONGUES.values()])[0]
        name, latin = self.dice.choice(TONGUES[tongue].people)
        return tongue, name, f"{latin}.{number}@{TONGUES[tongue].domain}"

    def mails(self, count: int) -> Iterator[tuple[Entry, bytes]]:
        for number in range(count):
            is_new = not self.threads or self.dice.random() < 0.6
            yield self._first(number) if is_new else self._answer(number)

    def _first(self, number: int) -> tuple[Entry, bytes]:
        tongue, name, email = self.dice.choice(self.customers)
        subject = self._filled(self.dice.choice(TONGUES[tongue].subjects))
        thread = Thread(len(self.threads), tongue, name, email, subject)
        self.threads.append(thread)
        return self._mail(number, thread, name, email, kind="new")

    def _answer(self, number: int) -> tuple[Entry, bytes]:
        thread = self.dice.choice(self.threads[-300:] if self.dice.random() < 0.8 else self.threads)
        kind = self.dice.choices(["reply", "references", "token", "foreign"], [50, 15, 25, 10])[0]
        name, email = thread.name, thread.email
        if kind != "token" and self.dice.random() < 0.12:
            _, name, email = self.dice.choice(self.customers)  # a colleague answers
        return self._mail(number, thread, name, email, kind=kind, automatic=self.dice.random() < 0.06)

    def _filled(self, text: str) -> str:
        return text.format(n=self.dice.randint(1000, 99999))

    def _text(self, tongue: str, lines: int = 0) -> str:
        lines = lines or self.dice.randint(2, 9)
        return "\n".join(self._filled(self.dice.choice(TONGUES[tongue].sentences)) for _ in range(lines))

    def _mail(
        self, number: int, thread: Thread, name: str, email: str, *, kind: str, automatic: bool = False
    ) -> tuple[Entry, bytes]:
        message_id = f"<c{number:06d}.{self.dice.getrandbits(40):x}@mx{number % 7}.example.net>"
        text = TONGUES[thread.tongue].away if automatic else self._text(thread.tongue)
        quote = self._quote(thread) if kind != "new" and self.dice.random() < 0.7 else ""
        message = self._body(number, text, quote, name)
        attached = self.dice.random() < 0.1
        if attached:
            message = self._with_file(number, message)
        self._address(message, number, thread, name, email, kind=kind, automatic=automatic)
        message["Message-ID"] = message_id
        thread.ids.append(message_id)
        thread.first_text = thread.first_text or text
        entry = Entry(
            number, message_id, thread.number, kind, automatic, thread.tongue, email, thread.subject, text, attached
        )
        return entry, message.as_bytes().replace(b"\n", b"\r\n")

    def _quote(self, thread: Thread) -> str:
        history = [thread.first_text]
        if self.dice.random() < 0.3:
            history += [self._text(thread.tongue, 8) for _ in range(self.dice.randint(3, 15))]
        return "\n".join(f"> {line}" for line in "\n".join(history).split("\n"))

    def _body(self, number: int, text: str, quote: str, name: str) -> Message:
        above = f"\n\nOn Mon, Jan 5, 2026 Support <{ADDRESS}> wrote:\n{quote}" if quote else ""
        plain = MIMEText(f"{text}{above}\n\n-- \n{name}\n", "plain", self._charset())
        cited = f"<blockquote class=gmail_quote>{quote}</blockquote>".replace("\n", "<br>") if quote else ""
        html = HTML.format(body=text.replace("\n", "<br>"), quote=cited, name=name)
        shape = self.dice.choices(["plain", "both", "html"], [40, 50, 10])[0]
        if shape == "plain":
            return plain
        rich = MIMEText(html, "html", self._charset())
        if shape == "html":
            return rich
        both = MIMEMultipart("alternative", boundary=f"=_alt{number}")
        both.attach(plain)
        both.attach(rich)
        return both

    def _charset(self) -> str:
        charset = Charset("utf-8")
        charset.body_encoding = self.dice.choice([QP, BASE64])
        return charset  # type: ignore[return-value]  # the stubs know only names

    def _with_file(self, number: int, message: Message) -> Message:
        mixed = MIMEMultipart("mixed", boundary=f"=_mix{number}")
        file = MIMEApplication(self.dice.randbytes(50 * 1024), "pdf")
        file.add_header("Content-Disposition", "attachment", filename=f"bill-{number}.pdf")
        mixed.attach(message)
        mixed.attach(file)
        return mixed

    def _address(
        self, message: Message, number: int, thread: Thread, name: str, email: str, *, kind: str, automatic: bool
    ) -> None:
        before = "" if kind == "new" else "Automatic reply: " if automatic else "Re: "
        token = f"[@{thread.number}@] " if kind == "token" else ""
        message["From"] = f"{_encoded(name)} <{email}>"
        message["To"] = f"Support <{ADDRESS}>"
        message["Subject"] = f"{before}{token}{_encoded(thread.subject)}"
        message["Date"] = formatdate(START + number * 97)
        foreign = f"<out{number}.{self.dice.getrandbits(30):x}@help.example>"  # a mail that the system never saw
        known = "\n ".join(thread.ids[-8:])
        if kind == "reply":
            message["In-Reply-To"], message["References"] = self.dice.choice(thread.ids), known
        elif kind == "references":
            message["References"] = known
        elif kind == "token":
            message["In-Reply-To"], message["References"] = foreign, foreign
        elif kind == "foreign":
            message["In-Reply-To"], message["References"] = foreign, f"{thread.ids[0]}\n {foreign}"
        if automatic:
            message["Auto-Submitted"], message["X-Auto-Response-Suppress"] = "auto-replied", "All"


def _encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=70).encode()


def main() -> None:
    """Write the corpus into a folder."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else "corpus")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "manifest.jsonl").open("w") as manifest, (folder / "corpus.mbox").open("wb") as mbox:
        for entry, raw in corpus(count):
            (folder / f"{entry.number:05d}.eml").write_bytes(raw)
            manifest.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
            unix = raw.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
            mbox.write(b"From corpus@example.net Thu Jan  1 00:00:00 2026\n" + unix + b"\n")


if __name__ == "__main__":
    main()
