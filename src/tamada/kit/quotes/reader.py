"""Giving each line its kind, in plain text and in HTML: the author's own, quoted, or of the signature."""

from collections.abc import Sequence

from tamada.kit.quotes.marks import (
    CLOSING,
    FORWARDED,
    LOOKED_AT,
    NAME_AFTER_DASH,
    ORIGINAL,
    REPLY_ABOVE,
    RULE,
    RULE_STARTS,
    SIGNATURE_RULE,
    is_attribution,
    is_dated,
    is_device_line,
    is_footer_rule,
    is_loose,
    may_be_mark,
    opens_headers,
)

_MOST_SIGNATURE_LINES = 20


VISIBLE, QUOTED, SIGNATURE = "v", "q", "s"

PICTURE = "\ufffc"
"""The line that stands for a picture of HTML."""

SIGNED = "\ufdd0"
"""A line that HTML has no words for: its program says that the signature starts here."""


class Reader:
    """Reads lines once. `kinds` are those that are known beforehand, from the markup; `end` is where the author's own
    text ends and what they forward begins: nothing is folded from there on.
    """

    def __init__(self, lines: Sequence[str], *, forwarded: bool, kinds: Sequence[str] = ()) -> None:
        self._lines = [line[:LOOKED_AT] for line in lines]
        self._blank = [not line.strip() for line in self._lines]
        self._kinds = list(kinds) or [VISIBLE] * len(lines)
        self._quoted = [
            kind == QUOTED or line.lstrip(" \t\u00a0")[:1] == ">"
            for line, kind in zip(self._lines, self._kinds, strict=True)
        ]
        self._is_signed = SIGNED in self._lines
        self._forwarded = forwarded
        self._next = self._next_filled()

    def _next_filled(self) -> list[int]:
        """For each line the next one after it that holds something; the number of lines when there is none."""
        following, out = len(self._lines), [0] * len(self._lines)
        for position in range(len(self._lines) - 1, -1, -1):
            out[position] = following
            if not self._blank[position]:
                following = position
        return out

    def kinds(self) -> list[str]:
        """The kind of each line."""
        end = self._mark_quotes()
        self._kinds[end:] = [VISIBLE] * (len(self._kinds) - end)
        self._mark_signatures(end)
        return self._kinds

    def _mark_quotes(self) -> int:
        """Mark what is quoted; returns where the author's own text ends: a forwarded message follows, or nothing."""
        position, count = 0, len(self._lines)
        while position < count:
            if self._blank[position] or self._kinds[position] == SIGNATURE:
                position += 1
                continue
            if self._quoted[position]:
                position = self._mark_run(position)
                continue
            line = self._lines[position]
            starts_mark = may_be_mark(line)
            if starts_mark and FORWARDED.match(line):
                return position
            if (starts_mark and (ORIGINAL.match(line) or REPLY_ABOVE.match(line))) or self._opens_headers(position):
                if self._forwarded:
                    return position
                self._mark(self._with_rules_before(position), count)
                return count
            length = self._attribution_length(position)
            if length:
                after = position + length - 1
                following = self._next[after]
                if (
                    following < count
                    and not self._quoted[following]
                    and not is_loose(self._lines[position : after + 1])
                ):
                    self._mark(self._with_rules_before(position), count)
                    return count
                if following >= count or self._quoted[following]:
                    self._mark(position, after + 1)
                    position = after + 1
                    continue
            position += 1
        return count

    def _mark_run(self, position: int) -> int:
        """Mark a run of lines that start with ">", with the blank lines inside it."""
        while position < len(self._lines) and self._quoted[position]:
            following = self._next[position]
            end = following if following < len(self._lines) and self._quoted[following] else position + 1
            self._mark(position, end)
            position = end
        return position

    def _mark(self, start: int, end: int) -> None:
        self._kinds[start:end] = [QUOTED] * (end - start)

    def _with_rules_before(self, position: int) -> int:
        """`position`, or where the ruled and blank lines right above it begin."""
        while position > 0 and (self._blank[position - 1] or RULE.match(self._lines[position - 1])):
            if self._kinds[position - 1] != VISIBLE:
                break
            position -= 1
        return position

    def _opens_headers(self, position: int) -> bool:
        return opens_headers(self._lines, position)

    def _attribution_length(self, position: int) -> int:
        """How many lines from `position` on say "On … wrote:"; 0 when they don't."""
        dated = is_dated(self._lines[position])
        longest = 4 if dated else 1
        for length in range(1, min(longest, len(self._lines) - position) + 1):
            last = position + length - 1
            if self._blank[last] or self._quoted[last]:
                return 0
            after = self._next[last]
            before_quote = after < len(self._lines) and self._quoted[after]
            if not before_quote and self._lines[last].rstrip()[-1:] not in CLOSING:
                continue
            if is_attribution(self._lines[position : last + 1], dated=dated, before_quote=before_quote):
                return length
        return 0

    def _mark_signatures(self, end: int) -> None:
        """Look for a signature at the end of each stretch of the author's own lines before `end`."""
        position = 0
        while position < end:
            if self._kinds[position] != VISIBLE:
                position += 1
                continue
            start = position
            while position < end and self._kinds[position] == VISIBLE:
                position += 1
            above = self._mark_signature(start, position)
            self._mark_signature(start, above)  # a line of the telephone may stand above

    def _mark_signature(self, start: int, end: int) -> int:
        """Mark the signature at the end of lines `start` to `end`; returns where it begins."""
        last = end
        while last > start and self._blank[last - 1]:
            last -= 1
        ruled = self._rule(start, last)
        if ruled < last:
            # A picture below a rule is a logo; one below the telephone's line alone was put there by a person.
            words = self._words_end(ruled, last)
            alone = is_device_line(self._lines[words - 1]) and words - ruled <= 2
            self._kinds[ruled : words if alone else end] = [SIGNATURE] * ((words if alone else end) - ruled)
            return ruled
        words = self._words_end(start, last)
        if not self._is_unruled_signature(start, words):
            return last
        self._kinds[words - 1 : words] = [SIGNATURE]
        return words - 1

    def _words_end(self, start: int, last: int) -> int:
        """`last`, or where the words before the pictures above it end."""
        while last > start and (self._blank[last - 1] or self._lines[last - 1] == PICTURE):
            last -= 1
        return last

    def _rule(self, start: int, last: int) -> int:
        """Where the rule above the signature that ends at `last` stands; `last` when there is none."""
        said = last
        if self._is_signed:
            said = next((p for p in range(last - 1, start - 1, -1) if self._lines[p] == SIGNED), last)
        for position in range(last - 1, max(start, last - _MOST_SIGNATURE_LINES) - 1, -1):
            line = self._lines[position]
            if line[:1] not in RULE_STARTS:
                continue
            if SIGNATURE_RULE.match(line) or (is_footer_rule(line) and position < last - 1):
                return min(position, said)
        return said

    def _is_unruled_signature(self, start: int, last: int) -> bool:
        """Whether the last line alone is one: what a telephone adds, or a name after a dash."""
        if last <= start:
            return False
        final = self._lines[last - 1].strip()
        if is_device_line(final):
            return True
        stands_alone = last - 1 == start or self._blank[last - 2]
        return stands_alone and last - 1 > start and NAME_AFTER_DASH.match(final) is not None
