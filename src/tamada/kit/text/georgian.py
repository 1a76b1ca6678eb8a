"""Georgian words to their lemmas.

Nouns and adjectives come from the dictionary, or lose case, plural, postpositions and particles until a known lemma is
left (with the vowel that falls out before some endings put back). Verbs are led to their verbal noun where it is
known, by way of the root: preverb kept, person and version taken off, theme and tense cut. A word that stays unknown is
cut the same way, so that its forms still meet. What stays apart on purpose: adverbs in -ად, and the same root with
another preverb (გადახდა is not მოხდა).
"""

import re
from collections.abc import Iterator

from tamada.kit.text.dictionaries import Dictionary, dictionary

_VOWELS = "აეიოუ"
_CONSONANTS = "ბგდვზთკლმნპჟრსტფქღყშჩცძწჭხჯჰ"

_PARADIGMS = """
ის იმ იმა იმის იმისა იმან იმას იმით იმაში მას მასაც მასა მან მის მათ იგი იგინი ისინი იმავე
მისი მისს მისმა
მათი მათმა
ეს ამ ამა ამის ამისა ამას ამასა ამან ესენი ამავე ამაში
მე ჩემთვის ჩემზე ჩემთან ჩემგან
ჩემი ჩემს ჩემმა ჩემ ჩემო ჩემით
შენი შენს შენსავე
ჩვენი ჩვენს ჩვენმა
თქვენი თქვენს თქვენმა
თქვენ თქვენთვის თქვენთან თქვენზე
ჩვენ ჩვენთვის ჩვენთან ჩვენზე
ვინ ვის ვისაც ვისმა ვისთვის
ვიღაც ვიღაცამ ვიღაცას ვიღაცის
რაღაც რაღაცა რაღაცას რაღაცებს რაღაცით რაღაცის
არავინ არავის არავისთვის
ვერავინ ვერავის
თავისი თავის თავისას
ერთმანეთი ერთმანეთს ერთმანეთის ერთმანეთთან
რა რის რას რამ რამაც რით რისთვის რაში
არა არ
გამარჯობა გამარჯობათ
კარგი უკეთესი საუკეთესო
დიდი დიდ
ყოფნა არის ვარ ხარ ვართ ხართ არიან იყო იყვნენ იყოს იყავი ვიყავი იქნება იქნებიან იქნებოდა ვიქნები იქნას იქნეს ყოფილა
ქონა აქვს მაქვს გაქვს გვაქვს გაქვთ აქვთ ჰქონდა მქონდა გქონდა ჰქონდათ ჰქონდეს მქონდეს გქონდეს ექნება მექნება
ქონა ჰქონია ჰქონოდა გვქონდა
ნდომა უნდა მინდა გინდა გვინდა გინდათ უნდათ უნდოდა მინდოდა უნდოდათ
ცოდნა იცის ვიცი იცი იციან იცით ვიცით იცოდა იცოდნენ ვიცოდი
შეძლება შეუძლია შემიძლია შეგიძლია შეგვიძლია შეგიძლიათ შეუძლიათ შეეძლო შემეძლო შეგეძლო შეგვეძლო შეგეძლოთ შეეძლოთ
შეძლება შეძლებს შეძლებ შევძლებ შევძლებთ შეძლებთ შეძლებენ შეძლო შეძლოს შევძლო შევძელი შევძლოთ შეძლოთ შეძლეს შევძელით
არსებობა არსებობს არსებობენ არსებობდა არსებობდნენ არსებობდეს იარსებებს იარსება იარსებოს ვარსებობ ვარსებობთ
თქმა ეუბნება მეუბნება გეუბნება გეუბნები მეუბნები გეუბნებით ეუბნებიან მეუბნებიან გეუბნებიან ეუბნებოდა ეტყვის მეტყვის
თქმა გვეტყვის იტყოდა მითქვამს გითქვამს უთხარი უთხრეს მითხრეს გითხრა გითხარი გითხრათ მითხარი გვითხარით გვითხრეს
სწავლა სწავლობს ვსწავლობ ვსწავლობთ სწავლობ სწავლობთ სწავლობენ სწავლობდა სწავლობდნენ ისწავლის ისწავლა ვისწავლე ისწავლე
სწავლა ისწავლოს
სიყვარული უყვარს მიყვარს გიყვარს გვიყვარს გიყვართ უყვართ უყვარდა მიყვარდა გიყვარდა
თქმა თქვა ამბობს ამბობენ ამბობდა ამბობდნენ ვამბობ ვამბობთ ვამბობდი თქვი თქვეს ითქვას ეთქვა უთქვამს იტყვის გეტყვით
თქმა მითხარით მითხრა უთხრა ვთქვათ
"""
# Words without forms that look like forms of others: "very" is no form of "strength".
_ALONE = """
ალბათ არასდროს არასოდეს ასე ასევე აქ აქედან აქეთ ახლა ახლოს ბოლოს განა განზრახ გარეთ გვერდით გვიან გუშინ დაკავშირებით
დილით დღეს ერთად ესე ვერასდროს ვერასოდეს ზედ ზემოდან ზემოთ თავად თან თანდათან თვით თითქმის თორემ ისე ისედაც ისევე იქ
იქედან იქიდან იქით იქნებ კარგად კვლავ კიდევ მაგალითად მაგრამ მალე მართლა მაშინ მაშინვე მეტად მთლად მიერ მით მიმართ
მიღმა მიხედვით მყისვე მხოლოდ ნამდვილად ნახევრად ოდნავ პირდაპირ პირველად როგორც როდესაც რომელიც სადაც საერთოდ სავსებით
საიდან საღამოს სრულებით სრულიად სულ სწორედ სხვაგან ტყუილად უკან უკანვე უკეთ უკვე უმალ უმალვე ფართოდ ქვემოთ ყველგან
ყოველთვის ყოველივე შედეგად შემდეგ შესახებ შიგ შიგნით შინ შორიდან შორის შორს ჩვეულებრივ ცოტა ცუდად ძალზე ძალიან წინ
წინააღმდეგ წინათ ხვალ ხშირად ჯერ
"""
_IRREGULAR = {form: row.split()[0] for row in _PARADIGMS.strip().splitlines() for form in row.split()}
_IRREGULAR |= {word: word for word in _ALONE.split()}

