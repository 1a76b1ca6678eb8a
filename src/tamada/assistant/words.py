"""What a customer means who wants no article: a person, to say thanks, or to hear of their own requests. Pure.

Few patterns, each of which needs a verb beside its noun or stands alone: who asks of an "agent's fee" wants no agent.
"""

import re
from typing import Final

from tamada.kit.text import speech


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


_SOMEBODY: Final = {
    "en": r"(?:human|operator|representative|manager|somebody|someone)",
    "ru": r"(?:оператор\w*|менеджер\w*|кем[- ]нибудь|кем[- ]то|кто[- ]нибудь)",
    "hy": r"(?:օպերատոր\w*|մենեջեր\w*|ինչ-որ մեկ\w*)",
    "ka": r"(?:ოპერატორ\w*|მენეჯერ\w*|ვინმე\w*)",
}
"""Whom one wants only in order to talk with them."""
_ANYBODY: Final = {
    "en": rf"(?:person|agent|employee|colleague|consultant|{_SOMEBODY['en']})",
    "ru": rf"(?:человек\w*|сотрудник\w*|специалист\w*|консультант\w*|{_SOMEBODY['ru']})",
    "hy": rf"(?:մարդ\w*|աշխատակ\w*|մասնագետ\w*|խորհրդատու\w*|{_SOMEBODY['hy']})",
    "ka": rf"(?:ადამიან\w*|თანამშრომ\w*|კონსულტანტ\w*|სპეციალისტ\w*|{_SOMEBODY['ka']})",
}
"""Whom one may also want to visit or to pay: only with a verb of talking, or wanted and nothing else."""
_ENDS: Final = r"(?:\W*$|\s*[,.!])"
_PERSON: Final = _any(
    rf"\b(?:talk|speak|connect|chat|transfer|pass|put|switch|call)\b.{{0,30}}\b{_ANYBODY['en']}\b",
    rf"\b(?:get|give|need|want)\b.{{0,30}}\b{_SOMEBODY['en']}\b",
    rf"\b(?:get|give|need|want)\s+(?:me\s+)?(?:an?\s+|the\s+|your\s+)?{_ANYBODY['en']}(?:\s+please)?{_ENDS}",
    rf"\b(?:real|live|actual)\s+{_ANYBODY['en']}\b",
    rf"^\W*(?:an?\s+|the\s+)?{_ANYBODY['en']}(?:\s+please)?\W*$",
    rf"\b(?:позов|соедин|переключ|перевед|свяж|связа|поговор|пообща|обща|говор)\w*.{{0,30}}\b{_ANYBODY['ru']}",
    rf"\b(?:дайте|нуж|хочу|хотел|можно)\w*.{{0,30}}\b{_SOMEBODY['ru']}",
    rf"\b(?:дайте|нуж\w*|хочу|можно)\s+(?:мне\s+)?{_ANYBODY['ru']}(?:\s+пожалуйста)?{_ENDS}",
    r"\bжив(?:ой|ого|ым|ому)\s+(?:человек|оператор|сотрудник|специалист)\w*",
    rf"^\W*{_ANYBODY['ru']}(?:\s+пожалуйста)?\W*$",
    rf"\b{_ANYBODY['hy']}.{{0,30}}(?:խոս|միաց|կապ|փոխանց|կանչ)\w*",
    rf"\b(?:խոս|միաց|կապ|փոխանց|կանչ)\w*.{{0,30}}\b{_ANYBODY['hy']}",
    rf"\b{_SOMEBODY['hy']}.{{0,30}}(?:ուզում|պետք)|\b(?:ուզում|պետք).{{0,30}}\b{_SOMEBODY['hy']}",
    rf"\b{_ANYBODY['hy']}\s+(?:եմ\s+ուզում|է\s+պետք|պետք\s+է){_ENDS}|\b(?:ուզում\s+եմ|պետք\s+է)\s+{_ANYBODY['hy']}{_ENDS}",
    r"\bկենդանի\s+մարդ\w*",
    rf"^\W*{_ANYBODY['hy']}(?:\s+խնդրում եմ)?\W*$",
    rf"\b{_ANYBODY['ka']}.{{0,30}}(?:ლაპარაკ|საუბ|დაკავშ|დამაკავშ|გადამრთ|დამელაპარაკ)\w*",
    rf"\b(?:ლაპარაკ|საუბ|დაკავშ|დამაკავშ|გადამრთ)\w*.{{0,30}}\b{_ANYBODY['ka']}",
    rf"\b{_SOMEBODY['ka']}.{{0,30}}(?:მინდა|მჭირდ|მომც)|\b(?:მინდა|მჭირდ|მომც)\w*.{{0,30}}\b{_SOMEBODY['ka']}",
    rf"\b{_ANYBODY['ka']}\s+(?:მინდა|მჭირდება){_ENDS}|\b(?:მინდა|მჭირდება|მომეცით)\s+{_ANYBODY['ka']}{_ENDS}",
    r"\bცოცხალ\w*\s+ადამიან\w*",
    rf"^\W*{_ANYBODY['ka']}(?:\s+გთხოვთ)?\W*$",
)


