"""Armenian words to their lemmas.

A word of the dictionary takes its lemma from there. The rest is found by rule: a form with a known ending whose stem is
a known lemma gives that lemma; a word that stays unknown loses its endings, so that its forms still meet. What stays
apart on purpose: nouns in -ում from their verbs, and abstract nouns in -ություն from what they are made of.
"""

import re

from tamada.kit.text.dictionaries import Dictionary, dictionary

_PARADIGMS = """
ես ինձ ինձանից ինձնից ինձնով իմ իմը իմն
մենք մեզ մեզանից մեզնից մեր մերը մերն մերոնք
դու քեզ քեզանից քեզնից քո քոնը քոնն
դուք ձեզ ձեզանից ձեզնից ձեր ձերը ձերն
նա նրան նրա նրանից նրանով նրանում նրանք նրանց նրանցից նրանցով նրանցում նրանը
սա սրան սրա սրանից սրանով սրանում սրանք սրանց սրանցից սրանցով
դա դրան դրա դրանից դրանով դրանում դրանք դրանց դրանցից դրանցով դրանցում
ինքը ինքն իրեն իր իրենից իրենով իրենք իրենց իրենցից իրենցով իրենցում իրենը
որ որը որն որի որին որից որով որում որոնք որոնց որոնցից որոնցով որոնցում
ով ում ումից ումով ովքեր
եմ է են ենք եք չեմ չէ չեն չենք չեք էի էր էին էինք էիք էիր չէի չէր չէին չես
ունենալ ունեմ ունես ունի ունենք ունեք ունեն ունեի ունեիր ուներ ունեինք ունեիք ունեին չունեմ չունես չունի չունենք
ունենալ չունեք չունեն չուներ չունեին չունեի
գիտենալ գիտել գիտեմ գիտես գիտի գիտենք գիտեք գիտեն գիտեի գիտեր գիտեին չգիտեմ չգիտես չգիտի չգիտենք չգիտեք չգիտեն
գիտենալ չգիտեի չգիտեր
կար կա կան կային կայի կաս կանք չկա չկան չկար չկային կամ
մյուս մյուսը մյուսն մյուսի մյուսին մյուսից մյուսները մյուսներին մյուսների
լավ լավագույն լավագույնը լավագույնն լավագույնս
հայր հոր հորը հորից հորով հորս հորդ հորն
մայր մոր մորը մորից մորով մորս մորդ մորն
եղբայր եղբոր եղբորը եղբորից եղբորս
դուստր դստեր դստերը դստերից
շուն շան շանը շանից
տուն տան տանը տանից տանս
մութ մթան մթանը մթնում
աղջիկ աղջկա աղջկան աղջկանից աղջկերք
տղա տղերք տղերքին տղերքից տղերքի
սկիզբ սկզբում սկզբից սկզբի սկզբին սկիզբը
թիվ թվում թվից թվի թվին թվով թվերը
անել անի անեմ անես անեն արվել արվում արվեց արված արեց արեցի արել արած աներ չաներ չանի
տալ տվեց տվել տված տրվել տրվում տրվեց տրված տրվի տար տաս տամ
դնել դրեց դրել դրած դրված դրվել դրվում դրվեց
գնալ գնաց գնացել գնացի գնացինք գնացին գնացած գնում
գալ եկավ եկել եկած արի եկեք գամ գաս գան գալիս
ասել ասված աս ասա
"""
_IRREGULAR = {form: row.split()[0] for row in _PARADIGMS.strip().splitlines() for form in row.split()}
# What the dictionary calls a lemma and nobody looks for.
_RENAMED = {
    "տենալ": "տեսնել",
    "տեսնալ": "տեսնել",
    "գիտեմ": "գիտենալ",
    "ունեմ": "ունենալ",
    "ունեք": "ունենալ",
    "թռնել": "թռչել",
    "թվալ": "թիվ",
    "էթալ": "գնալ",
    "եղած": "լինել",
    "եկած": "գալ",
}


def _longest_first(text: str) -> tuple[str, ...]:
    return tuple(sorted(set(text.split()), key=lambda ending: (-len(ending), ending)))


