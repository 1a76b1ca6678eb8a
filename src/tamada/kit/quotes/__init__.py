"""Folding away what a reply repeats: quoted text and signatures, in Armenian, Georgian, Russian and English mail.

Plain text is read line by line, HTML tag by tag, each once, so time grows with length only. In doubt a line stays
visible; a forwarded message always does, and so does everything when folding would leave nothing.
"""

from tamada.kit.quotes.agreement import fold_both
from tamada.kit.quotes.marks import is_forward
from tamada.kit.quotes.markup import FoldedHtml, fold_html
from tamada.kit.quotes.plain import Folded, fold

__all__ = ["Folded", "FoldedHtml", "fold", "fold_both", "fold_html", "is_forward"]
