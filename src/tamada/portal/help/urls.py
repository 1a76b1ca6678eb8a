"""The addresses below a help centre's root. The middleware answers them itself."""

from functools import cache

from django.urls import URLResolver, path
from django.urls.resolvers import RegexPattern

from ..methods import by_method
from .views import asking, machine, opinions, reading, searching

urlpatterns = [
    path("", by_method(GET=reading.begin)),
    path("robots.txt", by_method(GET=machine.robots)),
    path("sitemap.xml", by_method(GET=machine.sitemap)),
    path("sitemap-<int:number>.xml", by_method(GET=machine.part_of_sitemap)),
    path("logo/<str:key>", by_method(GET=machine.logo)),
    path("files/<str:pk>", by_method(GET=machine.file)),
    path("files/<str:pk>/<str:name>", by_method(GET=machine.file)),
    path("language/<str:code>", by_method(GET=reading.choose_language)),
    path("<str:language>", by_method(GET=reading.with_slash)),
    path("<str:language>/", by_method(GET=reading.home)),
    path("<str:language>/categories/<str:slug>", by_method(GET=reading.category)),
    path("<str:language>/articles/<str:slug>", by_method(GET=reading.article)),
    path("<str:language>/articles/<str:slug>/opinion", by_method(POST=opinions.give)),
    path("<str:language>/opinions/<str:token>", by_method(GET=opinions.thanks, POST=opinions.explain)),
    path("<str:language>/search", by_method(GET=searching.search)),
    path("<str:language>/suggest", by_method(GET=searching.suggest)),
    path("<str:language>/unopened", by_method(POST=searching.unopened)),
    path("<str:language>/request", by_method(GET=asking.form, POST=asking.send)),
    path("<str:language>/request/<str:token>", by_method(GET=asking.sent)),
]


@cache
def resolver() -> URLResolver:
    """Finds the view of a path below a centre's root."""
    return URLResolver(RegexPattern(r"^/"), urlpatterns)