_NOUN = _longest_first(
    """
    ներից ներով ներում ների ներին ներն ները ներս ներդ ներիս ներիդ ներիցս ներիցդ ներումս ներումդ ներովս ներովդ ներ
    երից երով երում երի երին երն երը եր երս երդ երիս երիդ երիցս երովս
    ից ով ում ին ի ն ը ս դ իս իդ իցս իցդ ումս ումդ ովս ովդ իցն ովն իցը
    յից յով յում յին յի յիս յիդ ու ուն ուց ուս ուդ վա վան վանից ոջ ոջը ոջն ոջից
    """
)
_VERB = _longest_first(
    """
    ում ել ալ ելու ալու ելուց ալուց ելիս ալիս ելով ալով ելը ալը ելն ալն ելուն ալուն ելիք ալիք
    ած ածը ածի ածն ածներ ող ողը ողի ողն ողին ողներ եց եցի եցիր եցինք եցիք եցին եցեք ացի ացիր աց ացավ ացինք ացիք
    ացին ացած ացող ացել եմ ենք եք աս անք եի եիր եինք եիք եին այի այիր այինք այիք ային իր ին ինք իք ա
    վեց վեցին վեցի վեցինք վում վելու վելով վել ված վածը վածի վող վի վեն վես վեմ վեր վեին վելիս վելուց վիր վեի
    վեիր վենք վեք վեինք վեիք նում նալ նալու նի նեն
    """
)
# The aorist of verbs in -նել: վերադարձրեք of վերադարձնել.
_AORIST = _longest_first("րեց րեցի րեցիր րեցինք րեցիք րեցին րել րած րեք րու րի րին րինք րիք րիր րեմ րեն րվել րվեց րված")
# These end nouns as well: taken for a verb's only after a prefix, or when no noun is found.
_WEAK_VERB = frozenset(("եք", "աս", "իր", "ին", "ինք", "իք", "ա"))
_LATE_VERB = ("ի", "են", "եմ", "եք", "ին", "իր", "ինք")
_BLIND_NOUN = tuple(ending for ending in _NOUN if ending not in ("ս", "դ", "ում"))
_BLIND_VERB = _longest_first(
    """
    ում ել ալ ելու ալու ելով ելիս ելուց ելը ված վածը վել վեց վեցին վում վող վի վեն եցին եցի եց եցինք եցիք ացած ման
    մանը մանն մամբ մանից անում անալ ացավ ացան ացող ացել ելիք եմ ենք եք են ած ածը
    """
)
# What stays of an unknown word has as many letters at least.
_SHORTEST_STEM = 4
_ABSTRACT = re.compile(r"^(.{2,}?)(?:ություն|ության|ությամբ|ութեան|ութեամբ|ութիւն)")
_CAUSATIVE = re.compile(
    r"^(.{2,}[աե])ց([նրվ])(?:ել|ում|ի|են|եմ|ես|ենք|եք|ելու|ելով|ելուց|ելիս|ելը|ելն|եց|եցին|եցի|եցինք|ած|ող|ին|ինք|եի|եր|"
    r"եիր|եինք|եիք|եին|ողը|ողի|ածը|ածի|իր)$"
)
_OLD_SPELLING = re.compile("աւ")
_PREFIXES = "չկ"  # not …; will …


def lemma(word: str) -> str:
    """The lemma of a folded Armenian word, or what is left of an unknown one without its endings."""
    word = _OLD_SPELLING.sub("ավ", word)
    abstract = _ABSTRACT.match(word)
    if abstract:
        return abstract[1] + "ություն"
    known = dictionary("hy")
    found = _causative(word, known) or _known(word, known) or _by_rule(word, known)
    if found is None:
        stem = _stripped(word)
        found = _known(stem, known) or stem
    if found not in known.lemmas and found != word:
        found = _known(found, known) or found  # վճարման is of վճարում, which is looked for as վճարել
    return _settled(found, known)


def _settled(found: str, known: Dictionary) -> str:
    """A passive verb is looked for under its active one."""
    found = _RENAMED.get(found, found)
    if found.endswith("վել") and len(found) > 5:
        return _verb(found[:-3], known) or found
    return found


def _verb(stem: str, known: Dictionary) -> str | None:
    for ending in ("ել", "ալ", "նել", "նալ", "չել"):
        if stem + ending in known.lemmas:
            return stem + ending
    return None


