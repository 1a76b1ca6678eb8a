"""What people say in the four languages when they promise, attach and lose patience: tables of patterns. Pure.

Words of one script never match those of another, so each table holds all languages at once.
"""

import re
from typing import Final


def _any_of(*parts: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})", re.IGNORECASE)


ATTACHED: Final = _any_of(
    r"(?:(?:i|we)\s+(?:have\s+)?attach|attached\b|attachment|enclosed\b|please find (?:the )?(?:file|document))",
    r"(?:прилага|прилож(?:ил|ен)|во\s+вложени|вложен|прикреп(?:ил|ля|лен)|в\s+приложени)",
    r"(?:կցում\s+եմ|կցում\s+ենք|կցված|կցեցի|կցել\s+եմ|կից\s+(?:ուղարկ|փաստ|ֆայլ)|կցորդ)",
    r"(?:თან\s+(?:ერთვის|ვურთავ|გიგზავნ)|ვურთავ|დართულ|დანართ|მიმაგრებ|ვამაგრებ)",
)

HARSH: Final = _any_of(
    r"as (?:i|we)(?:'ve| have)? (?:said|told|wrote|written|mentioned)(?: you)? (?:already|before|above|many)",
    r"as (?:i|we)(?:'ve| have)? already\b",
    r"you should(?:'ve| have)\b|you (?:failed|forgot) to\b|calm down\b|obviously\b",
    r"not (?:our|my) (?:problem|fault)\b|it is your (?:own )?fault",
    r"как (?:я|мы) уже (?:говорил|писал|сказал|сообщал)\w*|успокойтесь|вы (?:должны|обязаны) были|очевидно\b",
    r"(?:это )?не (?:наша|моя) (?:проблема|вина)|вы сами виноваты|читайте внимательн",
    r"ինչպես արդեն (?:ասաց|գրեց|նշեց)\w*|հանգստացեք|դա (?:մեր|իմ) խնդիրը չէ|(?:մեր|իմ) մեղքը չէ|ակնհայտ է\b",
    r"როგორც უკვე (?:გითხარ|მოგწერე|აღვნიშნ)\w*|დამშვიდდით|ცხადია\b|თქვენი ბრალია",
    r"(?:ჩვენი|ჩემი) (?:პრობლემა|ბრალი) არ(?: არის|აა)",
)

# Who promises speaks of themselves in the future. Armenian marks it by կ- and the person's ending, Georgian by a
# preverb and ვ- or the person it is done for; Russian has only the verbs themselves, so the usual ones are listed.
_RU_VERBS = (
    "перезвон|позвон|пришл|вышл|отправ|провер|уточн|отве[тч]|сообщ|исправ|замен|верн|свяж|привез|приед|подготов|сдела|"
    "постара|выясн|реш|напиш|доставим|оформ|почин|разбер|пересчита|организу|обещ"
)
PROMISE: Final = _any_of(
    r"(?:we|i)(?:\s+will|'ll|\u2019ll|\s+shall|\s+promise|\s+are going to|\s+am going to)\b",
    r"(?:technician|courier|colleague|specialist|driver)\s+will\b|will be (?:ready|delivered|sent|there|back)\b",
    rf"(?:{_RU_VERBS})(?!\w*(?:ени|ани))\w*?(?:им|ем|ём|имся|емся|ёмся|[шчжн]у|ю|усь|юсь)\b|будет готов\w*",
    r"(?:техник|курьер|мастер|коллега|специалист)\s+(?:позвонит|приедет|свяжется|привез[её]т)",
    r"կ\w{3,}(?:ենք|անք|եմ|ամ)\b|խոստանում (?:եմ|ենք)|պատրաստ կլինի",
    r"(?:და|გა|გამო|მო|შე|მი|გადა|გადმო|ჩა)(?:ვ|გ)\w{2,}თ?\b(?<=თ)|გპირდებით|მზად იქნება",
)

GAP: Final = re.compile(
    r"\{\{[^{}\n]{0,80}\}\}|\[(?:…|\.\.\.)\]|\[[A-Z]+_\d+\]|\[[^\W\d_][^\[\]\n]{1,30}\](?!\()|<[^\W\d_][^<>\n@./]{1,30}>"
    r"|%\(\w+\)s|_{3,}|\bX{3,}\b|\bTODO\b|\bTBD\b"
)
