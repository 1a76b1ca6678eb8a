"""Parts that many starts never need, loaded when the first request asks for them.

The REST API brings ninja and pydantic: half a second and 25 MB that a desk, the mail process and the worker do without.
"""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse

type_get_response = Callable[[HttpRequest], HttpResponse]

API_ROOT = "/api/v1"


class ApiMiddleware:
    """Stands where the API's own middleware stands, and becomes it with the first request below /api/v1."""

    def __init__(self, get_response: type_get_response) -> None:
        self.get_response = get_response
        self._api: type_get_response | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path != API_ROOT and not path.startswith(f"{API_ROOT}/"):
            return self.get_response(request)
        if self._api is None:
            from tamada.api.middleware import ApiMiddleware as Real

            self._api = cast(type_get_response, Real(self.get_response))
        return self._api(request)
