"""Opening hours and holidays: calendars that inboxes and service levels count their working time by."""