def _known(word: str, known: Dictionary) -> str | None:
    irregular = _IRREGULAR.get(word)
    if irregular:
        return irregular
    if word in known.lemmas or (word.endswith("ելի") and len(word) > 4):
        return word
    if word.endswith("ում") and len(word) > 4:
        for ending in ("ել", "ալ"):
            if word[:-3] + ending in known.lemmas or known.lemma(word[:-3] + ending) == word[:-3] + ending:
                return word[:-3] + ending
    found = known.lemma(word)
    if found and found.endswith("ել") and word[-1] in "ին":
        return _noun_after_all(word, found, known) or found
    return found


def _noun_after_all(word: str, verb: str, known: Dictionary) -> str | None:
    """The noun behind a genitive that the dictionary takes for a verb's form: ծրագրի is of ծրագիր, not of ծրագրել."""
    if word.endswith("ին"):
        found = known.lemma(word[:-2] + "ից")
        return found if found in known.lemmas and not found.endswith("ել") else None
    stem = verb[:-2]
    if word != stem + "ի":
        return None
    if stem in known.lemmas:
        return stem
    if len(stem) > 2:
        for vowel in ("ի", "ու"):
            full = stem[:-1] + vowel + stem[-1]
            if full in known.lemmas and full in (known.lemma(stem + "ով"), known.lemma(stem + "ից")):
                return full
    return None


def _causative(word: str, known: Dictionary) -> str | None:
    for base in (word, word[1:]) if word[0] in _PREFIXES else (word,):
        match = _CAUSATIVE.match(base)
        if match:
            found = match[1] + "ցնել"
            if found in known or (word not in known and match[2] != "վ" and base is word):
                return found
    return None


def _by_rule(word: str, known: Dictionary) -> str | None:
    if word.startswith("ամենա") and len(word) > 8:
        return lemma(word[5:])
    for ending in ("ագույնը", "ագույնն", "ագույն", "գույնը", "գույն"):
        if word.endswith(ending) and word[: -len(ending)] in known.lemmas:
            return word[: -len(ending)]
    bare = word[1:] if word[0] in _PREFIXES and len(word) > 4 else ""
    if bare:
        found = _known(bare, known)
        if found and found.endswith(("ել", "ալ")):
            return found
    return (
        _verb_by_ending(word, known, prefixed=False)
        or (_verb_by_ending(bare, known, prefixed=True) if bare else None)
        or _aorist(bare or word, known)
        or _noun_by_ending(word, known)
        or _late_verb(word, known)
    )


def _verb_by_ending(word: str, known: Dictionary, *, prefixed: bool) -> str | None:
    for ending in _VERB:
        if len(word) - len(ending) >= 2 and word.endswith(ending) and (prefixed or ending not in _WEAK_VERB):
            found = _verb(word[: -len(ending)], known)
            if found:
                return found
    return None


def _aorist(word: str, known: Dictionary) -> str | None:
    for ending in _AORIST:
        if len(word) - len(ending) >= 3 and word.endswith(ending) and word[: -len(ending)] + "նել" in known:
            return word[: -len(ending)] + "նել"
    return None


def _noun_by_ending(word: str, known: Dictionary) -> str | None:
    for ending in _NOUN:
        shortest = 5 if ending in ("ս", "դ") else 3 if len(ending) == 1 else 2
        if len(word) - len(ending) >= shortest and word.endswith(ending):
            found = _known(word[: -len(ending)], known)
            if found:
                return found
    for ending in ("մանից", "մանը", "մանն", "մամբ", "ման"):
        if len(word) - len(ending) >= 3 and word.endswith(ending):
            return _known(word[: -len(ending)] + "ում", known)
    return None


def _late_verb(word: str, known: Dictionary) -> str | None:
    for ending in _LATE_VERB:
        if len(word) - len(ending) >= 3 and word.endswith(ending):
            found = _verb(word[: -len(ending)], known)
            if found:
                return found
    return None


def _stripped(word: str) -> str:
    """An unknown word without its endings: those of nouns as long as there are any, then one of a verb."""
    stripping = True
    while stripping:
        stripping = False
        for ending in _BLIND_NOUN:
            if len(word) - len(ending) >= _SHORTEST_STEM and word.endswith(ending):
                word, stripping = word[: -len(ending)], True
                break
    for ending in _BLIND_VERB:
        if len(word) - len(ending) >= _SHORTEST_STEM and word.endswith(ending):
            return word[: -len(ending)]
    return word
