"""Django's WSGI application: what the root ASGI application calls for every page and API request."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamada.config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
