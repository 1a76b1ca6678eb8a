"""Which help centre an address belongs to, and the addresses of its pages."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest

from tamada.knowledge.models import Category, HelpCentre, Translation
from tamada.knowledge.models.centres import LANGUAGES
from tamada.knowledge.queries import main_centre, open_centres

ROOT: Final = "/help"
_OWN: Final = frozenset({"", *LANGUAGES, "files", "language", "logo", "sitemap.xml"})
"""What may follow /help of the main centre itself."""


@dataclass(frozen=True, slots=True)
class Place:
    """A help centre as it was asked for: below `root` of this host, which is "" at a host of its own."""

    centre: HelpCentre
    root: str

    @property
    def is_at_own_host(self) -> bool:
        """Whether everything at this host belongs to it."""
        return self.root == ""

    @property
    def canonical(self) -> str:
        """What its addresses begin with for search engines and mails: its own host, where it has one."""
        return _beginning(self.centre)

    def path(self, *parts: str, **query: str) -> str:
        """An address for a link: `path("hy", "articles", slug, q=words)`; without parts the centre's beginning."""
        asked = urlencode({name: value for name, value in query.items() if value})
        path = "/".join(quote(part, safe="") for part in parts)
        return f"{self.root}/{path}{'?' if asked else ''}{asked}"

    def home(self, language: str) -> str:
        """Its first page."""
        return self.path(language, "")

    def article(self, row: Translation, words: str = "") -> str:
        """Where an article is read; `words` are those that led there."""
        return self.path(row.language, "articles", row.slug, q=words)

    def category(self, row: Category, language: str) -> str:
        """Where the articles of a category are listed."""
        return self.path(language, "categories", row.slug)

    def whole(self, path: str) -> str:
        """One of its paths with scheme and host, as search engines are to know it."""
        return self.canonical + path.removeprefix(self.root)


def _beginning(centre: HelpCentre) -> str:
    base = settings.TAMADA.base_url.rstrip("/")
    if centre.host:
        return f"{urlsplit(base).scheme}://{centre.host}"
    return f"{base}{ROOT}" if centre.is_main else f"{base}{ROOT}/{centre.slug}"


def address_of(translation: Translation, main: HelpCentre | None = None) -> str:
    """The public address of a published translation; "" while its centre is closed or does not speak its language."""
    category = translation.article.category
    centre = category.centre if category else main or main_centre()
    if not centre.is_published or translation.language not in centre.languages:
        return ""
    return f"{_beginning(centre)}/{translation.language}/articles/{quote(translation.slug, safe='')}"


def host_of(request: HttpRequest) -> str:
    """The host as it was asked for, without its port; not validated."""
    return str(request.META.get("HTTP_HOST", "")).rpartition("@")[2].partition(":")[0].strip(".").lower()


def is_ours(host: str) -> bool:
    """Whether the desk answers under this name, so that no help centre does."""
    return not host or host in settings.ALLOWED_HOSTS


def place_at_host(host: str) -> Place | None:
    """The open centre that has this host to itself."""
    centre = open_centres().filter(host=host).first()
    return Place(centre, "") if centre else None


def place_below_help(path: str) -> tuple[Place | None, str]:
    """The open centre of a path that begins with /help, and what follows its root."""
    rest = path.removeprefix(ROOT) or "/"
    first = rest[1:].partition("/")[0]
    rows = open_centres()
    if first in _OWN:
        centre = rows.filter(is_main=True).first()
        return (Place(centre, ROOT) if centre else None), rest
    centre = rows.filter(slug=first).first() or rows.filter(is_main=True).first()
    if centre is None or centre.slug != first:
        return (Place(centre, ROOT) if centre else None), rest
    root = ROOT if centre.is_main else f"{ROOT}/{first}"
    return Place(centre, root), rest.removeprefix(f"/{first}") or "/"
