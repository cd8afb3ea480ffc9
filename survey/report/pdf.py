"""A composed document to a PDF/A-3a and PDF/UA-1 file, in a process that fetches nothing.

Warm and single-threaded: faces, style and template are read once a process; see docs/decisions/document.md.
"""

from __future__ import annotations

import gc
import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from xml.etree.ElementTree import fromstring

import pydyf
from cssselect2 import ElementWrapper
from fontTools.ttLib import TTFont
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup
from weasyprint import CSS, HTML, Attachment
from weasyprint import Document as Layout
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from survey.report.document import PLAIN, Document
from survey.report.text import writable

_LOG = logging.getLogger("weasyprint")
_FACES = files("survey.report").joinpath("fonts")
_PROFILE = "srgb-2014"  # any name but "srgb", which makes WeasyPrint open its own
_TEMPLATES = files("survey.templates").joinpath("report")
#: ISO 14289-1 wants its identifier in the one rdf:RDF, and PDF/A wants its schema described beside it.
_UA_METADATA = b"""<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of PDF/UA to which the document conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


class DocumentNotClean(RuntimeError):
    """The renderer complained, so the file might not hold what it claims; names the complaints."""


def render(document: Document) -> bytes:
    """Set a document as a tagged PDF with its facts inside; the same document gives the same bytes.

    Raises DocumentNotClean on any warning of the renderer (a missing glyph, a refused address), and without a title.
    """
    title = writable(document.name, glyphs())
    if not title.strip():
        raise DocumentNotClean("no title, which PDF/UA asks for")
    fonts, style = _style()
    html = typeset(document)
    moment = datetime.fromisoformat(document.day).replace(tzinfo=UTC)
    facts = Attachment(
        file_obj=BytesIO(document.facts.encode()),
        name="overgangsdocument.json",
        description=title,
        created=moment,
        modified=moment,
        relationship="Data",
        url_fetcher=_closed(),
    )
    with _complaints() as complaints:
        pdf = _Page(html, _closed()).write_pdf(
            font_config=fonts,
            stylesheets=[style],
            color_profiles={_PROFILE: _colours()},
            output_intent=_PROFILE,
            attachments=[facts],
            pdf_variant="pdf/a-3a",
            pdf_identifier=hashlib.sha256(html.encode() + document.facts.encode()).hexdigest()[:32].encode(),
            finisher=_finish,
        )
    if complaints:
        raise DocumentNotClean("; ".join(complaints))
    assert isinstance(pdf, bytes)
    return pdf


def print_page(html: str, style: str) -> bytes:
    """Set a page of our own templates as a tagged PDF/UA, with the style of print beside what stands in the page.

    Raises DocumentNotClean on any warning of the renderer.
    """
    with _no_installed_fonts():
        fonts = FontConfiguration()
    with _complaints() as complaints:
        sheet = CSS(string=style, font_config=fonts, url_fetcher=_Faces(), base_url="file:///faces/")
        # A school's logo stands in the page itself, as data: no address is asked.
        pdf = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=("data",))).write_pdf(
            font_config=fonts,
            stylesheets=[sheet],
            pdf_variant="pdf/ua-1",
            pdf_identifier=hashlib.sha256(html.encode()).hexdigest()[:32].encode(),
        )
    if complaints:
        raise DocumentNotClean("; ".join(complaints))
    assert isinstance(pdf, bytes)
    return pdf


def typeset(document: Document) -> str:
    """Write a document as the page that is set; every text in characters that the faces have, and escaped."""
    return _template().render(document=document)


def warm(samples: tuple[Document, ...] = ()) -> None:
    """Render samples and set aside what they left in memory, before the process takes its first task.

    Two of a school's own documents warm best; a plain one stands in for those that are lacking.
    """
    for sample in (samples + (PLAIN, PLAIN))[:2]:
        render(sample)
    gc.collect()
    gc.freeze()


@cache
def glyphs() -> frozenset[int]:
    """Give the code points that the shipped faces can write."""
    points: set[int] = set()
    for entry in _FACES.iterdir():
        if entry.name.endswith("-400.ttf"):
            points.update(TTFont(BytesIO(entry.read_bytes())).getBestCmap())
    return frozenset(points)


class _Faces(URLFetcher):  # type: ignore[misc]
    """Gives the shipped faces by their file name, and nothing else."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Read a face; what is not one of ours fails like any missing file."""
        return URLFetcherResponse(url, _FACES.joinpath(url.rpartition("/")[2]).read_bytes())


