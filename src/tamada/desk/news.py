"""What news is about, by name: on the reader's own page alone, so that no digest and no push holds it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from tamada.accounts.models import Agent
from tamada.knowledge import queries as articles
from tamada.notifications.queries import Item
from tamada.operations import job_queries, queries

from .articles import title_of
from .job_words import service_name

_Names = Mapping[int, str]
_ICONS: Final = {
    "assigned": "user",
    "mention": "at",
    "note": "note",
    "new_chat": "chat",
    "failed": "alert",
    "webhook": "plug",
    "unowned": "user-off",
    "rule_off": "robot",
    "handed_on": "forward",
    "review": "book",
    "job": "board",
    "promise": "calendar",
    "handoff": "forward",
    "sla": "flag",
}
"""By a kind of news, or the first word of several."""


def icon_of(kind: str) -> str:
    """The icon of a kind of news: a message's, where it has none of its own."""
    return _ICONS.get(kind) or _ICONS.get(kind.partition("_")[0], "mail")


def name(agent: Agent, items: Iterable[Item]) -> list[Item]:
    """Give lines about jobs, promises and articles their names, as far as the agent sees these; one query a kind."""
    listed = list(items)
    for kind, names_of in _NAMES.items():
        lines = [(item, item.newest.data[kind]) for item in listed if kind in item.newest.data]
        names = names_of(agent, {pk for _item, pk in lines}) if lines else {}
        for item, pk in lines:
            item.subject = names.get(pk, item.subject)
    return listed


def _jobs(agent: Agent, ids: set[int]) -> _Names:
    jobs = job_queries.visible_to(agent).filter(pk__in=ids).select_related("version").defer("version__text")
    return {job.pk: f"{service_name(job)} #{job.pk}" for job in jobs}


def _promises(agent: Agent, ids: set[int]) -> _Names:
    return dict(queries.visible_to(agent).filter(pk__in=ids).values_list("pk", "text"))


def _articles(agent: Agent, ids: set[int]) -> _Names:
    found = articles.visible_to(agent).filter(pk__in=ids)
    return {
        article.pk: title_of(article)
        for article in found.select_related("category__centre").prefetch_related("translations")
    }


_NAMES: Mapping[str, Callable[[Agent, set[int]], _Names]] = {"job": _jobs, "promise": _promises, "article": _articles}