_NOT_HELPED: Final = _any(
    r"\b(?:did ?n.t help|does ?n.t help|not help|not what i|wrong answer|nothing helped|thanks for nothing|not clear)",
    r"\b(?:не помог|не то|не об этом|не подходит|не ?понятно|ничего не понял|не ясно)",
    r"(?:չօգնեց|դա չէ|սխալ պատասխան|պարզ չէ|հասկանալի չէ|չհասկացա)",
    r"(?:არ დამეხმარა|ვერ დამეხმარა|ეს არ არის|არასწორი პასუხი|არ არის გასაგები|გაუგებარია|ვერ გავიგე)",
)
_OWN: Final = _any(
    r"\b(?:status|where|what happened|any news|news|update)\b.{0,40}\bmy (?:\w+ )?"
    r"(?:request|ticket|case|message|enquiry|inquiry|complaint|application)s?\b",
    r"\bmy (?:open )?(?:requests|tickets)\b",
    r"\b(?:статус|где|что с|как там|новост)\w*.{0,40}\bмо\w+ (?:\w+ )?"
    r"(?:запрос|обращени|заявк|тикет|жалоб|заявлени)\w*",
    r"(?:որտեղ|կարգավիճակ|ինչ եղավ|ինչ կա|ինչ փուլ).{0,40}իմ (?:\w+ )?(?:հարցում|դիմում|հայտ|բողոք)\w*",
    r"\bիմ (?:\w+ )?(?:հարցում|դիմում|հայտ|բողոք)\w*.{0,30}(?:որտեղ|կարգավիճակ|ինչ եղավ|ինչ փուլ)",
    r"(?:სად|სტატუს|რა მოხდა|რა ხდება|რა ეტაპ).{0,40}ჩემ\w* (?:\w+ )?(?:მოთხოვნ|განცხად|განაცხად|მიმართვ|საჩივ)\w*",
    r"ჩემ\w* (?:\w+ )?(?:მოთხოვნ|განცხად|განაცხად|მიმართვ|საჩივ)\w*.{0,30}(?:სად|სტატუს|რა მოხდა|რა ეტაპ)",
)


def asks_for_person(text: str) -> bool:
    """Whether they want to talk with somebody."""
    return bool(_PERSON.search(_read(text)))


def says_it_helped(text: str) -> bool:
    """Whether it is thanks and nothing more: with one word that may ask for something it is none."""
    return not says_it_did_not(text) and speech.is_thanks(text)


def says_it_did_not(text: str) -> bool:
    """Whether what was said is of no use to them."""
    return len(text) <= speech.SHORT and _NOT_HELPED.search(_read(text)) is not None


def asks_about_own(text: str) -> bool:
    """Whether they ask what became of what they wrote to us."""
    return bool(_OWN.search(_read(text)))


def is_greeting(text: str) -> bool:
    """Whether it is a greeting and nothing more."""
    return speech.is_greeting(text)


def has_words(text: str) -> bool:
    """Whether there is anything to be understood."""
    return any(char.isalpha() for char in text)


def _read(text: str) -> str:
    return speech.read(text[:2_000])


_MAIL: Final = re.compile(r"\S+@\S+")
_NUMBER: Final = re.compile(r"\+?\d[\d\s().-]{4,}\d|\d{4,}")


_CODE: Final = re.compile(r"\S*@\S+|https?://\S+|(?<!\w)(?=[\w-]*\d)[\w-]{4,}(?!\w)|\+?\d[\d\s().-]{4,}\d")


def without_codes(text: str) -> str:
    """A question without what names one order or one person, and says nothing about what is asked; the whole where
    nothing else is in it.
    """
    left = " ".join(_CODE.sub(" ", text).split())
    return left if has_words(left) else text


def without_numbers(text: str) -> str:
    """A question without the addresses and long numbers that name whoever asked it."""
    return " ".join(_NUMBER.sub("0", _MAIL.sub("@", text)).split())
