"""A mail server in fields that everybody knows from their mail program; it is stored as one URL."""

from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from tamada.channels.email.imap import ImapServer
from tamada.channels.email.send import Server

_ENCRYPTED = "tls"
_ENCRYPTION = [
    (_ENCRYPTED, _("SSL/TLS")),
    ("starttls", _("STARTTLS; none where the server offers none")),
]


class ServerForm(forms.Form):
    """Host, port, encryption, name and password. An empty host means no server.

    The password is never shown. Left empty it stays, but only for the server that has it already. Without the field of
    the host in `data` it is not bound: nothing was said of this server.
    """

    scheme: ClassVar[str]
    server: ClassVar[type[Server] | type[ImapServer]]
    host = forms.CharField(max_length=253, required=False)
    port = forms.IntegerField(
        label=_("Port"),
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(65535)],
        widget=forms.NumberInput(attrs={"min": 1, "max": 65535}),
    )
    encryption = forms.ChoiceField(label=_("Encryption"), choices=_ENCRYPTION)
    user = forms.CharField(label=_("User name"), max_length=254, required=False)
    password = forms.CharField(
        label=_("Password"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Empty keeps the one that is set."),
    )

    def __init__(self, data: Any, *, url: str) -> None:
        self.before: Any = self.server.from_url(url) if url else None
        self._before = urlsplit(url)
        given = data if data is not None and f"{self.scheme}-host" in data else None
        super().__init__(given, prefix=self.scheme, initial=self._known())

    def _known(self) -> dict[str, Any]:
        if self.before is None:
            return {"encryption": _ENCRYPTED}
        names = {"host": self.before.host, "port": self.before.port, "user": self.before.user}
        return {**names, "encryption": "starttls" if self._before.scheme == self.scheme else _ENCRYPTED}

    def clean(self) -> dict[str, Any]:
        """A password goes to no other server than the one it was given for."""
        given = super().clean() or {}
        host, before = given.get("host", ""), self.before
        is_other = before is None or (host.lower(), given.get("user")) != (before.host.lower(), before.user)
        if host and given.get("user") and not given.get("password") and is_other and before and before.password:
            self.add_error("password", _("Enter the password again: it has not been given for this server."))
        if host and ("/" in host or "@" in host or any(c.isspace() for c in host)):
            self.add_error("host", _("This is no name of a server."))
        return given

    def url(self) -> str:
        """What is stored; "" for no server."""
        given = self.cleaned_data
        if not given["host"]:
            return ""
        password = given["password"] or (self.before.password if self.before else "")
        login = ":".join(quote(part, safe="") for part in (given["user"], password) if part)
        host = f"[{given['host']}]" if ":" in given["host"] else given["host"]
        scheme = self.scheme + ("s" if given["encryption"] == _ENCRYPTED else "")
        port = f":{given['port']}" if given["port"] else ""
        # That a server's certificate is not checked was said of that server, and of no other.
        is_same = self.before is not None and given["host"].lower() == self.before.host.lower()
        query = f"?{self._before.query}" if self._before.query and is_same else ""
        return f"{scheme}://{login}{'@' if login else ''}{host}{port}{self.path()}{query}"

    def path(self) -> str:
        """What follows the port."""
        return ""


class SmtpForm(ServerForm):
    """The server for outgoing mail."""

    scheme = "smtp"
    server = Server

    def __init__(self, data: Any, *, url: str) -> None:
        super().__init__(data, url=url)
        self.fields["host"].label = _("Server for outgoing mail (SMTP)")
        self.fields["host"].help_text = _(
            "Such as smtp.company.am. Without one the installation's own is used, if it has one."
        )
        self.fields["port"].help_text = _("Empty is 465 with SSL/TLS and 25 with STARTTLS; many providers want 587.")
        self.fields["encryption"].help_text = _("A password is sent over an encrypted connection only.")


class ImapForm(ServerForm):
    """The mailbox that is fetched from."""

    scheme = "imap"
    server = ImapServer
    folder = forms.CharField(label=_("Folder"), max_length=200, required=False, help_text=_("INBOX, if empty."))

    def __init__(self, data: Any, *, url: str) -> None:
        super().__init__(data, url=url)
        self.fields["host"].label = _("Mailbox to fetch from (IMAP)")
        self.fields["host"].help_text = _("Such as imap.company.am. Not needed when mail is delivered here directly.")
        self.fields["port"].help_text = _("Empty is 993 with SSL/TLS and 143 with STARTTLS.")
        if self.before is not None and self.before.folder != "INBOX":
            self.initial["folder"] = self.before.folder

    def path(self) -> str:
        folder = self.cleaned_data["folder"]
        return f"/{quote(folder, safe='/')}" if folder else ""
