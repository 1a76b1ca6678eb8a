"""What every screen is drawn with: assets, icons, avatars, times. Load with ``{% load tamada_ui %}``."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zlib import crc32

from django import template
from django.conf import settings
from django.utils.html import escape, format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy

from tamada.conversations.capabilities import capabilities, capabilities_of
from tamada.core.language import as_label as label_of
from tamada.desk import assets, times, wording
from tamada.desk.countdown import ShownDeadline

register = template.Library()

# Avatars and times stand on a page by the dozen: they escape what isn't theirs by hand, because format_html, which
# looks at every part of them, costs three times as much.

HUES = 24
STEPS = 20
_UNITS = (
    gettext_lazy("%(size)s B"),
    gettext_lazy("%(size)s KB"),
    gettext_lazy("%(size)s MB"),
    gettext_lazy("%(size)s GB"),
)


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file: ``{% asset "app.css" %}``."""
    return assets.url(name)


@register.tag
def fixed(parser: template.base.Parser, token: template.base.Token) -> "FixedNode":
    """``{% fixed %}{% icon "reply" %} {% translate "Reply" %}{% endfixed %}``: drawn once a language, then kept.

    For icons and words that a page shows by the dozen. What stands inside sees no variable of the page.
    """
    del token
    inside = parser.parse(("endfixed",))
    parser.delete_first_token()
    return FixedNode(inside)


class FixedNode(template.Node):
    """A part of a template that depends on nothing but the language."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist
        self.drawn: dict[str | None, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """The kept text; while developing it is drawn anew, because icons' addresses change with the bundle."""
        language = get_language()
        if language not in self.drawn or settings.DEBUG:
            self.drawn[language] = self.nodelist.render(context.new({}))
        return self.drawn[language]


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One symbol of the sprite; with a label it speaks, without one it is decoration."""
    return _icon(_symbol(name), str(label))


def _symbol(name: str) -> str:
    return f"{assets.url('icons.svg')}#i-{name}"


@lru_cache(maxsize=1024)
def _icon(href: str, label: str) -> SafeString:
    if label:
        return format_html('<svg role="img" aria-label="{}"><use href="{}"/></svg>', label, href)
    return format_html('<svg aria-hidden="true"><use href="{}"/></svg>', href)


@register.filter
def initials(name: object) -> str:
    """Up to two first letters: of the first and the last word, as written (Georgian has no capitals to speak of)."""
    parts = [part for part in str(name or "").replace(".", " ").split() if part[0].isalnum()]
    if not parts:
        return "?"
    letters = parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")
    # Georgian capitals exist in Unicode since 2018 and look foreign in ordinary text.
    return "".join(letter if "\u10a0" <= letter <= "\u10ff" else letter.upper() for letter in letters)


@register.filter
def hue(thing: object) -> int:
    """One of 24 steps of the colour wheel, always the same for the same thing (its id if it has one)."""
    own = getattr(thing, "hue", None)
    if isinstance(own, int):
        return own % HUES
    key = getattr(thing, "pk", None) or thing
    return crc32(str(key).encode()) % HUES


@register.filter
def channel_icon(channel: str) -> str:
    """The icon of a channel: ``{% icon row.channel|channel_icon %}``."""
    return capabilities_of(channel).icon if channel in capabilities else "chat"


@register.simple_tag
def avatar(person: object, size: str = "", channel: str = "", state: str = "") -> SafeString:
    """A person's initials on their colour: ``{% avatar agent "tiny" %}``; ``channel`` is an icon's name."""
    name, pk = getattr(person, "name", None) or str(person or ""), getattr(person, "pk", None)
    letters, name = initials(name), escape(name)
    look = size if name else f"{size} nobody"
    known = (f' data-person="{pk}"' if pk else "") + (f' data-state="{escape(state)}"' if state else "")
    glyph = f'<span class="channel">{icon(channel)}</span>' if channel else ""
    return mark_safe(  # noqa: S308  the name is escaped above
        f'<span class="avatar {look}" data-hue="{hue(person)}"{known} title="{name}">'
        f'<span aria-hidden="true">{letters}</span><span class="hush">{name}</span>{glyph}</span>'
    )


@register.simple_tag
def chip(text: object, kind: str = "", icon: str = "") -> SafeString:
    """A small word with a meaning: kinds are waiting, late, kept, told, note."""
    drawn = _icon(_symbol(icon), "") if icon else ""
    return format_html('<span class="chip{}">{}{}</span>', f" {kind}" if kind else "", drawn, text)


@register.inclusion_tag("desk/parts/empty.html")
def empty(icon: str, title: str, text: str = "", href: str = "", action: str = "") -> dict[str, Any]:
    """What stands where nothing is yet, and the next step."""
    return {"icon": icon, "title": title, "text": text, "href": href, "action": action}


@register.simple_tag
def ago(moment: datetime | None) -> SafeString | str:
    """A moment's shortest name (14:05, yesterday, 3 Oct) with the whole of it as title."""
    return _time(moment, times.short(moment)) if moment else ""


