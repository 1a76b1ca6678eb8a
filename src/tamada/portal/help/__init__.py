"""The help centre: public pages that need no JavaScript, no sign-in and no cookie."""
