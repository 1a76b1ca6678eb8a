"""Services as templates: what one delivery is made of, how it is read and checked, and when it will be finished.

Nothing here knows a database or what time it is.
"""
