"""What people write, as sentences: which ask, which greet, thank or ask for news alone, what names somebody. Pure.

Patterns of one script never match another's, so each holds the four languages at once. This tells whether a line is fit
to be shown; what a language model must not see is hidden by `assistant.llm.redaction`, which knows the people too.
"""

import re
from typing import Final

from .normalise import fold

SHORT: Final = 80
"""What is longer says more than a greeting or thanks, however it begins."""
_SPACE: Final = re.compile(r"\s+")
# The Armenian full stop looks like a colon, and is often typed as one; a question mark stands inside its word.
_STOPS: Final = r"(?<=[.!?…։])[\"»”')\]]*\s+|(?<=[\u0531-\u0587]:)\s+"
_END: Final = re.compile(rf"{_STOPS}|\n\s*\n|\n(?=\s*(?:[-–•*]|\d+[.)])\s)")
_END_OR_LINE: Final = re.compile(rf"{_STOPS}|\n+")

_GREETINGS: Final = (
    r"(?:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day))\b",
    r"(?:привет|privet|здравству|добр(?:ый|ое|ого)\s+(?:день|утро|вечер|времени)|уважаем|дорог(?:ой|ая|ие)\b)",
    r"(?:բարև|բարեւ|ողջույն|ողջուն|հարգելի|սիրելի|բարի\s+(?:օր|լույս|երեկո)|barev|voghjuyn)",
    r"(?:გამარჯობა|სალამი|მოგესალმ|(?:დილა|დღე|საღამო)\s+მშვიდობისა|პატივცემულ|ძვირფას|gamarjoba)",
)
_COURTESIES: Final = (
    r"(?:thank|thx\b|(?:kind |best |warm )?regards|best(?: wishes|\W*$)|sincerely|yours|cheers\b)",
    r"(?:спасибо|благодар|заранее\s+(?:спасибо|благодар)|с\s+уважением|всего\s+(?:доброго|хорошего))",
    r"(?:շնորհակալ|նախապես|հարգանք|հարգանոք)",
    r"(?:მადლობ|გმადლობ|პატივისცემ|წინასწარ\s+გმადლობ)",
)


def _starting(*parts: str) -> str:
    return rf"(?<!\w)(?:{'|'.join(parts)})"


_ANYBODY: Final = r"(?:\s+(?:there|all|everyone|team|всем|ձեզ|ყველას))?"
_ONLY_GREETING: Final = re.compile(rf"\W*(?:{'|'.join(_GREETINGS)})\w*{_ANYBODY}\W*", re.IGNORECASE)
GREETING: Final = re.compile(_starting(*_GREETINGS), re.IGNORECASE)
_POLITE: Final = re.compile(rf"\W*{_starting(*_GREETINGS, *_COURTESIES)}", re.IGNORECASE)
PERSONAL: Final = re.compile(
    r"(?<!\S)\S*@\S+|https?://\S+|www\.\S+|(?<!\w)(?=(?:[\w/-]*\d){3})(?=[\w/-]*[^\W\d])[\w/-]{4,}(?!\w)"
    r"|\+?\d[\d\s().-]{5,}\d|\b\d{5,}\b"
)
"""Addresses, codes of letters and digits, telephone and other long numbers; a price or an hour is nobody's."""
_HOURS: Final = re.compile(r"\b\d{1,2}[:.]\d{2}\b")

