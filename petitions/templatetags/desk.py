"""What the desk's lists need beside Django's own tags."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

register = template.Library()


@register.filter
def labelled(cells: Iterable[SafeString], headers: Iterable[dict[str, Any]]) -> list[SafeString]:
    """Name each cell of a row after its column: a phone shows rows as lists, without headings."""
    return [
        mark_safe(  # noqa: S308 - Django's own cell, with an escaped attribute put into its tag
            cell.replace(
                " ", format_html(' data-label="{}" ', capfirst(strip_tags(header["text"]))), 1
            )
        )
        for cell, header in zip(cells, headers, strict=False)
    ]
