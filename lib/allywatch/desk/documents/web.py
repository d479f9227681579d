"""The article of a web page, and what its head states."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from allywatch.desk.documents import days
from allywatch.desk.documents.extract import Extract
from allywatch.desk.documents.prose import tidy

#: Where a page states when it was published; then where it says when it was changed.
_PUBLISHED = [
    "//meta[@property='article:published_time' or @property='og:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//meta[re:test(@name, '^(date|pubdate|publishdate|publish-date|publication_date|publish_date"
    "|parsely-pub-date|sailthru\\.date|citation_publication_date|citation_date|article:published_time"
    "|dc\\.date|dc\\.date\\.issued|dcterms\\.(date|issued|created)|article\\.published)$', 'i')]/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//time[@pubdate]/@datetime",
]
_CHANGED = [
    "//meta[@property='article:modified_time' or @property='og:updated_time']/@content",
    "//meta[re:test(@name, '^(last-modified|dcterms\\.modified|lastmod)$', 'i')]/@content",
    "//*[@itemprop='dateModified']/@datetime",
]
_REGULAR = {"re": "http://exslt.org/regular-expressions"}
_MACHINE = re.compile(
    r"cf-chl|challenges\.cloudflare|/cdn-cgi/challenge|captcha-delivery|px-captcha|_Incapsula_",
    re.IGNORECASE,
)
_MACHINE_WORDS = re.compile(
    r"checking (?:if the site connection is secure|your browser)|just a moment\.\.\.|"
    r"enable javascript and cookies|(?:verify|confirm)(?:ing)? (?:that )?you are (?:a )?(?:human|not a robot)|"
    r"are you a robot|unusual traffic from your|attention required! \| cloudflare|"
    r"access (?:to this page has been )?denied|please complete the (?:security check|captcha)",
    re.IGNORECASE,
)
_WALL_WORDS = re.compile(
    r"subscribe(?:rs)? (?:now )?to (?:continue|keep) reading|to continue reading|"
    r"(?:article|story|content) is (?:only )?(?:for|available to|reserved for) (?:our )?(?:subscribers|members)|"
    r"subscriber[- ]only|(?:log|sign) in to (?:continue|read)|already a (?:subscriber|member)\?|"
    r"you have (?:reached|read) your (?:limit|last free)|"
    r"réservé aux abonnés|nur für abonnenten|solo para suscriptores|только для подписчиков",
    re.IGNORECASE,
)
#: A text with fewer words is taken for the beginning of one.
_SHORT = 150


def read_html(content: bytes | str, name: str) -> Extract:
    """The main text of a web page without menus, banners and comments, and what its head states."""
    import trafilatura
    from trafilatura.utils import load_html

    tree = load_html(content)
    if tree is None:
        return Extract("")
    source = content if isinstance(content, str) else content.decode("utf-8", "replace")
    stated = _stated(tree)
    shown = " ".join(
        " ".join(
            tree.xpath("//body//text()[not(parent::script or parent::style)]")
        ).split()
    )
    for reference in tree.xpath("//sup[a or starts-with(normalize-space(), '[')]"):
        if re.fullmatch(
            r"\s*\[?\s*(?:\d{1,3}|[a-z*†])\s*\]?\s*", reference.text_content()
        ):
            reference.drop_tree()
    page: Any = trafilatura.bare_extraction(
        tree,
        include_comments=False,
        include_tables=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    text = tidy(page.text) if page is not None and page.text else ""
    return Extract(text, stated, list(_walls(source, shown, text)))


def _walls(source: str, shown: str, text: str) -> Iterator[str]:
    """What a page says instead of its article: that a person be proved, or that it be paid for."""
    is_short = len(text.split()) < _SHORT
    asks = _MACHINE_WORDS.search(shown) or _MACHINE.search(source)
    if is_short and asks:
        yield "it looks like a page that checks for robots, not like the article"
    elif re.search(r'"isAccessibleForFree"\s*:\s*"?false', source, re.IGNORECASE) or (
        _WALL_WORDS.search(shown)
    ):
        yield "it looks like the beginning of an article that is for subscribers"


def _stated(tree: Any) -> dict[str, str]:
    """What the head of a page states, and its data for machines; nothing of what stands in its text."""
    from lxml import html
    from trafilatura.metadata import extract_metadata

    head = html.document_fromstring("<html><head></head><body></body></html>")
    found = tree.xpath("//head | //script[contains(@type, 'ld+json')]")
    for element in found:
        copied = html.fromstring(html.tostring(element))
        children = list(copied) if element.tag == "head" else [copied]
        head.head.extend(children)
    page = extract_metadata(head, date_config={"max_date": "2100-01-01"})
    stated = {"title": page.title, "publisher": page.sitename, "author": page.author}
    published = next(_dates(tree, _PUBLISHED, "datePublished"), "")
    changed = next(_dates(tree, _CHANGED, "dateModified"), "")
    stated |= {"published": published, "made": changed}
    return {name: " ".join(cell.split()) for name, cell in stated.items() if cell}


def _dates(tree: Any, paths: list[str], key: str) -> Iterator[str]:
    """The days in metadata, the surest first."""
    said: list[str] = []
    for path in paths:
        said += tree.xpath(path, namespaces=_REGULAR)
    for script in tree.xpath("//script[contains(@type, 'ld+json')]/text()"):
        try:
            said += _values(json.loads(script, strict=False), key)
        except ValueError:
            said += re.findall(rf'"{key}"\s*:\s*"([^"]+)"', script)
    for words in said:
        if day := days.stated(words):
            yield day


def _values(node: Any, key: str) -> Iterator[str]:
    """The texts under a key, however deep."""
    if isinstance(node, dict):
        if isinstance(node.get(key), str):
            yield node[key]
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _values(each, key)
