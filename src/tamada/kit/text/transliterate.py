"""Between the scripts: people type Armenian, Georgian and Russian in Latin letters, and names are spelt in all four.

Latin letters say less than Armenian or Georgian ones (t is տ or թ, ch is չ or ճ), so the way back tries every reading
and keeps those that are words of the dictionary; a word it lacks, a name perhaps, gets its one plain reading.
"""

from functools import lru_cache

from tamada.kit.text.dictionaries import DICTIONARY_LANGUAGES, Dictionary, dictionary
from tamada.kit.text.language import detect_language, is_frequent_english, is_romanised, script_language
from tamada.kit.text.normalise import WORD, fold_word


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """A table written as ``spelling=letters,letters``, parted by white space."""
    pairs = (entry.split("=") for entry in text.split())
    return {spelling: tuple(letters.split(",")) for spelling, letters in pairs}


_TO_LATIN = {
    "hy": _table(
        """
        ա=a բ=b գ=g դ=d ե=e զ=z է=e ը=y թ=t ժ=zh ի=i լ=l խ=kh ծ=ts կ=k հ=h ձ=dz ղ=gh ճ=ch մ=m յ=y ն=n շ=sh ո=o չ=ch պ=p
        ջ=j ռ=r ս=s վ=v տ=t ր=r ց=ts ւ=v փ=p ք=q օ=o ֆ=f
        """
    ),
    "ka": _table(
        """
        ა=a ბ=b გ=g დ=d ე=e ვ=v ზ=z თ=t ი=i კ=k ლ=l მ=m ნ=n ო=o პ=p ჟ=zh რ=r ს=s ტ=t უ=u ფ=p ქ=q ღ=gh ყ=k შ=sh ჩ=ch ც=ts
        ძ=dz წ=ts ჭ=ch ხ=kh ჯ=j ჰ=h
        """
    ),
    "ru": _table(
        """
        а=a б=b в=v г=g д=d е=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=sch
        ъ= ы=y ь= э=e ю=yu я=ya і=i ї=yi є=ye ґ=g
        """
    ),
}

# Each Latin spelling with the letters it may stand for, the likeliest first.
_FROM_LATIN = {
    "hy": _table(
        """
        a=ա b=բ,պ g=գ,կ d=դ,տ e=ե,է,ը z=զ y=յ,ը,ի,ե t=տ,թ,դ zh=ժ i=ի,յ l=լ kh=խ x=խ,ղ ts=ց,ծ c=ց,ծ,ք tz=ծ,ձ k=կ,ք h=հ
        dz=ձ gh=ղ ch=չ,ճ m=մ n=ն sh=շ o=ո,օ vo=ո,վո p=պ,փ j=ջ,ժ,ճ r=ր,ռ rr=ռ s=ս v=վ w=վ u=ու ou=ու oo=ու f=ֆ q=ք,կ
        ev=եվ ye=ե,յե ph=փ th=թ ya=յա,եա yu=յու
        """
    ),
    "ka": _table(
        """
        a=ა b=ბ g=გ,ღ d=დ e=ე v=ვ z=ზ,ძ t=ტ,თ th=თ i=ი k=კ,ქ l=ლ m=მ n=ნ o=ო p=პ,ფ f=ფ ph=ფ zh=ჟ j=ჯ,ჟ r=რ,ღ s=ს,შ u=უ
        q=ქ,ყ gh=ღ y=ყ,ი sh=შ ch=ჩ,ჭ ts=ც,წ tz=ც,წ c=ც,წ,ჩ dz=ძ w=წ,ვ kh=ხ x=ხ h=ჰ,ხ yv=ყვ
        """
    ),
    "ru": _table(
        """
        a=а b=б v=в w=в g=г d=д e=е,э yo=е zh=ж z=з i=и y=ы,й iy=ий yy=ый k=к c=к,ц l=л m=м n=н o=о p=п r=р s=с t=т u=у
        f=ф kh=х h=х x=х,кс ts=ц ch=ч sh=ш sch=щ shch=щ yu=ю ju=ю ya=я ja=я j=ж,й ye=е q=к
        """
    ),
}
_LONGEST_SPELLING = 4
_SHORTEST_READ = 3
_MOST_PATHS = 48
_MOST_TRIED = 300
_MOST = 6


