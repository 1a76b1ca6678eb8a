"""HTTP to addresses that people gave us, without letting them reach what only this machine can reach.

The guard sits where the connection is made: a name is resolved once, every address found is checked, and the socket is
opened to exactly the address that passed. So a name that resolves differently a moment later (DNS rebinding), a
redirect to an inner host, and odd spellings of an address (``http://2130706433/``) all meet the same check. Proxies
named in the environment are ignored, because they would resolve the name again.

Hosts that the operator configured may be inside: they are named in ``allow``.
"""

import ipaddress
import json as json_format
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpcore
import httpx

TIMEOUT = 10.0
MOST_BYTES = 5 * 1024 * 1024
MOST_REDIRECTS = 3
USER_AGENT = "Tamada"

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]
Connector = Callable[[str, int, float | None], httpcore.NetworkStream]


class HttpError(Exception):
    """The request came to nothing; the text says why, for a person."""


class RefusedAddress(HttpError):
    """The address leads inside: to this machine, its network or its provider's metadata service."""


class TooLarge(HttpError):
    """The answer is longer than the caller wants to read."""


class TooSlow(HttpError):
    """The whole exchange took longer than the caller wants to wait."""


# Which addresses are outside -----------------------------------------------------------------------------------------

_REFUSED_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
        *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),  # the last is Azure's metadata service
        *("::/128", "::1/128", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7"),
        *("fe80::/10", "fec0::/10", "ff00::/8"),
    )
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")


def is_outside(address: str) -> bool:
    """Whether an IP address belongs to the public internet, in whichever of its wrappings an IPv4 address comes."""
    try:
        ip: _Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _wrapped(ip)
        if inner is not None:
            return is_outside(str(inner))
        if ip in _LOCAL_NAT64:
            return False
    if ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local:
        return False
    return ip.is_global and not any(ip.version == net.version and ip in net for net in _REFUSED_NETWORKS)


