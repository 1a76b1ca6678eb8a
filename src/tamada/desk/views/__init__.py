"""One module a screen. A view reads the request, calls one query or action, and answers with a template."""
