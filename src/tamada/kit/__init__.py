"""Pure helpers: no Django, no models, no state but caches."""