# Case endings and postpositions, by what they stand after.
_AFTER_CONSONANT = """
    ი ის ისა ით ითა ად ადა იდან ისთვის ისათვის ისგან ისაგან ისკენ ისაკენ ისადმი ივით ითურთ ისებრ ისას ისთანავე
    მა თა ამდე
"""
_AFTER_VOWEL = "მ დ დმი ამდე"
_AFTER_EITHER = "ს სა სთვის სათვის სგან საგან სკენ საკენ სადმი ში ზე თან სთან სავით ასავით მდე დან თვის გან კენ ვით ურთ"
_PARTICLES = ("", "ც", "აც", "ვე", "ღა", "ცა")


def _endings() -> tuple[tuple[str, str], ...]:
    found = {
        (ending + particle, where)
        for text, where in ((_AFTER_CONSONANT, "consonant"), (_AFTER_VOWEL, "vowel"), (_AFTER_EITHER, "either"))
        for ending in text.split()
        for particle in _PARTICLES
    }
    found |= {(particle, "either") for particle in ("ც", "ვე", "აც", "ღა")}
    return tuple(sorted(found, key=lambda pair: (-len(pair[0]), pair)))


_ENDINGS = _endings()
_LONGEST_ENDING = len(_ENDINGS[0][0])
_BY_ENDING: dict[str, tuple[str, ...]] = {}
for _ending, _where in _ENDINGS:
    _BY_ENDING[_ending] = (*_BY_ENDING.get(_ending, ()), _where)

