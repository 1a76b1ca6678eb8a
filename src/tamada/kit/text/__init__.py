"""Text analysis in Armenian, Georgian, Russian and English: languages, index terms, queries, highlighting.

Works offline and loads lazily: the dictionaries (a few megabytes, memory-mapped) are built once by `build_caches`.
"""

from tamada.kit.text.dictionaries import build_caches, start_building
from tamada.kit.text.index import ANALYSIS, IndexText, analyse, highlight, index_text, query_terms, trigrams
from tamada.kit.text.language import LANGUAGES, Language, detect_language, is_frequent_english
from tamada.kit.text.near import near_stems, near_terms
from tamada.kit.text.normalise import fold
from tamada.kit.text.slugs import slug
from tamada.kit.text.transliterate import in_own_letters, transliterations

__all__ = [
    "ANALYSIS",
    "LANGUAGES",
    "IndexText",
    "Language",
    "analyse",
    "build_caches",
    "detect_language",
    "fold",
    "highlight",
    "in_own_letters",
    "index_text",
    "is_frequent_english",
    "near_stems",
    "near_terms",
    "query_terms",
    "slug",
    "start_building",
    "transliterations",
    "trigrams",
]
