"""What belongs to an article beside its words: versions, phrasings, files; and what readers looked for in vain."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tamada.accounts.permissions import require
from tamada.core import storage
from tamada.kit.numbers import row_number
from tamada.knowledge import actions, queries
from tamada.knowledge.diff import compare
from tamada.knowledge.errors import InUse, Invalid
from tamada.knowledge.models import Article, ArticleFile, DeadEnd, Phrasing, Translation, Version
from tamada.knowledge.proposals import proposals

from ..access import actor_of, agent_of
from ..articles import LANGUAGES, html_shown
from ..pages import page
from .files import FILE_POLICY, safe_type
from .knowledge import article_or_404, rights

MOST_BYTES = 25 * 1024 * 1024


# --- versions ---------------------------------------------------------------------------------------------------------


def versions(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Every version of one language; two of them beside each other (`?old=…&new=…`)."""
    row = _translation(request, pk, language)
    if request.method == "POST":
        return _restore(request, row)
    rows = list(row.versions.select_related("by"))
    old, new = _pair(request, rows)
    context: dict[str, Any] = {"row": row, "versions": rows, "old": old, "new": new}
    if new is not None:
        compared = compare((old or new).html, new.html)
        context |= {"before": html_shown(compared.before) if old else "", "after": html_shown(compared.after)}
        context["is_same"] = compared.is_same
    context |= {"language_name": LANGUAGES[language], **rights(request)}
    return page(request, "knowledge/versions", context, current="knowledge")


def _translation(request: HttpRequest, pk: int, language: str) -> Translation:
    found = article_or_404(request, pk)
    return get_object_or_404(Translation.objects.select_related("article"), article=found, language=language)


def _pair(request: HttpRequest, rows: list[Version]) -> tuple[Version | None, Version | None]:
    """What is compared: what was asked for, else the newest with the one before it."""
    by_number = {row.number: row for row in rows}
    newest = rows[0].number if rows else 0
    new = by_number.get(row_number(request.GET["new"]) if "new" in request.GET else newest)
    before = new.number - 1 if new else 0
    return by_number.get(row_number(request.GET["old"]) if "old" in request.GET else before), new


def _restore(request: HttpRequest, row: Translation) -> HttpResponse:
    number = row_number(request.POST.get("number"))
    try:
        actions.restore_version(agent=agent_of(request), actor=actor_of(request), translation=row, number=number)
    except Version.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The older words are the draft now. Readers see them once it is published."))
    return redirect(f"{reverse('desk:article', args=[row.article_id])}?language={row.language}")


# --- phrasings --------------------------------------------------------------------------------------------------------


@require_POST
def phrasings(request: HttpRequest, pk: int) -> HttpResponse:
    """Add ways to ask, look for them in conversations, accept or drop them."""
    found, language = article_or_404(request, pk), request.POST.get("language", "")
    require(agent_of(request), "knowledge.write")
    if language not in LANGUAGES:
        raise Http404
    try:
        _phrase(request, found, language)
    except Invalid as error:
        messages.error(request, error.message)
    return redirect(f"{reverse('desk:article', args=[pk])}?language={language}#phrasings")


def _phrase(request: HttpRequest, found: Article, language: str) -> None:
    common: dict[str, Any] = {"agent": agent_of(request), "actor": actor_of(request)}
    given = request.POST
    if "propose" in given:
        made = actions.propose_phrasings(article=found, found=proposals(agent_of(request), found, language))
        if not made:
            messages.info(request, _("No solved conversation asks for this in other words."))
    elif "accept" in given:
        actions.accept_phrasings(**common, article=found, ids=[row_number(given["accept"])])
    elif "accept_all" in given:
        ids = found.phrasings.filter(language=language, accepted=False).values_list("pk", flat=True)
        actions.accept_phrasings(**common, article=found, ids=list(ids))
    elif "remove" in given:
        row = get_object_or_404(Phrasing, article=found, pk=row_number(given["remove"]))
        actions.remove_phrasing(**common, phrasing=row)
    else:
        texts = given.get("texts", "").splitlines()
        actions.add_phrasings(**common, article=found, language=language, texts=texts)


# --- files ------------------------------------------------------------------------------------------------------------


@require_POST
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Store one picture for the text (`inline=1`, answered as JSON) or a file beside it."""
    found, is_inline = article_or_404(request, pk), request.POST.get("inline") == "1"
    try:
        stored = _stored(request, found, is_inline)
    except Invalid as error:
        if is_inline:
            return JsonResponse({"errors": {"file": [error.message]}}, status=422)
        messages.error(request, error.message)
        return redirect("desk:article", pk=pk)
    if not is_inline:
        return redirect(f"{reverse('desk:article', args=[pk])}#files")
    url = reverse("desk:article_file", args=[stored.pk, stored.name])
    shown = {"id": str(stored.pk), "name": stored.name, "size": stored.size, "type": stored.type, "url": url}
    return JsonResponse(shown, status=201)


def _stored(request: HttpRequest, found: Article, is_inline: bool) -> ArticleFile:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid(_("Choose a file."), "file")
    if (file.size or 0) > MOST_BYTES:
        raise Invalid(_("Files can be up to 25 MB."), "file")
    return actions.add_file(
        agent=agent_of(request),
        actor=actor_of(request),
        article=found,
        name=file.name or "",
        content=file.read(),
        is_inline=is_inline,
    )


@require_GET
def file(request: HttpRequest, pk: int, name: str) -> FileResponse:
    """A picture or file of an article, with headers that let it be nothing else."""
    found = queries.files_visible_to(agent_of(request)).filter(pk=pk).first()
    if found is None or not storage.exists(found.blob):
        raise Http404
    is_shown = found.type in actions.PICTURES and "download" not in request.GET
    response = FileResponse(
        storage.open(found.blob), as_attachment=not is_shown, filename=found.name, content_type=safe_type(found.type)
    )
    response["Content-Length"] = str(found.size)
    response["Content-Security-Policy"] = FILE_POLICY
    return response


@require_POST
def remove_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file away that no text shows."""
    found = queries.files_visible_to(agent_of(request)).select_related("article").filter(pk=pk).first()
    if found is None:
        raise Http404
    article_id = found.article_id
    try:
        actions.remove_file(agent=agent_of(request), actor=actor_of(request), file=found)
        messages.success(request, _("Removed."))
    except InUse as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('desk:article', args=[article_id])}#files")


# --- what was looked for in vain --------------------------------------------------------------------------------------


def dead_ends(request: HttpRequest) -> HttpResponse:
    """Searches of the help centre that led nowhere: write an article, or say that none is needed."""
    if request.method == "POST":
        found = get_object_or_404(DeadEnd, pk=row_number(request.POST.get("dead_end")))
        is_back = "back" in request.POST
        actions.dismiss_dead_end(
            agent=agent_of(request), actor=actor_of(request), dead_end=found, dismissed=not is_back
        )
        return redirect("desk:dead_ends")
    rows = queries.dead_ends()[:200]
    return page(request, "knowledge/dead_ends", {"rows": rows, **rights(request)}, current="knowledge")
