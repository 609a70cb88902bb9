"""The XMP packet of a picture that leaves: what it is, in words that programs and archives look for."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from facet.core.descriptor import Family
from facet.core.i18n import LANGUAGES, translator
from facet.core.shown import as_shown
from facet.report.families import LAW_LABEL, MARKINGS, NOTICE

GENERATED_MEDIA = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
"""IPTC's digital source type for media made by a trained model; platforms read it from the XMP packet."""
GENERATED_WORDS = ("AI-generated", LAW_LABEL)
"""Keywords of what a generative backend made."""
OWN_NAMES = "https://facet.invalid/xmp/1/"
"""The namespace of Facet's own properties; a name, not an address."""
SPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "facet": OWN_NAMES,
}


def packet(family: Family, exhibit: str, facts: Mapping[str, str]) -> str:
    """The packet of a picture called ``exhibit``; ``facts`` become properties of Facet's namespace (``Case``,
    ``PictureSHA256``)."""
    generated = family is Family.GENERATIVE
    told = {f"facet:{name}": value for name, value in {**facts, "Exhibit": exhibit, "Family": family.value}.items()}
    told["xmp:CreatorTool"] = "Facet"
    if generated:
        told["Iptc4xmpExt:DigitalSourceType"] = GENERATED_MEDIA
    spaces = "".join(f" xmlns:{short}={quoteattr(name)}" for short, name in SPACES.items())
    properties = "".join(f" {name}={quoteattr(as_shown(value))}" for name, value in told.items() if value)
    descriptions = {"x-default": described(family, "en"), **{each: described(family, each) for each in LANGUAGES}}
    words = "".join(f"<rdf:li>{escape(word)}</rdf:li>" for word in (GENERATED_WORDS if generated else ()))
    subject = f"<dc:subject><rdf:Bag>{words}</rdf:Bag></dc:subject>" if words else ""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF{spaces}><rdf:Description rdf:about=""{properties}>'
        f"<dc:title>{_in_languages({'x-default': exhibit})}</dc:title>"
        f"<dc:description>{_in_languages(descriptions)}</dc:description>{subject}"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    )


def described(family: Family, language: str) -> str:
    """What a picture of this family is and how far it goes, in a sentence or two."""
    translate, marking = translator(language), MARKINGS[family]
    headline = NOTICE if family is Family.GENERATIVE else translate(marking.headline)
    return f"{headline}. {translate(marking.warning)}"


def _in_languages(texts: Mapping[str, str]) -> str:
    items = "".join(
        f"<rdf:li xml:lang={quoteattr(language)}>{escape(as_shown(text))}</rdf:li>" for language, text in texts.items()
    )
    return f"<rdf:Alt>{items}</rdf:Alt>"
