"""The knowledge base: the list of articles, and one article with its words."""

from typing import Any, Final

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tamada.accounts.permissions import allowed, require
from tamada.accounts.queries import active_agents
from tamada.kit.numbers import row_number
from tamada.knowledge import actions, queries
from tamada.knowledge.actions import Settled
from tamada.knowledge.diff import compare
from tamada.knowledge.errors import Invalid, Stale
from tamada.knowledge.models import Article, Kind, Translation
from tamada.knowledge.points import address_of
from tamada.search import lookup
from tamada.search.vocabulary import Kind as Indexed

from ..access import actor_of, agent_of
from ..articles import LANGUAGES, for_editor, html_shown, is_beyond_trix, title_of, told
from ..forms.knowledge import SettledForm, WordsForm, initial_of
from ..pages import page

MOST: Final = 300
_FOUND: Final = 500


def article_or_404(request: HttpRequest, pk: int) -> Article:
    """An article this agent may see, with what its page shows."""
    found = queries.with_everything(queries.visible_to(agent_of(request))).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def rights(request: HttpRequest) -> dict[str, bool]:
    """What the person may do here."""
    agent = agent_of(request)
    return {
        "may_write": allowed(agent, "knowledge.write"),
        "may_publish": allowed(agent, "knowledge.publish"),
        "may_settle": allowed(agent, "knowledge.settings"),
    }


# --- the list ---------------------------------------------------------------------------------------------------------


@require_GET
def articles(request: HttpRequest) -> HttpResponse:
    """Articles by category, with how far each language is."""
    centre = queries.main_centre()
    languages = centre.languages
    found = _asked(request, queries.visible_to(agent_of(request)), languages)
    rows = list(queries.with_everything(found).order_by(*_ORDER)[: MOST + 1])
    context = {
        "shelves": _shelves(rows[:MOST], languages),
        "is_cut": len(rows) > MOST,
        "languages": [(code, LANGUAGES[code]) for code in languages],
        "states": list(queries.STATES.items()),
        "owners": active_agents().exclude(role="observer"),
        "asked": {name: request.GET.get(name, "") for name in ("q", "state", "language", "owner", "look")},
        "dead_ends": queries.dead_ends().count(),
        **rights(request),
    }
    return page(request, "knowledge/list", context, current="knowledge")


_ORDER: Final = ("category__centre", "category__parent__position", "category__position", "position", "pk")


def _asked(request: HttpRequest, rows: QuerySet[Article], languages: list[str]) -> QuerySet[Article]:
    given = request.GET
    if words := given.get("q", "").strip()[:500]:
        rows = rows.filter(pk__in=_found(words))
    language, state = given.get("language", ""), given.get("state", "")
    of = [language] if language in languages else languages
    if state in queries.STATES:
        rows = queries.in_state(rows, state, of)
    elif language in languages:
        rows = rows.filter(translations__language=language)
    if owner := given.get("owner", ""):
        rows = rows.filter(owner=agent_of(request) if owner == "me" else row_number(owner) or None)
    look = {"review": queries.due_for_review(), "links": queries.with_troubles(), "snippets": Q(kind=Kind.SNIPPET)}
    return rows.filter(look[given["look"]]) if given.get("look") in look else rows


def _found(words: str) -> set[int]:
    """Articles with these words: published ones by the index, the others by their titles."""
    groups = lookup.groups_of(Indexed.ARTICLE, words)
    ids = lookup.newest(Indexed.ARTICLE, groups, before=None, limit=_FOUND)
    titled = Q(pk__in=ids) | Q(draft_title__icontains=words) | Q(title__icontains=words)
    return set(Translation.objects.filter(titled).values_list("article", flat=True)[:_FOUND])


def _shelves(rows: list[Article], languages: list[str]) -> list[dict[str, Any]]:
    """Articles under the names of their categories, those without one last."""
    shelves: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda one: one.category_id is None):
        category = row.category
        name = str(category) if category else ""
        shelf = shelves.setdefault(name, {"category": category, "rows": []})
        shelf["rows"].append({"article": row, "title": title_of(row), "told": told(row, languages)})
    return list(shelves.values())


# --- one article ------------------------------------------------------------------------------------------------------


