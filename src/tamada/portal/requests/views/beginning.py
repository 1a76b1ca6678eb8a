"""Something new: what may be asked for, and the form with which it begins."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tamada.channels.chat.settings import LARGEST_TEXT
from tamada.core import dates
from tamada.core.language import readers_language
from tamada.customers.models import Customer
from tamada.kit.services.template import Field, in_language
from tamada.kit.services.template import Service as Template
from tamada.operations import actions, their_queries
from tamada.operations.actions import LONGEST_REASON, Wish
from tamada.operations.models import Service
from tamada.operations.their_words import way_to

from ..fields import ACCEPTED, answers_in, asked, files_in
from ..pages import nothing, show
from ..tasks import NOTHING, REFUSED, Back, wrong_with
from ..visit import Visit, check_form, new_key
from .doing import done
from .door import of_all


@of_all
def services(_request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """What customers may begin themselves, with what stands at its end, and within what time."""
    offers = their_queries.offers(readers_language())
    listed = [{"href": visit.path("new", row.key), **_about(template)} for _name, row, template in offers]
    return show("services", _("Ask for something new"), visit=visit, here=("new",), services=listed)


@of_all
def service(_request: HttpRequest, visit: Visit, key: str) -> HttpResponseBase:
    """The form of one."""
    try:
        row, template = their_queries.offer(key)
    except Service.DoesNotExist:
        return nothing(visit)
    return _page(visit, row, template)


@of_all
def begin(request: HttpRequest, visit: Visit, key: str) -> HttpResponseBase:
    """Begin it, once however often the form is sent; or say on the page what is missing."""
    check_form(request, visit)
    try:
        row, template = their_queries.offer(key)
        form = _form(template)
        text, answers = request.POST.get("text", ""), answers_in(request, form)
        wish = Wish(customer=visit.customer, service=key, key=request.POST.get("form", ""), language=readers_language())
        job = actions.begin(wish=wish, text=text, answers=answers, files=files_in(request, form))
    except (Service.DoesNotExist, Customer.DoesNotExist):
        return nothing(visit)
    except REFUSED as error:
        wrong = wrong_with(error)
    else:
        return done(visit, job, "begun")
    return _page(visit, row, template, status=422, text=text, back=Back(key, answers, wrong))


def _page(
    visit: Visit, row: Service, template: Template, *, status: int = 200, text: str = "", back: Back = NOTHING
) -> HttpResponse:
    form, language = _form(template), readers_language()
    known = their_queries.known_before(visit.customer, template)
    about, way = _about(template), way_to(visit.customer, row.team_id)
    content: dict[str, Any] = {
        "one": about,
        "here": ("new", row.key),
        "back": visit.path("new"),
        "action": visit.path("new", row.key),
        "key": new_key(),
        "fields": asked(form, known, language, given=back.given, wrong=back.wrong),
        "text": text,
        "needs_words": their_queries.needs_words(template),
        "longest": LARGEST_TEXT if way else LONGEST_REASON,
        "wrong": back.wrong,
        "way": way,
        "accepted": ACCEPTED,
    }
    return show("service", about["name"], visit=visit, status=status, **content)


def _form(template: Template) -> list[Field]:
    """What is asked first, each question once."""
    return list({field.id: field for fields in template.first_form.values() for field in fields}.values())


def _about(template: Template) -> dict[str, str]:
    language = readers_language()
    return {
        "name": in_language(template.name, language),
        "about": in_language(template.about, language),
        "result": in_language(template.result, language),
        "within": dates.working_time(template.within) if template.within else "",
    }
