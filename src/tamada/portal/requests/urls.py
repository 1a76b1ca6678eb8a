"""The addresses below a link. The middleware answers them itself."""

from functools import cache

from django.urls import URLResolver, path
from django.urls.resolvers import RegexPattern

from ..methods import by_method
from .views import beginning, doing, reading

urlpatterns = [
    path("", by_method(GET=reading.requests)),
    path("new", by_method(GET=beginning.services)),
    path("new/<slug:key>", by_method(GET=beginning.service, POST=beginning.begin)),
    path("jobs/<int:number>", by_method(GET=reading.request)),
    path("jobs/<int:number>/calendar.ics", by_method(GET=reading.calendar)),
    path("jobs/<int:number>/steps/<slug:step>", by_method(GET=reading.step, POST=doing.step)),
    path("jobs/<int:number>/question", by_method(POST=doing.question)),
]


@cache
def resolver() -> URLResolver:
    """Finds the view of a path below a link."""
    return URLResolver(RegexPattern(r"^/"), urlpatterns)