def _wrapped(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside a mapped, compatible, 6to4 or NAT64 one."""
    number = int(ip)
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip in _NAT64 or (number >> 32 == 0 and number > 1):
        return ipaddress.IPv4Address(number & 0xFFFFFFFF)
    return None


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host, as the system finds them.

    Raises:
        HttpError: there are none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise HttpError(f"The host {host} was not found.") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Guard:
    """Decides which addresses a connection may go to. ``allow`` holds hosts, addresses and networks (CIDR)."""

    allow: frozenset[str] = frozenset()
    resolver: Resolver = resolve

    def addresses(self, host: str, port: int) -> list[str]:
        """The checked addresses of a host.

        Raises:
            RefusedAddress: one of them is inside. One is enough: otherwise a name with two addresses slips through.
        """
        found = self.resolver(host, port)
        if host.lower().rstrip(".") in self.allow:
            return found
        for address in found:
            if not (is_outside(address) or is_named(address, self.allow)):
                raise RefusedAddress(f"The address of {host} is not on the public internet, so it is not contacted.")
        return found


def is_named(host: str, allow: Iterable[str]) -> bool:
    """Whether ``allow`` names this host, this address, or a network that it is in."""
    if host.lower().rstrip(".") in allow:
        return True
    try:
        ip = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return any(ip in network for network in map(_network, allow) if network and network.version == ip.version)


@lru_cache(maxsize=256)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def dial(guard: Guard, host: str, port: int, timeout: float | None) -> socket.socket:
    """A connection to the first checked address of a host that takes one, for protocols other than HTTP.

    Raises RefusedAddress and HttpError as `Guard.addresses`, and OSError.
    """
    failure: OSError | None = None
    for address in guard.addresses(host, port):
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            failure = error
    raise failure or OSError(f"The host {host} has no address.")


def _connect(address: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
    return httpcore.SyncBackend().connect_tcp(address, port, timeout)


# The client ----------------------------------------------------------------------------------------------------------


class _Backend(httpcore.NetworkBackend):
    def __init__(self, guard: Guard, connector: Connector, deadline: float | None) -> None:
        self._guard, self._connector, self._deadline = guard, connector, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        del local_address, socket_options
        failure: Exception | None = None
        for address in self._guard.addresses(host, port):
            try:
                stream = self._connector(address, port, _within(timeout, self._deadline))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _Stream(stream, self._deadline)
        raise failure or httpcore.ConnectError(f"The host {host} has no address.")

    def connect_unix_socket(self, *_args: Any, **_options: Any) -> httpcore.NetworkStream:
        raise RefusedAddress("Sockets of this machine are not contacted.")

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def _within(timeout: float | None, deadline: float | None) -> float | None:
    if deadline is None:
        return timeout
    left = deadline - time.monotonic()
    if left <= 0:
        raise TooSlow("The answer took too long.")
    return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    """A connection that ends at its deadline, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float | None) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _within(timeout, self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _within(timeout, self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secure = self._stream.start_tls(ssl_context, server_hostname, _within(timeout, self._deadline))
        return _Stream(secure, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


@lru_cache(maxsize=1)
def _ssl_context() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


class GuardedTransport(httpx.HTTPTransport):
    """An httpx transport that connects only where its guard allows. ``deadline``: on the monotonic clock."""

    def __init__(
        self,
        guard: Guard,
        *,
        connector: Connector = _connect,
        deadline: float | None = None,
        verify: ssl.SSLContext | None = None,
    ) -> None:
        context = verify or _ssl_context()
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=20,
            max_keepalive_connections=10,
            keepalive_expiry=5.0,
            network_backend=_Backend(guard, connector, deadline),
        )


def client(*, allow: Iterable[str] = (), timeout: float = TIMEOUT, **options: Any) -> httpx.Client:
    """An httpx client that refuses addresses inside, for callers that stream or keep connections.

    ``timeout`` counts for each step, not for the whole; ``options`` go to `httpx.Client`. Redirects are not followed
    unless asked for; if they are, each is checked.
    """
    transport = GuardedTransport(Guard(_hosts(allow)))
    headers = {"User-Agent": USER_AGENT, **options.pop("headers", {})}
    return httpx.Client(transport=transport, timeout=timeout, trust_env=False, headers=headers, **options)


def _hosts(allow: Iterable[str]) -> frozenset[str]:
    return frozenset(host.lower().rstrip(".") for host in allow)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str

    @property
    def ok(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300

    @property
    def content_type(self) -> str:
        """The media type without its parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def text(self) -> str:
        """The content as text; what is not UTF-8 is marked."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The content as JSON.

        Raises:
            HttpError: it is not JSON.
        """
        try:
            return json_format.loads(self.content)
        except ValueError as error:
            raise HttpError("The answer is not JSON.") from error


def fetch(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    json: Any = None,
    timeout: float = TIMEOUT,
    max_bytes: int = MOST_BYTES,
    cut: bool = False,
    redirects: int | None = None,
    allow: Iterable[str] = (),
    guard: Guard | None = None,
    connector: Connector = _connect,
    verify: ssl.SSLContext | None = None,
) -> Response:
    """Send one request and read the whole answer, whatever its status.

    With ``cut`` no more than ``max_bytes`` of it are read: a longer answer is cut there, and that is no error.
    ``timeout`` is in seconds for everything together, redirects too (only the system's name resolution has its own).
    ``redirects`` is how many to follow: by default 3 for GET and HEAD and none for other methods; never from https
    down to http.

    Raises:
        RefusedAddress: the host, or one a redirect leads to, is not on the public internet nor in ``allow``.
        TooLarge, TooSlow: a limit was passed.
        HttpError: anything else that kept an answer from coming.
    """
    if redirects is None:
        redirects = MOST_REDIRECTS if method.upper() in ("GET", "HEAD") else 0
    deadline = time.monotonic() + timeout
    transport = GuardedTransport(guard or Guard(_hosts(allow)), connector=connector, deadline=deadline, verify=verify)
    sent = {"User-Agent": USER_AGENT, **(headers or {})}
    try:
        with httpx.Client(transport=transport, timeout=timeout, trust_env=False, headers=sent) as session:
            request = session.build_request(method, url, content=content, json=json)
            return _exchange(session, request, redirects, (max_bytes, cut), deadline)
    except HttpError:
        raise
    except httpx.TimeoutException as error:
        raise TooSlow("The answer took too long.") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError, OSError) as error:
        raise HttpError(f"The request failed: {error}") from error


def _exchange(
    session: httpx.Client, request: httpx.Request, redirects: int, most: tuple[int, bool], deadline: float
) -> Response:
    for left in range(redirects, -1, -1):
        answer = session.send(request, stream=True)
        try:
            following = answer.next_request
            if following is None or left == 0:
                return _read(answer, *most, deadline)
        finally:
            answer.close()
        if request.url.scheme == "https" and following.url.scheme != "https":
            raise HttpError("The server redirects to an address without encryption.")
        request = following
    raise AssertionError("the last round returns")


def _read(answer: httpx.Response, max_bytes: int, cut: bool, deadline: float) -> Response:
    announced = answer.headers.get("content-length", "")
    if not cut and announced.isdecimal() and int(announced) > max_bytes:
        raise TooLarge(f"The answer is longer than {max_bytes} bytes.")
    content = bytearray()
    for chunk in answer.iter_bytes():
        content += chunk
        if len(content) >= max_bytes and cut:
            break
        if len(content) > max_bytes:
            raise TooLarge(f"The answer is longer than {max_bytes} bytes.")
        _within(None, deadline)
    return Response(answer.status_code, dict(answer.headers), bytes(content[:max_bytes]), str(answer.url))
