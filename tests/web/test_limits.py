"""What a request may weigh, and where it may come from."""

from __future__ import annotations

import time

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from survey.web import limits
from survey.web.limits import BODY_BYTES, FORM_BYTES


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", ""])
def test_other_host_is_refused(client: FlaskClient, host: str) -> None:
    assert client.get("/staff/sign-in", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:5000"])
def test_own_host_and_the_machine_itself_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/health/live", headers={"Host": host}).status_code == 200


def test_body_that_is_too_large_is_refused_at_once(client: FlaskClient) -> None:
    started = time.perf_counter()
    answer = client.post("/u/x", data=b"a" * (BODY_BYTES + 1), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert time.perf_counter() - started < 1
    assert "Maak" in answer.text or "maak je tekst korter" in answer.text


def test_form_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post("/u/x", data={"a": "b" * (FORM_BYTES + 1)}, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_form_of_too_many_parts_is_refused(client: FlaskClient) -> None:
    data = {f"field{number}": "x" for number in range(201)}
    assert client.post("/u/x", data=data, content_type="multipart/form-data").status_code == 413


@pytest.mark.parametrize("path", ["/u/x", "/v/x", "/controle", "/taal"])
def test_form_without_token_is_refused(client: FlaskClient, path: str) -> None:
    answer = client.post(path, data={"language": "nl", "here": "/klaar"})
    assert answer.status_code == 400
    assert "Deze pagina is te oud" in answer.text


@pytest.mark.parametrize(("site", "status"), [("cross-site", 400), ("same-site", 400)])
def test_form_of_another_site_is_refused(app: Flask, site: str, status: int) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # so that only the origin stands in its way
    answer = app.test_client().post("/u/x", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == status


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_own_form_passes(app: Flask, site: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    assert app.test_client().post("/u/x", headers={"Sec-Fetch-Site": site}).status_code == 404


def test_other_site_may_link_here(client: FlaskClient) -> None:
    assert client.get("/staff/sign-in", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_method_that_a_page_lacks_names_the_others(client: FlaskClient) -> None:
    answer = client.put("/health/live")
    assert answer.status_code in (400, 405)


def test_page_that_does_not_exist_says_so_in_the_browsers_language(client: FlaskClient) -> None:
    assert "Deze pagina bestaat niet" in client.get("/nergens").text
    assert "This page does not exist" in client.get("/nergens", headers={"Accept-Language": "en-GB"}).text


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "192.0.2.7"), (2, "203.0.113.6")])
def test_address_of_a_visitor_is_what_our_own_proxies_add(proxies: int, address: str) -> None:
    """A visitor who sends the header counts as the one that our proxy saw."""
    site = Flask("site")
    site.add_url_rule("/", view_func=lambda: str(request.remote_addr))
    limits.stand_behind(site, proxies)
    assert site.test_client().get("/", headers={"X-Forwarded-For": "203.0.113.6, 192.0.2.7"}).text == address


def test_proxies_tell_neither_scheme_nor_host() -> None:
    """Links and cookies follow SURVEY_BASE_URL; a header says nothing of them."""
    site = Flask("site")
    site.add_url_rule("/", view_func=lambda: request.url_root)
    limits.stand_behind(site, 1)
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "elders.voorbeeld", "X-Forwarded-Prefix": "/x"}
    assert site.test_client().get("/", headers=told).text == "http://localhost/"
