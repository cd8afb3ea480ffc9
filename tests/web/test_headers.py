"""The headers of every answer, and the style that the policy allows."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from importlib.resources import files
from pathlib import Path

import pytest
from factories import Campus, make_settings
from flask.testing import FlaskClient
from staffroom import signed_in

from survey import create_app
from survey.web.compress import PADDING, squeeze
from survey.web.headers import read_script, read_style, shrink

PAGES = ("/u/" + "Z" * 26, "/v/iets", "/staff/sign-in", "/bestaat-niet", "/health/live")
STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    for part in ("form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert "unsafe" not in policy and "script" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] in ("no-cache, private", "no-store")
    assert re.fullmatch("[0-9a-f]{8,32}", headers["X-Request-Id"])


def test_style_in_the_page_is_the_one_that_the_policy_allows(client: FlaskClient) -> None:
    answer = client.get(PAGES[0])
    styles = STYLE.findall(answer.data)
    assert len(styles) == 1
    digest = base64.b64encode(hashlib.sha256(styles[0]).digest()).decode()
    assert f"style-src 'self' 'sha256-{digest}';" in answer.headers["Content-Security-Policy"]


def test_second_page_has_the_sheet_that_the_first_asked_for(client: FlaskClient) -> None:
    first, second = client.get(PAGES[0]), client.get(PAGES[0])
    (kept,) = re.findall(r'<link rel="stylesheet" href="([^"]+)" media="print">', first.text)
    assert STYLE.findall(second.data) == [] and f'<link rel="stylesheet" href="{kept}">' in second.text
    sheet = client.get(kept)
    assert (sheet.text, sheet.mimetype) == (read_style("respond").css, "text/css")
    assert "immutable" in sheet.headers["Cache-Control"]
    assert client.get("/s/respond-0123456789abcdef.css").status_code == 404
    assert client.get("/s/staff-0123456789abcdef.css").status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_page_needs_nothing_but_itself(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert not re.search(r"<script|<img|<iframe|<object|@import|url\(|\sstyle=|\son\w+=|src=", page)
    assert {link for link in re.findall(r'<link [^>]*href="([^"]*)"', page) if link[:3] != "/s/"} <= {"data:,"}


def test_https_is_kept(tmp_path: Path) -> None:
    settings = make_settings(f"sqlite:///{tmp_path}/none.sqlite", tmp_path, base_url="https://overstap.voorbeeld.nl")
    app = create_app(settings)
    client = app.test_client()
    answer = client.get("/nergens", base_url="https://overstap.voorbeeld.nl")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-survey"
    cookie = client.get("/staff/sign-in", base_url="https://overstap.voorbeeld.nl").headers["Set-Cookie"]
    assert cookie.startswith("__Host-survey=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie
    assert "Domain" not in cookie


def test_plain_http_has_no_prefix_that_browsers_would_refuse(client: FlaskClient) -> None:
    answer = client.get("/staff/sign-in")
    assert "Strict-Transport-Security" not in answer.headers
    assert answer.headers["Set-Cookie"].startswith("survey=")
    assert "Secure" not in answer.headers["Set-Cookie"]


def test_text_is_compressed_for_who_takes_it(client: FlaskClient) -> None:
    plain = client.get("/staff/sign-in")
    packed = client.get("/staff/sign-in", headers={"Accept-Encoding": "br;q=1, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
    assert b"<form" in gzip.decompress(packed.data)
    assert "Accept-Encoding" in packed.headers["Vary"] and "Cookie" in packed.headers["Vary"]
    refused = client.get("/staff/sign-in", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


def test_length_of_a_compressed_answer_varies() -> None:
    lengths = {len(squeeze(b"the same text " * 50)) for _ in range(200)}
    assert len(lengths) > PADDING / 2
    assert max(lengths) - min(lengths) < PADDING + 2


def test_shrunk_style_says_the_same() -> None:
    css = '/* note */ a { color: red; }\n@media (forced-colors: active) { .o > b + i { margin: 0 calc(1rem + 1px) } }\n'
    assert shrink(css) == "a{color:red}@media (forced-colors:active){.o>b+i{margin:0 calc(1rem + 1px)}}"


def sheets() -> list[str]:
    """Return the names of the pages' style sheets."""
    folder = files("survey").joinpath("static")
    return sorted(entry.name.removesuffix(".css") for entry in folder.iterdir() if entry.name.endswith(".css"))


@pytest.mark.parametrize("name", [name for name in sheets() if name != "tokens"])
def test_sheet_fetches_nothing_and_ends_where_it_should(name: str) -> None:
    css = read_style(name).css
    assert "url(" not in css and "@import" not in css and "</" not in css
    assert css.count("{") == css.count("}")


# Colours


def tokens() -> dict[str, dict[str, str]]:
    """Return the colours of the light and the dark scheme."""
    css = read_style("respond").css
    light, dark = re.findall(r":root\{([^}]*)\}", css)[:2]
    pairs = [dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", block)) for block in (light, dark)]
    return {"light": pairs[0], "dark": pairs[1]}


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [part / 255 for part in bytes.fromhex(colour.removeprefix("#"))]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


#: Text 7:1, muted text and signs on their tint 4.5:1, borders and focus 3:1.
CONTRASTS = [
    *[("ink", ground, 7.0) for ground in ("paper", "card", "tint", "good-tint", "mind-tint", "help-tint")],
    *[("brand", ground, 7.0) for ground in ("paper", "card")],
    ("on", "brand", 7.0),
    *[("muted", ground, 4.5) for ground in ("paper", "card", "tint")],
    *[(tone, f"{tone}-tint", 4.5) for tone in ("good", "mind", "help")],
    *[("help", ground, 4.5) for ground in ("paper", "card")],
    ("good", "paper", 4.5),
    ("brand", "help-tint", 4.5),
    *[("edge", ground, 3.0) for ground in ("paper", "card", "tint")],
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), CONTRASTS)
def test_colours_are_far_enough_apart(scheme: str, front: str, ground: str, least: float) -> None:
    colours = tokens()[scheme]
    assert contrast(colours[front], colours[ground]) >= least


# Scripts


@pytest.mark.parametrize("name", ["idle", "passkey"])
def test_script_stays_inside_its_element_and_writes_no_markup(name: str) -> None:
    code, digest = read_script(name)
    assert "</" not in code and "<!--" not in code
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function", code)
    assert digest == f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def test_script_in_a_staff_page_is_the_one_that_the_policy_allows(client: FlaskClient, school: Campus) -> None:
    signed_in(client, school, school.staff())
    answer = client.get("/staff/account")
    found = re.findall(rb"<script>(.*?)</script>", answer.data, re.DOTALL)
    assert len(found) == 1
    digest = base64.b64encode(hashlib.sha256(found[0]).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert f"script-src 'sha256-{digest}'; connect-src 'self';" in policy and "unsafe" not in policy
