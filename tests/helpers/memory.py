"""What a process remembers outside the database."""


def forget_everything() -> None:
    """As if the process had just begun."""
    from django.conf import settings
    from django.core.cache import cache
    from django.utils import timezone, translation

    from tamada.automation.queries import views
    from tamada.core import limits, presence, settings_store
    from tamada.privacy.actions import forget_looks

    timezone.deactivate()  # A test client's request leaves its reader's zone and language to the thread.
    translation.deactivate()
    settings_store.forget()
    settings_store.FRESH = 3_600.0  # Else a slow machine reads them again in the midst of what a test counts.
    cache.clear()  # What it keeps for a row is not kept for the row of that number in another test.
    limits._windows.clear()
    presence.table._rows.clear()
    views._costs = views._Costs()
    views._costs.costly = 60.0  # a test on a busy machine counts anew all the same
    forget_looks()
    if settings.TAMADA.redis_url:
        limits._redis().flushdb()