# -- thanks and asking for news ---------------------------------------------------------------------------------------


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_THANKS: Final = _words(
    "thanks thank thx helped merci mersi cheers "
    "спасибо благодарю благодарим помогло помогли понятно ясно спс spasibo "
    "շնորհակալություն շնորհակալ շնորհակալություններ օգնեց օգնեցիք պարզ մերսի shnorhakalutyun shnorhakal "
    "მადლობა მადლობთ გმადლობთ დამეხმარა დამეხმარეთ გასაგებია გასაგები madloba gmadlobt"
)
_BESIDE_THANKS: Final = _words(
    "you so very much many a lot that it this has really ok okay oh great perfect good nice super got i all clear is "
    "understood see now works yes bye hi hello hey well for and "
    "большое огромное вам вас тебе очень это да ок окей хорошо отлично супер прекрасно понял поняла понятно все всего "
    "теперь уже работает заработало разобрался разобралась получилось здравствуйте привет свидания до так и я мне вы "
    "շատ մեծ եմ ենք եք ձեզ քեզ է ամեն ինչ հասկացա հասկանալի լավ այո դա սա իսկապես հիմա արդեն աշխատում բարեվ ողջույն օկ "
    "դուք եվ ես անչափ հաջողություն ցտեսություն "
    "დიდი დიდად ძალიან ყველაფერი კარგი კარგია გავიგე მივხვდი თქვენ კი ეს უკვე ახლა მუშაობს გამარჯობა ნახვამდის ოკ "
    "დახმარებისთვის პასუხისთვის ინფორმაციისთვის და მე"
)
"""What may stand beside thanks and asks for nothing."""
_FOR: Final = (
    r"\bfor (?:(?:the|your|all|that|quick|fast|kind) )*(?:help|answer|reply|info|information|support|response)\b",
    r"\bhave a (?:nice|good|great) (?:day|evening|weekend|one)\b",
    r"\bза (?:(?:ваш\w*|быстр\w*|подробн\w*) )*(?:помощь|ответ|информаци\w+|оперативность)\b",
    r"\b(?:хорошего|доброго|приятного) (?:дня|вечера)\b|\bдобрый (?:день|вечер)\b",
    r"\b(?:(?:ձեր|արագ) )*(?:օգնության|պատասխանի|տեղեկության|տեղեկատվության) համար\b|\bբարի (?:օր|երեկո)\b",
)
_THANKS_FOR: Final = re.compile("|".join(_FOR))
_WISHES: Final = (
    r"(?:(?:i |we )?(?:just )?(?:want(?:ed)?|would like|['’]d like) to |many |big |a big )?thank(?:s|\b)",
    r"(?:(?:я |мы )?(?:просто )?(?:хочу|хотел\w*|хотим) (?:\w+ )?|большое |огромное )?(?:спасибо|(?:по)?благодар)",
    r"(?:(?:պարզապես )?(?:ուզում|ցանկանում) ե(?:մ|նք) |շատ |մեծ |անչափ )?շնորհակալ",
    r"(?:(?:უბრალოდ )?(?:მინდა|გვინდა|მსურს) |დიდი |ძალიან დიდი )?(?:მადლობ|გმადლობ)",
)
_WISHING: Final = re.compile(rf"\W*{_starting(*_WISHES)}", re.IGNORECASE)
_BUT: Final = re.compile(
    r"\b(?:but|however|although|still|но|однако|хотя|все еще|все равно|բայց|սակայն|դեռ|მაგრამ|თუმცა|კვლავ|ისევ)\b"
)
_REQUEST: Final = re.compile(r"\b(?:please|пожалуйста|խնդրում|խնդրեմ|გთხოვ\w*|in advance|заранее|նախապես|წინასწარ)\b")
_NEWS: Final = (
    r"(?:any|some|what(?:['’]s| is) the) (?:news|updates?|progress)",
    r"(?:есть|что|какие|каких)(?:[- ]\w+){0,2} (?:новост\w*|нового|слышно)|новостей нет",
    r"նորությու\w+|նոր տեղեկությու\w+|ինչ նոր",
    r"სიახლე\w*|ახალი (?:ინფორმაცია|ამბავი)",
)
NEWS: Final = re.compile(_starting(*_NEWS), re.IGNORECASE)
"""Asking how a matter goes on that was told of before."""
_BESIDE_NEWS: Final = 3
_INSIDE: Final = str.maketrans("", "", "՛՜՞")
"""Signs that Armenian writes inside of a word."""


def sentences(text: str, *, by_line: bool = False) -> list[str]:
    """The sentences of a text, each on one line. Lines of a mail may break anywhere; `by_line` where each ends one."""
    found = (_SPACE.sub(" ", part).strip() for part in (_END_OR_LINE if by_line else _END).split(text))
    return [sentence for sentence in found if sentence]


def has_question_mark(sentence: str) -> bool:
    """Whether it asks, by its mark: `?`, or the Armenian one inside a word."""
    return "?" in sentence or "\u055e" in sentence


def is_polite(line: str) -> bool:
    """Whether it begins by greeting, thanking or signing: a short line that does so says nothing else."""
    return _POLITE.match(line) is not None


def is_greeting(text: str) -> bool:
    """Whether it is a greeting and nothing more."""
    return len(text) <= SHORT and _ONLY_GREETING.fullmatch(text.translate(_INSIDE)) is not None


def is_thanks(text: str) -> bool:
    """Whether it is thanks and nothing more: with one word that may ask for something it is none."""
    if len(text) > SHORT or set(text) & set("?;՞"):
        return False
    said = set(re.findall(r"\w+", _THANKS_FOR.sub(" ", read(text))))
    return bool(said & _THANKS) and said <= _THANKS | _BESIDE_THANKS


def wishes_to_thank(sentence: str) -> bool:
    """Whether it thanks, for whatever it tells of, and asks for nothing."""
    if is_thanks(sentence):
        return True
    if _WISHING.match(sentence) is None or has_question_mark(sentence) or goes_on(sentence):
        return False
    return _REQUEST.search(read(sentence)) is None


def goes_on(sentence: str) -> bool:
    """Whether a "but" or a "still" is in it: what began politely says something else."""
    return _BUT.search(read(sentence)) is not None


def asks_for_news(sentence: str) -> bool:
    """Whether it asks how things go, and hardly says of what: "Any news?"."""
    left, found = NEWS.subn(" ", read(sentence))
    return bool(found) and len(re.findall(r"\w+", left)) <= _BESIDE_NEWS


def read(text: str) -> str:
    """A text as the lists of words here are written: folded, without what Armenian writes inside of a word."""
    return fold(text.translate(_INSIDE)).replace("ё", "е")


def is_personal(line: str) -> bool:
    """Whether it holds an address, a number or a code that tells whose it is."""
    return PERSONAL.search(_HOURS.sub("", line)) is not None
