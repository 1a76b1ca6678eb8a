"""What the demo company knows: its articles, what readers said of them, and what they looked for in vain."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.calendars.models import Calendar
from tamada.conversations.models import Channel, Inbox
from tamada.knowledge import actions
from tamada.knowledge.actions import Face
from tamada.knowledge.folders import from_folder
from tamada.knowledge.importing import import_articles
from tamada.knowledge.models import Article, DeadEnd, Opinion, Translation
from tamada.knowledge.queries import main_centre

FOLDER: Final = Path(__file__).parent / "articles"
_NAMES: Final = {
    "hy": "Arevik Net. օգնություն",
    "ka": "Arevik Net: დახმარება",
    "ru": "Arevik Net: помощь",
    "en": "Arevik Net help",
}
_INTROS: Final = {
    "hy": "Ինչո՞վ կարող ենք օգնել",
    "ka": "რით შეგვიძლია დაგეხმაროთ?",
    "ru": "Чем мы можем помочь?",
    "en": "How can we help?",
}
_IN_VAIN: Final = (
    ("hy", "ստատիկ ip հասցե", 9),
    ("ru", "белый ip адрес", 6),
    ("ka", "სიმ ბარათი", 5),
    ("en", "router settings for gaming", 3),
)
_NO: Final = (("incomplete", "Գիշերը զանգե՞լ կարելի է"), ("unclear", ""), ("incomplete", ""))


def make_knowledge(admin: Agent, agents: list[Agent]) -> None:
    """Make it in the name of an admin."""
    actor = actor_of(admin)
    import_articles(agent=admin, actor=actor, files=from_folder(FOLDER))
    centre = main_centre()
    inboxes = Inbox.objects.filter(is_active=True)
    face = Face(
        slug="main",
        names=_NAMES,
        intros=_INTROS,
        languages=["hy", "ka", "ru", "en"],
        colour="#a3243b",
        phone="+374 10 000 000",
        request_inbox=inboxes.filter(channel=Channel.EMAIL).order_by("pk").first(),
        chat_inbox=inboxes.filter(channel=Channel.CHAT).first(),
        calendar=Calendar.objects.first(),
        is_published=True,
    )
    actions.update_centre(agent=admin, actor=actor, centre=centre, face=face)
    _owners(agents)
    _readers()
    _searched_in_vain()


def _owners(agents: list[Agent]) -> None:
    """Everybody keeps a few, and one is to be read again by now."""
    today = timezone.localdate()
    for index, article in enumerate(Article.objects.order_by("pk")):
        article.owner = agents[index % 5]
        article.review_at = today + timedelta(days=30 * (index % 6) - 2) if index % 2 else None
        article.review_told_at = today
        article.save(update_fields=["owner", "review_at", "review_told_at"])


def _readers() -> None:
    """In bulk, as everything of the demo company that nobody did by hand."""
    said: list[Opinion] = []
    for index, row in enumerate(Translation.objects.filter(is_published=True).order_by("pk")):
        said += [Opinion(translation=row, version=1, helpful=True) for _time in range(3 + 7 * index % 11)]
        if index % 4 == 0:
            reason, comment = _NO[index // 4 % 3]
            said.append(Opinion(translation=row, version=1, helpful=False, reason=reason, comment=comment))
    Opinion.objects.bulk_create(said)
    for article in Article.objects.all():
        theirs = [one.helpful for one in said if one.translation.article_id == article.pk]
        article.helpful, article.unhelpful = theirs.count(True), theirs.count(False)
        article.save(update_fields=["helpful", "unhelpful"])


def _searched_in_vain() -> None:
    now = timezone.now()
    DeadEnd.objects.bulk_create(
        DeadEnd(centre=main_centre(), language=language, words=words, count=count, last_at=now - timedelta(hours=count))
        for language, words, count in _IN_VAIN
    )
