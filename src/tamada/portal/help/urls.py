"""The addresses below a help centre's root. The middleware answers them itself."""

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLResolver, path
from django.urls.resolvers import RegexPattern

from .places import Place
from .views import asking, machine, opinions, reading, searching

type_view = Callable[..., HttpResponseBase]


def _by_method(**views: type_view) -> type_view:
    """A view for each method. HEAD is answered as GET; the server leaves the body out."""

    def view(request: HttpRequest, place: Place, **arguments: str | int) -> HttpResponseBase:
        method = "GET" if request.method == "HEAD" else request.method or ""
        if method not in views:
            response = HttpResponse(status=405)
            response["Allow"] = ", ".join(sorted(views))
            return response
        return views[method](request, place, **arguments)

    return view


urlpatterns = [
    path("", _by_method(GET=reading.begin)),
    path("robots.txt", _by_method(GET=machine.robots)),
    path("sitemap.xml", _by_method(GET=machine.sitemap)),
    path("sitemap-<int:number>.xml", _by_method(GET=machine.part_of_sitemap)),
    path("logo/<str:key>", _by_method(GET=machine.logo)),
    path("files/<str:pk>", _by_method(GET=machine.file)),
    path("files/<str:pk>/<str:name>", _by_method(GET=machine.file)),
    path("language/<str:code>", _by_method(GET=reading.choose_language)),
    path("<str:language>", _by_method(GET=reading.with_slash)),
    path("<str:language>/", _by_method(GET=reading.home)),
    path("<str:language>/categories/<str:slug>", _by_method(GET=reading.category)),
    path("<str:language>/articles/<str:slug>", _by_method(GET=reading.article)),
    path("<str:language>/articles/<str:slug>/opinion", _by_method(POST=opinions.give)),
    path("<str:language>/opinions/<str:token>", _by_method(GET=opinions.thanks, POST=opinions.explain)),
    path("<str:language>/search", _by_method(GET=searching.search)),
    path("<str:language>/suggest", _by_method(GET=searching.suggest)),
    path("<str:language>/unopened", _by_method(POST=searching.unopened)),
    path("<str:language>/request", _by_method(GET=asking.form, POST=asking.send)),
    path("<str:language>/request/<str:token>", _by_method(GET=asking.sent)),
]


@cache
def resolver() -> URLResolver:
    """Finds the view of a path below a centre's root."""
    return URLResolver(RegexPattern(r"^/"), urlpatterns)
