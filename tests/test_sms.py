"""Text messages to a provider: what its server receives, and what is told of a refusal."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from survey import sms
from survey.config import Settings, WrongSettings

TEXT = "Noor, Sanne vraagt je iets: https://overstap.voorbeeld.nl/u/abc"


@dataclass(slots=True)
class Provider:
    """A server that notes what it is sent and answers with one status."""

    port: int = 0
    status: int = 201
    received: list[tuple[str, str, dict[str, object]]] = field(default_factory=list)

    def url(self, scheme: str) -> str:
        """Return the setting that leads here."""
        return f"{scheme}://ROC%20Voorb:geheim%2F1@127.0.0.1:{self.port}/v1/messages"


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Serve one."""
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.received.append((self.path, self.headers["Authorization"], body))
            self.send_response(made.status)
            self.send_header("Location", "https://elders.voorbeeld.nl/")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("scheme", "authorization", "more"),
    [("spryng", "Bearer geheim/1", {"encoding": "auto", "route": "business"}), ("bird", "AccessKey geheim/1", {})],
)
def test_provider_gets_number_text_sender_and_reference(
    provider: Provider, scheme: str, authorization: str, more: dict[str, str]
) -> None:
    sms.transport(provider.url(scheme))("06 1234 5678", TEXT, "m1")
    body = {"originator": "ROC Voorb", "body": TEXT, "recipients": ["31612345678"], "reference": "m1", **more}
    assert provider.received == [("/v1/messages", authorization, body)]


@pytest.mark.parametrize("status", [301, 401, 422, 500])
def test_refusal_says_its_status_and_nothing_of_the_message(provider: Provider, status: int) -> None:
    provider.status = status
    with pytest.raises(sms.Unsent, match=f"^HTTP {status}$"):
        sms.transport(provider.url("spryng"))("+31612345678", TEXT, "m1")
    assert len(provider.received) == 1


def test_provider_that_is_away_is_tried_again(provider: Provider) -> None:
    away = provider.url("bird").replace(f":{provider.port}/", ":1/")
    with pytest.raises(sms.Unsent, match="^ConnectionRefusedError$"):
        sms.transport(away)("+31612345678", TEXT, "m1")


def test_what_is_no_number_is_never_sent(provider: Provider) -> None:
    with pytest.raises(sms.NoNumber):
        sms.transport(provider.url("spryng"))("06 12", TEXT, "m1")
    assert provider.received == []


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("spryng://ROC:geheim@rest.spryngsms.com/v1/messages", ""),
        ("bird://31612345678:geheim@rest.messagebird.com/messages", ""),
        ("spryng://rest.spryngsms.com/v1/messages", "SCHEME://SENDER:TOKEN@host/path"),
        ("twilio://ROC:geheim@voorbeeld.nl", "where SCHEME is bird or spryng"),
        ("spryng://ROC%20Waterkant:geheim@rest.spryngsms.com/v1/messages", "'ROC Waterkant' cannot be a sender"),
    ],
)
def test_setting_is_checked_at_the_start(url: str, told: str) -> None:
    environ = {"SURVEY_SMS_URL": url, "SURVEY_MASTER_KEY": "A" * 43 + "="}
    if not told:
        settings = Settings.from_environment(environ)
        assert settings.sms_url == url and "geheim" not in repr(settings)
        return
    with pytest.raises(WrongSettings) as refused:
        Settings.from_environment(environ)
    assert told in str(refused.value) and "geheim" not in str(refused.value)