def latin_letters() -> dict[str, str]:
    """Each letter (and an Armenian pair and ligature) with its Latin ones, for who spells as `to_latin` elsewhere."""
    plain = {letter: latin for table in _TO_LATIN.values() for letter, (latin, *_rest) in table.items()}
    return plain | {"ու": "u", "և": "ev", "ё": "e"}


@lru_cache(maxsize=8_192)
def to_latin(word: str) -> str:
    """One usual spelling of a word in Latin letters; a word without letters of hy, ka or ru comes back folded."""
    folded = fold_word(word)
    language = script_language(folded)
    table = _TO_LATIN.get(language)
    if table is None:
        return folded.replace("'", "")
    if language == "hy":
        folded = folded.replace("ու", "\uffff")
        return "".join("u" if char == "\uffff" else table.get(char, ("",))[0] for char in folded)
    return "".join(table.get(char, ("",))[0] for char in folded)


def _readings(word: str, language: str, known: Dictionary | None) -> list[str]:
    """Readings of a Latin word, letter by letter; with a dictionary only those that begin a word of it."""
    table = _FROM_LATIN[language]
    # at[i]: readings of word[:i], likeliest first
    at: list[list[str]] = [[] for _ in range(len(word) + 1)]
    at[0] = [""]
    for start in range(len(word)):
        paths = at[start][:_MOST_PATHS]
        if not paths:
            continue
        for length in range(min(_LONGEST_SPELLING, len(word) - start), 0, -1):
            if length == 2 and word[start : start + 2] == "vo" and start:
                continue  # ո is spelt vo at the start of a word only
            for letters in table.get(word[start : start + length], ()):
                for path in paths:
                    reading = path + letters
                    if reading not in at[start + length] and (known is None or known.has_prefix(reading)):
                        at[start + length].append(reading)
    return at[-1]


def _plain_reading(word: str, language: str) -> str:
    table, reading, start = _FROM_LATIN[language], "", 0
    while start < len(word):
        for length in range(_LONGEST_SPELLING, 0, -1):
            letters = table.get(word[start : start + length])
            if letters:
                reading += letters[0]
                start += length
                break
        else:
            return ""
    return reading


@lru_cache(maxsize=8_192)
def from_latin(word: str, language: str) -> tuple[str, ...]:
    """What a Latin word may be in ``hy``, ``ka`` or ``ru``, likeliest first; empty when it can be none."""
    folded = fold_word(word).replace("'", "")
    if not _SHORTEST_READ <= len(folded) <= 32 or not folded.isascii() or not folded.isalpha():
        return ()
    plain = _plain_reading(folded, language)
    if not plain:
        return ()
    if language not in DICTIONARY_LANGUAGES:
        return (plain,)
    known = dictionary(language)
    words = [reading for reading in _readings(folded, language, known) if reading in known][:_MOST]
    return tuple(words) if words else (plain,)


def transliterations(word: str) -> list[str]:
    """The same word as it may be written in the other scripts: Latin for a native word, hy, ka and ru for a Latin one.

    >>> transliterations("барев")
    ['barev']
    """
    folded = fold_word(word)
    if script_language(folded) in ("hy", "ka", "ru"):
        return [to_latin(folded)]
    return [reading for language in ("hy", "ka", "ru") for reading in from_latin(folded, language)]


def in_own_letters(text: str, language: str | None = None) -> str:
    """A text that writes Armenian, Georgian or Russian in Latin letters, in its own; any other text as it is.

    With a ``language`` a text counts as such too when the dictionary knows most of its words, though none of them is
    among the most frequent ones.

    >>> in_own_letters("barev dzez, inchpes poxem gaxtnabary")
    'բարեվ ձեզ, ինչպես փոխեմ գաղտնաբառը'
    """
    found = is_romanised(text)
    if language and found != language and not _reads_as(text, language):
        return text
    spoken = language or found
    if not spoken:
        return text
    return WORD.sub(lambda match: next(iter(from_latin(match.group(), spoken)), match.group()), text)


def _reads_as(text: str, language: str) -> bool:
    """Whether a text in Latin letters that looks like no other language reads as words of this one."""
    if language not in DICTIONARY_LANGUAGES or detect_language(text) != "en":
        return False
    words = [word for word in WORD.findall(text[:_MOST_TRIED]) if len(word) >= _SHORTEST_READ]
    if any(is_frequent_english(word) for word in words):
        return False
    known = dictionary(language)
    read = [any(reading in known for reading in from_latin(word, language)) for word in words]
    return len(read) > 0 and sum(read) > len(read) / 2