def new(request: HttpRequest) -> HttpResponse:
    """A new article; it is made when its first words are kept."""
    _require_write(request)
    language = _language(request)
    words = WordsForm(request.POST or None, initial={"title": request.GET.get("title", "")[:200]})
    if words.is_bound and words.is_valid() and (made := _make(request, words, language)):
        return made
    context = {"words": words, "language": language, "article": None, "shown": words["html"].value() or ""}
    return _editor(request, context, status=422 if words.is_bound else 200)


def _require_write(request: HttpRequest) -> None:
    """Nothing is kept of what may not be done whole."""
    publishes = request.POST.get("then") == "publish"
    require(agent_of(request), "knowledge.publish" if publishes else "knowledge.write")


def _make(request: HttpRequest, words: WordsForm, language: str) -> HttpResponse | None:
    common: dict[str, Any] = {"agent": agent_of(request), "actor": actor_of(request)}
    kind = Kind.SNIPPET if request.POST.get("kind") == Kind.SNIPPET else Kind.ARTICLE
    try:
        article = actions.create_article(**common, settled=Settled(kind=kind, owner=agent_of(request)))
        row = actions.save_draft(
            **common,
            article=article,
            language=language,
            title=words.cleaned_data["title"],
            html=words.cleaned_data["html"],
        )
    except Invalid as error:
        words.add_error(error.field if error.field in words.fields else None, error.message)
        return None
    try:
        return _then(request, row)
    except Invalid as error:  # its draft is kept, and there is where it goes on
        messages.error(request, error.message)
        return redirect(f"{reverse('desk:article', args=[article.pk])}?language={language}")


def article(request: HttpRequest, pk: int) -> HttpResponse:
    """One article in one language: read, write, and everything about it."""
    found = article_or_404(request, pk)
    language = _language(request, found)
    row = next((one for one in found.translations.all() if one.language == language), None)
    if row is not None:
        row = Translation.objects.select_related("article", "draft_by").get(pk=row.pk)
    if request.method == "POST":
        _require_write(request)
        return _write(request, found, row, language)
    return _editor(request, _context(found, row, language))


def _language(request: HttpRequest, found: Article | None = None) -> str:
    wanted = request.GET.get("language", "")
    if wanted in LANGUAGES:
        return wanted
    return queries.main_language(found) if found else queries.main_centre().main_language


def _context(found: Article, row: Translation | None, language: str) -> dict[str, Any]:
    html = row.working_html if row else ""
    initial = {"title": row.working_title if row else "", "html": html, "seen": row.edited if row else 0}
    return {"article": found, "row": row, "language": language, "words": WordsForm(initial=initial), "shown": html}


def _write(request: HttpRequest, found: Article, row: Translation | None, language: str) -> HttpResponse:
    """Keep what was written, and let readers see it where that was asked for."""
    form = WordsForm(request.POST)
    is_by_itself = "application/json" in request.headers.get("Accept", "")
    context = _context(found, row, language) | {"words": form, "shown": request.POST.get("html", "")}
    if not form.is_valid():
        why = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return _unkept(why, 422) if is_by_itself else _editor(request, context, status=422)
    data = form.cleaned_data
    try:
        kept = actions.save_draft(
            agent=agent_of(request),
            actor=actor_of(request),
            article=found,
            language=language,
            title=data["title"],
            html=data["html"],
            seen=data["seen"] or 0,
        )
        return JsonResponse({"seen": kept.edited}) if is_by_itself else _then(request, kept)
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _unkept(error.message, 422) if is_by_itself else _editor(request, context, status=422)
    except Stale as stale:
        if is_by_itself:
            return _unkept(_("Somebody else changes this too. Save the draft to see both wordings."), 409)
        return _editor(request, context | _stale(request, stale.translation), status=409)


def _unkept(why: str, status: int) -> JsonResponse:
    """What the page says of words that were not kept while they were written."""
    return JsonResponse({"detail": why}, status=status)


def _stale(request: HttpRequest, theirs: Translation) -> dict[str, Any]:
    """Both wordings beside each other; the next save stands for what the person has seen by then."""
    mine = actions.cleaned(request.POST.get("html", ""))
    form = WordsForm(request.POST.copy() | {"seen": str(theirs.edited)})
    form.is_valid()
    compared = compare(theirs.working_html, mine)
    sides = [html_shown(compared.before), html_shown(compared.after)]
    return {"words": form, "stale": theirs, "sides": sides, "shown": mine}


