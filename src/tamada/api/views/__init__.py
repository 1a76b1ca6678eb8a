"""One module a resource. A view reads the request, calls one query or action, and answers."""