_PREVERB = re.compile(
    rf"^(?:გადმო|გადა|გამო|შემო|ჩამო|წამო|წინა|ამო|მიმო|გარდა|წარმო|უკუ|აღმო|გან|წარ|აღ|წა|და|გა|მო|მი|შე|ჩა)"
    rf"(?=.*[{_CONSONANTS}])"
)
_VERSION = re.compile(rf"[აიუე](?=[{_CONSONANTS}])")
_PERSON = re.compile(
    rf"(?:ვ[აიუე]?|გვ[აიე]?|[მგ][იაე]|ჰ|ს(?=[ტცძჯჭწდთყჩ]))(?=[{_CONSONANTS}])|[აიუე](?=[{_CONSONANTS}])"
)
# Endings of tense and person; what stands before them may still be a theme (ებ, ობ, ავ …).
_TENSES = """
    დება დებიან დებოდა დებოდნენ დები დებით დებოდეს ებიან ებოდა ებოდნენ ებოდი ებოდეს ება ოდა ოდნენ ოდი ოდით ოდეს ოდე
    ოდეთ იოდა იოდნენ დნენ ნენ ნეს დეს დე დეთ და დი დით ულა ულან ულიყო ულიყვნენ ილიყო ილა ებულა ებულან ოს ონ ოთ იათ
    ებია ობია ინა ებინა ინოს ებინოს ინათ ებინათ ინოთ ებინოთ ულვარ ულხარ ულვართ ულხართ ილვარ ილხარ ილვართ ილხართ იან
    ის ია უა ეს ას ენ ეთ ათ ვა ს თ ა ე ო ი ნა
"""
_TENSE = tuple(sorted(set(_TENSES.split()), key=lambda ending: (-len(ending), ending)))
# Roots whose vowel comes, goes or changes with the tense, as a finite verb shows them and as its verbal noun does.
_OTHER_ROOT = {
    "წყვიტ": "წყვეტ",
    "გრძენ": "გრძნ",
    "ცვალ": "ცვლ",
    "ზარდ": "ზრდ",
    "თვალ": "თვლ",
    "დგინ": "დგენ",
    "ხად": "ხდ",
    "ყარ": "ყრ",
    "კალ": "კლ",
    "ტყვ": "ტყ",
    "ბარ": "ბრ",
    "ჩნდ": "ჩენ",
    "სვ": "ს",
    "ცვ": "ც",
    "ჩნ": "ჩენ",
    "რჩ": "რჩენ",
}
_SURELY_A_VERB = re.compile(
    rf"(?:[ეოა]ბ(?:ს|ენ|და|დნენ|დი|დით|დეს|დე|დეთ|თ)|[აე]ვ(?:ს|ენ|და|დნენ|დი|დე|დეთ|თ)|"
    rf"ამ(?:ს|ენ|დნენ|და)|(?<=[{_CONSONANTS}])დებ(?:ა|იან|ოდა|ოდნენ|ი|ით|ოდეს)|"
    rf"ებიან|(?<=^[იე].{{2}})ება|(?<=^[იე].{{3}})ება|(?<=^[იე].{{4}})ება|ებო(?:და|დნენ|დი|დეს)|ოდნენ|ოდეს|დნენ|ნენ|ნეს|"
    rf"ულიყო|ულიყვნენ|ილიყო|ებულა|ებინა|ებინოს|ინოს|ინათ|[უი]ლ(?:ვარ|ხარ)თ?|იდ(?:ნენ|ეთ|ეს))$"
)
# Person and version after a preverb in a form that speaks to somebody: დაგვიკავშირდით, მომაწოდეთ.
_ADDRESSED = re.compile(rf"(?:გვ|მ|გ|ვ)[აიუე][{_CONSONANTS}].*(?:[^ბ]ით|ეთ|ოთ|ენ|ეს|ოს|და|ებს|ია|ებ|ობ|ავ|ევ)$")
_VERBAL_NOUN_CASE = re.compile(r"(?:ების|ებას|ებით|ებამ|ებად|ებაში|ებისთვის|ებისა)$")
_VERBAL_NOUN_FORM = re.compile(r"(?:ებ|ობ|ომ|ვნ)(?:ა|ის|ას|ით|ამ|ად|აში|აზე|ისთვის|ისა|ები|ებს|ების|ებით|ებმა|ებში)$")
_VERBAL_NOUN = (
    "ება",
    "ობა",
    "ვა",
    "ა",
    "ნა",
    "მა",
    "ომა",
    "ლა",
    "ევა",
    "ენა",
    "ოლა",
    "ნობა",
    "ვნა",
    "დომა",
    "დება",
    "ი",
    "ილი",
)
# Forms of "to go", which shares no root with its verbal noun სვლა.
_GOINGS = """
    დის დიან დიოდა დიოდნენ დიოდეს დიოდი დიხარ დიხართ დივარ დივართ დი ვიდა ვიდნენ ვიდე ვიდეს ვიდეთ ვიდი ვიდოდა ვიდოდნენ
    უვიდა ხვიდე ხვედი ხვალ ვალ ვალთ ვა ვათ უვა უვათ მივა ვლენ ვედი ვედით სულა სულან სულიყო სულიყვნენ სულხარ სულვარ
    სულიყავი სულიყავით
"""
_GOING = re.compile(rf"(?:[ვმგსჰუ]|გვ|მი|გი)?(?:{'|'.join(_GOINGS.split())})$")
# "In order to", a case of the participle: დასასვენებლად. Other words in -ად are adverbs of their own.
_PURPOSE = re.compile(r"(?:და|მო|გა|მი|შე|ჩა|გადა|გამო)?სა.{3,}ად$")
# A noun without its last ი, as it stands before another one: დაწერილ წერილს.
_BARE = re.compile(r"(?<=..)[ლრნბგკპტძწჭხჯყღშჩზჟვფქ]$")
_SUPERLATIVE = re.compile(r"უ(.{2,})ეს(?:ი|მა|ს|ის|ით|ად|ებ.*)?$")
_THEME = re.compile(r"(?:ებ|ობ|ავ|ევ|ომ|ამ|ვნ|ვ)$")
_PASSIVE = re.compile(r"(?<=[ნრლთზსკმშჩცგბტფ])დ$")
_FALLEN_VOWEL = re.compile(rf"(?<=[{_CONSONANTS}])[აე]([ლრნ])$")
_LAST_VOWELS = re.compile(r"(?<=..)(?:ია|იე|იო|ი|ა|ე)$")