@register.simple_tag
def at(moment: datetime | None) -> SafeString | str:
    """A moment with its clock (yesterday, 14:05) and the whole of it as title."""
    return _time(moment, times.with_clock(moment)) if moment else ""


@register.simple_tag
def on(moment: datetime | None) -> SafeString | str:
    """A moment with its day and clock, today's too (25 Nov, 14:05)."""
    return _time(moment, times.with_day(moment)) if moment else ""


@register.simple_tag
def clock(moment: datetime | None) -> SafeString | str:
    """Hours and minutes only."""
    return _time(moment, times.clock(moment)) if moment else ""


@register.filter
def day_heading(value: date | datetime) -> str:
    """Today, Yesterday, or weekday and date."""
    return times.day_heading(value.date() if isinstance(value, datetime) else value)


@register.filter
def short_day(value: date) -> str:
    """A day with its month, and its year when that is another one: 8 Mar, 1 Jan 2027."""
    return times.day(value)


@register.filter
def full_time(moment: datetime) -> str:
    """The whole moment in words."""
    return times.full(moment)


@register.simple_tag
def waiting(since: datetime | None) -> SafeString | str:
    """How long someone has waited; it ticks and warms in the page."""
    if since is None:
        return ""
    wait = times.wait(since)
    return mark_safe(  # noqa: S308  words are escaped
        f'<tamada-wait class="chip" since="{since.isoformat(timespec="seconds")}" warm="{times.WARM_MINUTES}" '
        f'hot="{times.HOT_MINUTES}" data-heat="{wait.heat}" title="{escape(times.full(since))}">{escape(wait.text)}'
        "</tamada-wait>"
    )


@register.simple_tag
def due(one: ShownDeadline, form: str = "") -> SafeString:
    """A deadline that counts down in the page and warms; ``"named"`` says which one it is, ``"short"`` shows the time
    alone and keeps the words for who hears them.
    """
    ticks = f' due="{one.due}" warn="{one.warn}"' if one.due else ""
    label, words = escape(label_of(one.target)), f"<b>{escape(one.text)}</b>"
    if form == "named":
        words = f"<span>{label}</span> {words}"
    elif form == "short":
        words = f'<i aria-hidden="true">{escape(one.short)}</i><span class="hush">{label} {words}</span>'
    sign = icon("flag" if one.due else "pending")
    return mark_safe(  # noqa: S308  words are escaped
        f'<tamada-due class="chip" data-heat="{one.heat}"{ticks} title="{escape(one.title)}">{sign}{words}</tamada-due>'
    )


@register.filter
def as_label(words: object) -> str:
    """A label before what it is of, with the sign of the reader's language."""
    return label_of(words)


@register.filter
def minutes_span(minutes: int) -> str:
    """Minutes in words: 2 h 10 min."""
    return times.hours_span(timedelta(minutes=minutes))


@register.filter
def filesize_short(number: float | None) -> str:
    """A size in at most three digits and a unit: 812 B, 4.2 MB."""
    amount, unit = float(number or 0), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    size = f"{amount:.0f}" if unit == 0 or amount >= 10 else f"{amount:.1f}"
    return str(_UNITS[unit]) % {"size": size}


@register.filter
def steps(part: float, whole: float) -> int:
    """A share in twentieths, for `data-progress`."""
    return max(0, min(STEPS, round(STEPS * part / whole))) if whole else 0


@register.simple_tag
def ui_words() -> SafeString:
    """The sentences of the scripts as one JSON block."""
    return json_script(wording.words(), "tamada-words")


def _time(moment: datetime, text: str) -> SafeString:
    iso = moment.isoformat(timespec="seconds")
    return mark_safe(f'<time datetime="{iso}" title="{escape(times.full(moment))}">{escape(text)}</time>')  # noqa: S308
