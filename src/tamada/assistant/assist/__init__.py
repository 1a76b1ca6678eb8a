"""Help for the person who answers: what could be said, where it was solved before, what happened so far, how it reads.

All of it works by retrieval, extraction and rules; a language model, where there is one, words it better.
"""
