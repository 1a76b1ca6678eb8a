"""A language model, where an admin has named one: any server that speaks OpenAI's chat completions.

It improves wording and is never needed. What asks it (`assist`) goes on without it when it is off, down, too slow, too
costly, or says what can't be used; every such reason is an `Unavailable`. Nothing personal leaves: see `redaction`.
"""