def _closed() -> URLFetcher:
    """Give a fetcher that refuses every address."""
    return URLFetcher(allowed_protocols=())


class _Page(HTML):  # type: ignore[misc]
    """A page that is set by our short style of elements instead of the renderer's for all of HTML.

    It is well-formed XML, which Python's own parser reads in a tenth of the time of one for all of HTML.
    """

    def __init__(self, page: str, fetcher: URLFetcher) -> None:
        self.base_url, self.url_fetcher, self.media_type = None, fetcher, "print"
        self.wrapper_element = ElementWrapper.from_html_root(fromstring(page), content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        """Give the style beneath the document's; a hook of WeasyPrint's own, so a test watches that it is used."""
        return [_elements()]


@cache
def _elements() -> CSS:
    """Read the style of elements once a process."""
    return CSS(string=_TEMPLATES.joinpath("elements.css").read_text("utf-8"), url_fetcher=_closed())


@cache
def _style() -> tuple[FontConfiguration, CSS]:
    """Read faces and style once a process: 0.8 of the time of doing so for each document."""
    with _no_installed_fonts():
        fonts = FontConfiguration()
    css = _TEMPLATES.joinpath("document.css").read_text("utf-8")
    with _complaints() as complaints:
        style = CSS(string=css, font_config=fonts, url_fetcher=_Faces(), base_url="file:///faces/")
    if complaints:
        raise DocumentNotClean("; ".join(complaints))
    return fonts, style


class _Colours(ColorProfile):  # type: ignore[misc]
    """The sRGB profile that PDF/A asks for, as the very bytes of its file.

    WeasyPrint would leave the file open for each document, and write what its colour library makes of it: other
    bytes the second time.
    """

    content = files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()

    def __init__(self) -> None:
        super().__init__(BytesIO(self.content), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


@cache
def _colours() -> ColorProfile:
    """Read the colours once a process."""
    return _Colours()


@contextmanager
def _no_installed_fonts() -> Iterator[None]:
    """Let fontconfig start without the machine's folders: their fonts and rules could change a document."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(_FACES.joinpath("fonts.conf"))
    try:
        yield
    finally:
        os.environ.pop("FONTCONFIG_FILE")
        if before is not None:
            os.environ["FONTCONFIG_FILE"] = before


@cache
def _template() -> Template:
    """Compile the page once a process; every text that it writes passes `_say`, then the escape."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=_say, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_TEMPLATES.joinpath("document.html").read_text("utf-8"))


class _Listener(logging.Handler):
    """Keeps what the renderer warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.heard.append(record.getMessage())


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """Gather the renderer's warnings."""
    listener = _Listener()
    _LOG.addHandler(listener)
    try:
        yield listener.heard
    finally:
        _LOG.removeHandler(listener)


class _Written(pydyf.Object):  # type: ignore[misc]
    """An object of a PDF as the bytes that it will be."""

    data, compressible = b"", True

    def __init__(self, made: pydyf.Object) -> None:
        super().__init__()
        self.number, self.generation, self.free = made.number, made.generation, made.free
        self.data, self.compressible = made.data, made.compressible


def _finish(_: Layout, pdf: pydyf.PDF) -> None:
    """Claim PDF/UA-1 too, and write each object once.

    pydyf writes and compresses all of them a second time for the hash beside the identifier: a twelfth of the time.
    """
    _claim_accessible(pdf)
    pdf.objects = [each if each.free == "f" else _Written(each) for each in pdf.objects]


def _claim_accessible(pdf: pydyf.PDF) -> None:
    """Put the identifier of PDF/UA-1 beside that of PDF/A in the one metadata object."""
    streams = (each for each in pdf.objects if isinstance(each, pydyf.Stream))
    metadata = next(each for each in streams if each.extra.get("Type") == "/Metadata")
    metadata.stream = [part.replace(b"</rdf:RDF>", _UA_METADATA + b"</rdf:RDF>") for part in metadata.stream]


def _say(value: object) -> object:
    """Bring every text that the template writes into characters that the faces have."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return writable(value, glyphs())
    return value