def lemma(word: str) -> str:
    """The lemma of a folded Georgian word, or what is left of an unknown one without its endings."""
    irregular = _IRREGULAR.get(word) or _with_particle(word)
    if irregular:
        return irregular
    known = dictionary("ka")
    preverb = _PREVERB.match(word)
    if preverb and _GOING.match(word, preverb.end()):
        return _root_lemma(preverb[0] + "სვლა", known, verb=False)
    entry = known.lemma(word)
    if entry in _IRREGULAR:
        return _IRREGULAR[entry]
    if entry in known.lemmas:
        return str(entry)
    if word in known.lemmas:
        return word
    verb = entry is not None and entry[-1] not in _VOWELS and not _is_verbal_noun(word)
    if not verb and not _SURELY_A_VERB.search(word):
        found = _noun(word, known)
        if found:
            return found
        if _BARE.search(word) and known.lemma(word + "ი"):
            return lemma(word + "ი")
    superlative = _SUPERLATIVE.match(word)
    return (superlative and _completed(superlative[1], known)) or _root_lemma(word, known, verb=verb)


def _with_particle(word: str) -> str | None:
    """The lemma of a word of the lists above that says "too", "even" or "only" by a particle: ახლაც."""
    for particle in ("აც", "ც", "ვე", "ღა"):
        if word.endswith(particle) and len(word) > len(particle) + 2:
            found = _IRREGULAR.get(word[: -len(particle)])
            if found:
                return found
    return None


def _is_verbal_noun(word: str) -> bool:
    """Whether it ends as a verbal noun does, and has no vowel of version: განმარტება, not გაიზრდება."""
    preverb = _PREVERB.match(word)
    return bool(_VERBAL_NOUN_FORM.search(word)) and word[preverb.end() if preverb else 0] not in "იე"


def _consonants(word: str) -> int:
    return sum(letter not in _VOWELS for letter in word)


def _without_ending(word: str) -> Iterator[str]:
    """A word without each of the case endings it may have, the longest first."""
    for length in range(min(_LONGEST_ENDING, len(word) - 2), 0, -1):
        ending = word[-length:]
        for where in _BY_ENDING.get(ending, ()):
            stem = word[:-length]
            after_vowel = stem[-1] in _VOWELS
            # The stem of a noun in -ია may keep its ი before a case in ი: ტექნოლოგი-ის.
            kept = stem[-1] == "ი" and ending[0] == "ი" and length > 1
            if where == "either" or (where == "vowel") == after_vowel or (where == "consonant" and kept):
                yield stem


def _completed(stem: str, known: Dictionary) -> str | None:
    """The known lemma a stem belongs to: with its vowel, or with the one that fell out put back."""
    if stem[-1] in _VOWELS:
        entry = known.lemma(stem)
        if entry in known.lemmas:
            return entry
        if stem in known.lemmas:
            return stem
        return stem + "ა" if stem + "ა" in known.lemmas else None
    for vowel in "იაეოუ":
        if stem + vowel in known.lemmas:
            return stem + vowel
    if len(stem) >= 3 and stem[-1] in "ლმნრვ" and stem[-2] not in _VOWELS:
        for fallen in "აეო":
            for vowel in "იაე":
                full = stem[:-1] + fallen + stem[-1] + vowel
                if full in known.lemmas:
                    return full
    return None


