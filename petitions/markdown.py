"""Markdown of organisers to HTML that is safe on our pages."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

# No image (a request to a stranger's server), no heading of the page's own level, no raw HTML.
TAGS = {"p", "br", "strong", "em", "ol", "ul", "li", "a", "blockquote", "h2", "h3", "code", "hr"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"https", "http", "mailto"}

_parser = MarkdownIt("commonmark", {"html": False})


def to_html(text: str) -> SafeString:
    """Render CommonMark and keep only text, lists, quotes and links."""
    html = nh3.clean(
        _parser.render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )
    return mark_safe(html)  # noqa: S308 - cleaned by nh3 above