def _then(request: HttpRequest, row: Translation) -> HttpResponse:
    here = f"{reverse('desk:article', args=[row.article_id])}?language={row.language}"
    if request.POST.get("then") == "publish":
        actions.publish(agent=agent_of(request), actor=actor_of(request), translation=row, seen=row.edited)
        messages.success(request, _("Published."))
    else:
        messages.success(request, _("Draft saved. Readers see it once it is published."))
    return redirect(here)


def _editor(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    found: Article | None = context["article"]
    languages = (
        queries.main_centre().languages if found is None or not found.category else found.category.centre.languages
    )
    context |= rights(request)
    context |= {
        "language_name": LANGUAGES[context["language"]],
        "tabs": told(found, languages) if found else [],
        "plain": is_beyond_trix(context["shown"]),
        "editor_html": for_editor(context["shown"]),
    }
    if found:
        context |= _about(request, found, context["row"], context["language"])
    return page(request, "knowledge/article", context, current="knowledge", status=status)


def _about(request: HttpRequest, found: Article, row: Translation | None, language: str) -> dict[str, Any]:
    """What stands beside the words."""
    main = next((one for one in found.translations.all() if one.language == queries.main_language(found)), None)
    return {
        "title": title_of(found),
        "settled": SettledForm(initial=initial_of(found)),
        "read": html_shown(row.html) if row and row.is_published else "",
        "state": queries.state(row, main),
        "public_url": address_of(row) if row else "",
        "main_url": f"?language={main.language}" if main and main.language != language else "",
        "phrasings": found.phrasings.filter(language=language, accepted=True),
        "waiting": found.phrasings.filter(language=language, accepted=False),
        "files": found.files.all(),
        "troubles": queries.broken_links(found).select_related("translation"),
        "reasons": queries.reasons(found),
        "opinions": queries.comments(found)[:10],
    }


# --- what is done to it -----------------------------------------------------------------------------------------------


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose it is, whom it is for, when it is read again."""
    found = article_or_404(request, pk)
    require(agent_of(request), "knowledge.write")
    form = SettledForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This was not understood. Nothing was changed."))
        return _back(request, found)
    try:
        settled = form.settled(position=found.position)
        actions.update_article(agent=agent_of(request), actor=actor_of(request), article=found, settled=settled)
        messages.success(request, _("Saved."))
    except Invalid as error:
        messages.error(request, error.message)
    return _back(request, found)


@require_POST
def withdraw(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Take one language from readers, or throw away what is being written in it."""
    found = article_or_404(request, pk)
    row = next((one for one in found.translations.all() if one.language == language), None)
    if row is None:
        raise Http404
    act = actions.discard_draft if request.POST.get("what") == "draft" else actions.unpublish
    act(agent=agent_of(request), actor=actor_of(request), translation=row)
    messages.success(request, _("Done."))
    return _back(request, found)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an article away; it can be brought back for 30 days."""
    found = article_or_404(request, pk)
    actions.delete_article(agent=agent_of(request), actor=actor_of(request), article=found)
    messages.success(request, _("Deleted. For 30 days it can be brought back from the list of deleted articles."))
    return redirect("desk:knowledge")


def deleted(request: HttpRequest) -> HttpResponse:
    """What was deleted and can be brought back."""
    require(agent_of(request), "knowledge.publish")
    rows = queries.deleted_for(agent_of(request))
    if request.method == "POST":
        found = rows.filter(pk=row_number(request.POST.get("article"))).first()
        if found is None:
            raise Http404
        actions.restore_article(agent=agent_of(request), actor=actor_of(request), article=found)
        messages.success(request, _("It is back."))
        return redirect("desk:article", pk=found.pk)
    shown = [(row, title_of(row)) for row in queries.with_everything(rows)[:MOST]]
    return page(request, "knowledge/deleted", {"rows": shown}, current="knowledge")


def _back(request: HttpRequest, found: Article) -> HttpResponse:
    language = request.POST.get("language", "")
    here = reverse("desk:article", args=[found.pk])
    return redirect(f"{here}?language={language}" if language in LANGUAGES else here)