def _completed_plural(stem: str, known: Dictionary) -> str | None:
    """As `_completed`; an ი that the plural leaves standing is of a noun in -ია: ტექნოლოგი-ები."""
    if stem.endswith("ი") and stem + "ა" in known.lemmas:
        return stem + "ა"
    return _completed(stem, known)


def _noun(word: str, known: Dictionary) -> str | None:
    if word.endswith("ად") and len(word) > 5 and not _PURPOSE.match(word):
        return word
    found = _completed(word, known) if word[-1] not in _VOWELS else None
    if found:
        return found
    for stem in _without_ending(word):
        found = _completed(stem, known)
        if not found and stem.endswith("ებ") and len(stem) > 4:
            found = _completed_plural(stem[:-2], known)
        if found:
            return found
    if word[-1] == "ა" and word[-2] in _VOWELS:  # … is: დღეა
        found = _completed(word[:-1], known)
        if found:
            return found
    for plural in ("ებო", "ები", "ანი", "ებ", "ნი", "თა", "თ", "ო"):
        if word.endswith(plural) and len(word) - len(plural) >= 2:
            found = _completed_plural(word[: -len(plural)], known)
            if found:
                return found
    return None


def _root_lemma(word: str, known: Dictionary, *, verb: bool) -> str:
    verb = verb or bool(_SURELY_A_VERB.search(word)) or _has_version(word)
    stem = _without_tense(word) if verb else None
    if stem is None:
        stem = next(_without_ending(word), word)
    if stem.endswith("ებებ"):
        stem = stem[:-2]  # the plural of a verbal noun: ღონისძიებ-ებ-ს
    stem = re.sub(r"(?<=..)[იაეო]$", "", stem) if verb else _LAST_VOWELS.sub("", stem)
    roots = list(dict.fromkeys(_roots(stem, verb=verb)))
    for root in roots:
        if _consonants(root) >= 2:
            for ending in _VERBAL_NOUN:
                if root + ending in known.lemmas:
                    return root + ending
    root = roots[0]
    return _FALLEN_VOWEL.sub(r"\1", root) if len(root) >= 5 else root


def _roots(stem: str, *, verb: bool) -> Iterator[str]:
    """What may be the root of a stem, the likeliest first: with everything cut, or with less where that is a word."""
    themeless = _without_theme(stem)
    for cut in (_without_passive(themeless), themeless, stem):
        root = _without_prefixes(cut, verb=verb)
        yield _as_in_the_noun(root) if verb else root
    if verb:
        yield _as_in_the_noun(themeless)


def _has_version(word: str) -> bool:
    """Whether a vowel of version stands between preverb and root, as in გა-ი-გზავნა: so it is a verb."""
    preverb = _PREVERB.match(word)
    if not preverb:
        return False
    if _ADDRESSED.match(word, preverb.end()):
        return True
    return bool(_VERSION.match(word, preverb.end())) and not _VERBAL_NOUN_CASE.search(word)


def _without_tense(word: str) -> str | None:
    for ending in _TENSE:
        if not word.endswith(ending):
            continue
        stem = word[: -len(ending)]
        # After a vowel this დ is the root's own: იყიდ-ა, not იყი-და.
        if _consonants(stem) >= 2 and not (ending[0] == "დ" and stem[-1] in _VOWELS):
            return stem
    return None


def _as_in_the_noun(root: str) -> str:
    for finite, nominal in _OTHER_ROOT.items():
        if root.endswith(finite):
            return root[: -len(finite)] + nominal
    return root


def _without_theme(stem: str) -> str:
    theme = _THEME.search(stem)
    if theme and _consonants(stem[: theme.start()]) >= 2:
        return stem[: theme.start()]
    return stem


def _without_passive(stem: str) -> str:
    return _PASSIVE.sub("", stem) if _consonants(stem) >= 3 else stem


def _without_prefixes(stem: str, *, verb: bool) -> str:
    """Person and version taken off, the preverb kept."""
    preverb = _PREVERB.match(stem)
    start = preverb.end() if preverb else 0
    if not preverb and not verb:
        return stem
    prefix = (_PERSON if verb else _VERSION).match(stem, start)
    if prefix and _consonants(stem[prefix.end() :]) >= (1 if preverb else 2):
        return stem[:start] + stem[prefix.end() :]
    return stem
