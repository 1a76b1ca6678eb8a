"""E-mail: listeners, IMAP, parsing, threading and sending."""
