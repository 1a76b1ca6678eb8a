"""Mail that a provider posts to us: secret and signature checked by django-anymail, the message journalled, then 200.

The provider is told `https://tamada:KEY@HOST/hooks/mail/PROVIDER/INBOX`. Raw MIME is kept as it came where the provider
gives it (to be preferred in its settings); else the message is built again from what it gives.
"""

import logging
import secrets as random
from collections.abc import Callable, Mapping
from email.policy import SMTP
from importlib import import_module
from io import BytesIO
from typing import Any, Final
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParser
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from tamada.accounts.links import digest
from tamada.channels.email.models import MailAccount
from tamada.channels.journal import DiskShortError, default_journal
from tamada.core import settings_store

log = logging.getLogger(__name__)

USER: Final = "tamada"
PROVIDERS: Final = {
    "mailgun": "MailgunInboundWebhookView",
    "mailjet": "MailjetInboundWebhookView",
    "postmark": "PostmarkInboundWebhookView",
    "sendgrid": "SendGridInboundWebhookView",
    "sparkpost": "SparkPostInboundWebhookView",
}


@csrf_exempt
def receive(request: HttpRequest, provider: str, inbox_id: int) -> HttpResponse:
    """One POST of a provider. 200 once everything in it is on disk; 5xx asks the provider to come again."""
    # Only installations that use it pay for loading it.
    from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure

    account = _account(inbox_id)
    if account is None or provider not in PROVIDERS:
        return HttpResponse(status=404)
    if request.method == "HEAD":
        return HttpResponse()  # some providers look whether anybody is there
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST, HEAD"})
    try:
        events = _checked(request, provider, account)
    except AnymailWebhookValidationFailure:
        return HttpResponse(status=403)
    except (AnymailError, ValueError, KeyError, LookupError) as error:
        log.warning("A provider's post can't be read.", extra={"inbox": inbox_id, "reason": type(error).__name__})
        return HttpResponse(status=400)
    try:
        for event in events:
            _keep(request, event, account)
    except DiskShortError:
        return HttpResponse(status=507)
    return HttpResponse()


def _account(inbox_id: int) -> MailAccount | None:
    return MailAccount.objects.filter(inbox=inbox_id, inbox__is_active=True).exclude(webhook_digest="").first()


def is_provider(inbox_id: int, authorization: str) -> bool:
    """Whether a request with this header bears the secret of this inbox."""
    request = HttpRequest()
    request.META["HTTP_AUTHORIZATION"] = authorization
    account = _account(inbox_id)
    return account is not None and bool(_ours(request, account))


def _checked(request: HttpRequest, provider: str, account: MailAccount) -> list[Any]:
    """The messages in the request, once its secret and signature were found right."""
    module = import_module(f"anymail.webhooks.{provider}")
    options: dict[str, Any] = {"webhook_secret": _secret(request, account)}
    if provider == "mailgun":
        # Without a key of the provider's nobody can sign: the secret in the address has to do.
        options["webhook_signing_key"] = settings_store.get("mail.mailgun.signing_key") or "unset"
    view = getattr(module, PROVIDERS[provider])(**options)
    if provider == "mailgun" and options["webhook_signing_key"] == "unset":
        view.validators = [check for check in view.validators if "Mailgun" not in check.__qualname__]
    view.setup(request)
    _ = request.body  # kept, so that it can be read twice
    view.run_validators(request)
    return list(view.parse_events(request))


def _secret(request: HttpRequest, account: MailAccount) -> str:
    """What the request must bear: the secret that it bears, where that is the one whose digest we keep."""
    return _ours(request, account) or random.token_hex()


def _ours(request: HttpRequest, account: MailAccount) -> str:
    """The secret that the request bears; "" unless it is the inbox's."""
    from anymail.utils import get_request_basic_auth

    given = str(get_request_basic_auth(request) or "")
    is_ours = constant_time_compare(digest(given.removeprefix(f"{USER}:")), account.webhook_digest)
    return given if is_ours and given.startswith(f"{USER}:") else ""


def _keep(request: HttpRequest, event: Any, account: MailAccount) -> None:
    message = event.message
    recipients = [message.envelope_recipient] if message.envelope_recipient else [account.address]
    default_journal().write(
        _raw(request, event),
        {
            "channel": "email",
            "source": "webhook",
            "inboxes": [account.inbox_id],
            "from": message.envelope_sender or None,
            "to": [str(address) for address in recipients],
            "received_at": timezone.now().isoformat(),
        },
    )


def _raw(request: HttpRequest, event: Any) -> bytes:
    """The message as it came, where the provider gives that."""
    for look in _RAW:
        if raw := look(request, event):
            return raw
    built: bytes = event.message.as_bytes(policy=SMTP)
    return built


def _posted(request: HttpRequest, _event: Any) -> bytes | None:
    """A form's field as it was posted: mail may be in any charset, of which Django keeps what is UTF-8."""
    fields = _form(request)
    return (fields.get("body-mime") or fields.get("email") or "").encode("latin-1") or None


def _form(request: HttpRequest) -> Mapping[str, str]:
    """The fields with a character for each byte (Latin-1)."""
    if request.content_type == "multipart/form-data":
        return MultiPartParser(request.META, BytesIO(request.body), [], "latin-1").parse()[0]
    if request.content_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(request.body.decode("latin-1"), encoding="latin-1"))
    return {}


def _postmark(_request: HttpRequest, event: Any) -> bytes | None:
    raw = event.esp_event.get("RawEmail") if isinstance(event.esp_event, dict) else None
    return raw.encode("utf-8", "surrogateescape") if raw else None


_RAW: tuple[Callable[[HttpRequest, Any], bytes | None], ...] = (_posted, _postmark)
