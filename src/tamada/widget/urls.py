"""The routes of v1. `middleware` answers them itself; they are not part of the site's own table."""

from functools import cache

from django.urls import URLResolver, path
from django.urls.resolvers import RegexPattern

from .methods import by_method
from .views import conversations, files, visitors

urlpatterns = [
    path("config", by_method(GET=visitors.config)),
    path("visitors", by_method(POST=visitors.start)),
    path("visitor", by_method(GET=visitors.me, PATCH=visitors.describe)),
    path("visitor/identify", by_method(POST=visitors.identify)),
    path("conversations", by_method(GET=conversations.listed)),
    path("conversations/<str:pk>", by_method(GET=conversations.one)),
    path("conversations/<str:pk>/messages", by_method(GET=conversations.messages)),
    path("conversations/<str:pk>/typing", by_method(POST=conversations.typing)),
    path("conversations/<str:pk>/seen", by_method(POST=conversations.seen)),
    path("messages", by_method(POST=conversations.send)),
    path("files", by_method(POST=files.upload)),
    path("files/<str:pk>", by_method(GET=files.download)),
]


@cache
def resolver() -> URLResolver:
    """Finds the view of a path below /widget/v1."""
    return URLResolver(RegexPattern(r"^/widget/v1/"), urlpatterns)
