"""Letters of the installation itself, handed to a real SMTP server: encrypted where offered, passwords kept."""

import datetime as dt
import ipaddress
import smtplib
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings as django_settings
from pytest_django.fixtures import Settings

from tamada.accounts import mail
from tamada.accounts.mail import Letter
from tamada.accounts.smtp import Backend
from tests.helpers.smtp import FakeSMTP

LETTER = Letter(
    subject="Բարև",
    greeting="Hello <b>Ani</b>,",
    paragraphs=["One & two."],
    items=[("A conversation", "http://testserver/conversations/1")],
    button="Open",
    url="http://testserver/?a=1&b=2",
    foot="Bye.",
)


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's TLS with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.fixture
def outgoing(settings: Settings, db: None) -> Settings:
    """The real way out, as settings.py makes it from `TAMADA_SMTP_URL`."""
    settings.EMAIL_BACKEND = "tamada.accounts.smtp.Backend"
    settings.EMAIL_HOST, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "127.0.0.1", "", ""
    settings.EMAIL_TIMEOUT = 10
    settings.TAMADA = replace(django_settings.TAMADA, smtp_url="smtp://127.0.0.1")
    return settings


def use(settings: Settings, server: FakeSMTP) -> None:
    settings.EMAIL_PORT = server.port
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = server.user, server.password


def test_a_letter_arrives_as_text_and_html_and_says_that_a_machine_wrote_it(outgoing: Settings) -> None:
    with FakeSMTP() as server:
        use(outgoing, server)
        mail.send(to="ani@desk.example", language="hy", letter=LETTER)
        [received] = server.wait_for(1)
    message = received.message
    assert (message["Subject"], message["To"], message["Auto-Submitted"]) == (
        "Բարև",
        "ani@desk.example",
        "auto-generated",
    )
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert "Hello <b>Ani</b>," in text.get_content()
    assert "http://testserver/?a=1&b=2" in text.get_content()
    assert "Hello &lt;b&gt;Ani&lt;/b&gt;," in html.get_content()
    assert '<html lang="hy">' in html.get_content()


def test_a_server_that_offers_starttls_is_spoken_to_in_secret(outgoing: Settings, tmp_path: Path) -> None:
    with FakeSMTP(tls=self_signed(tmp_path)) as server:
        use(outgoing, server)
        backend = Backend()
        assert backend.open()
        assert isinstance(backend.connection.sock, ssl.SSLSocket)  # type: ignore[union-attr]
        backend.close()


def test_a_password_is_given_to_a_server_on_this_machine(outgoing: Settings, tmp_path: Path) -> None:
    with FakeSMTP(user="tamada@desk.example", password="secret", tls=self_signed(tmp_path)) as server:
        use(outgoing, server)
        mail.send(to="ani@desk.example", language="en", letter=LETTER)
        [received] = server.wait_for(1)
    assert received.mail_from == "tamada@desk.example"


def test_a_password_never_leaves_for_a_stranger(
    outgoing: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Backend, "LOCAL", ())
    with FakeSMTP(user="tamada", password="secret", tls=self_signed(tmp_path)) as server:
        use(outgoing, server)
        with pytest.raises(ssl.SSLCertVerificationError):
            Backend().open()
    with FakeSMTP(user="tamada", password="secret") as server:
        use(outgoing, server)
        with pytest.raises(smtplib.SMTPNotSupportedError):
            Backend().open()


def test_a_wrong_password_is_told(outgoing: Settings) -> None:
    with FakeSMTP(user="tamada", password="secret") as server:
        use(outgoing, server)
        outgoing.EMAIL_HOST_PASSWORD = "wrong"
        assert "doesn't work" in str(mail.problem())


def test_what_keeps_letters_from_leaving_is_one_sentence(outgoing: Settings) -> None:
    with FakeSMTP() as server:
        use(outgoing, server)
        assert mail.problem() is None
    assert "The outgoing mail server 127.0.0.1 doesn't work" in str(mail.problem())
    outgoing.TAMADA = replace(django_settings.TAMADA, smtp_url=None)
    assert "TAMADA_SMTP_URL" in str(mail.problem())


def test_letters_come_from_the_company(outgoing: Settings) -> None:
    from tamada.core import settings_store
    from tamada.core.actors import SYSTEM

    settings_store.set("company.name", 'Ararat "Net"', SYSTEM)
    assert mail.sender() == '"Ararat \\"Net\\"" <tamada@testserver>'
    outgoing.EMAIL_HOST_USER = "desk@ararat.example"
    assert mail.sender().endswith("<desk@ararat.example>")
