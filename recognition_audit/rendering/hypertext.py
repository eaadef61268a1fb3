"""A report as one page of HTML that needs nothing else: no script, no font, no network."""

from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files

from recognition_audit.charts import Figure, Table
from recognition_audit.rendering.content import Content, content_of
from recognition_audit.report import Report

# Columns of single numbers, which are read from their last digit.
NUMBERS = frozenset(
    [
        "Errors",
        "Of",
        "Rate",
        "People",
        "Samples",
        "Number",
        "Faces",
        "Rows",
        "Bytes",
        "Value",
        "Ratio",
        "Mean",
        "Gallery",
        "Trials",
    ]
)


def html(report: Report) -> str:
    content = content_of(report)
    title = _words(content.title)
    return "".join([
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        # Should a hostile word ever get through, it may still load and run nothing.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ",
        "style-src 'unsafe-inline'\">",
        f"<title>{title}</title><style>{_style()}</style></head><body><main>",
        f'<p class="kicker">{_words(content.kicker)}</p><h1>{title}</h1><div class="two">',
        '<div class="flow">', *_findings(content), "</div>", *_facts(content), "</div>",
        *_charts(content), *_tables(content), *_repeat(content), "</main></body></html>\n",
    ])  # fmt: skip


def _words(text: str) -> str:
    """Text that stays text; a number and its sign stay on one line."""
    return escape(text).replace(" %", "&nbsp;%")


@cache
def _style() -> str:
    return files("recognition_audit").joinpath("rendering/report.css").read_text(encoding="utf-8")


def _findings(content: Content) -> Iterator[str]:
    for finding in content.findings:
        yield f'<div><p class="finding">{_words(finding["text"])}</p>'
        if finding["caveat"]:
            yield f'<p class="quiet">{_words(finding["caveat"])}</p>'
        yield "</div>"
    if not content.findings:
        yield f'<p class="finding">{_words(content.nothing)}</p>'
    yield '<section class="caveat"><h2>What this cannot say</h2><ul>'
    yield from (f"<li>{_words(limit)}</li>" for limit in content.limits)
    yield "</ul></section>"


def _facts(content: Content) -> Iterator[str]:
    yield '<aside class="sheet" aria-label="What was tested"><h2>What was tested</h2><dl>'
    for name, value in content.facts:
        yield f"<dt>{_words(name)}</dt><dd>{_words(value)}</dd>"
    yield "</dl></aside>"


def _charts(content: Content) -> Iterator[str]:
    if content.figures:
        yield '<div class="charts">'
        for figure in content.figures:
            yield from _figure(figure)
        yield "</div>"


def _figure(figure: Figure) -> Iterator[str]:
    yield f"<section><h2>{_words(figure.heading)}</h2><figure>{figure.svg}</figure>"
    yield "<details><summary>The same as a table</summary>"
    yield from _table(figure.table)
    yield "</details></section>"


def _tables(content: Content) -> Iterator[str]:
    yield "<section><h2>The figures</h2>"
    for table in content.tables:
        yield f"<details><summary>{_words(table.caption)}</summary>"
        yield from _table(table)
        yield "</details>"
    if content.hidden:
        yield f'<p class="quiet">{_words(content.hidden)}</p>'
    yield "</section>"


def _table(table: Table) -> Iterator[str]:
    """On a phone a row becomes a list; each cell then carries its column's name."""
    name = _words(table.caption)
    yield f'<div class="scroll" tabindex="0" role="region" aria-label="{name}"><table>'
    yield f"<caption>{_words(table.caption)}</caption><thead><tr>"
    yield from (f'<th scope="col"{_kind(words)}>{_words(words)}</th>' for words in table.head)
    yield "</tr></thead><tbody>"
    for row in table.rows:
        yield f'<tr><th scope="row">{_words(row[0])}</th>'
        for words, cell in zip(table.head[1:], row[1:], strict=True):
            if cell:
                yield f'<td{_kind(words)} data-label="{_words(words)}">{_words(cell)}</td>'
            else:
                yield "<td></td>"
        yield "</tr>"
    yield "</tbody></table></div>"
    if table.note:
        yield f'<p class="quiet">{_words(table.note)}</p>'


def _kind(column: str) -> str:
    return ' class="n"' if column in NUMBERS else ""


def _repeat(content: Content) -> Iterator[str]:
    yield "<section><h2>Repeat it</h2><p>With the same files this gives the same bytes:</p>"
    yield f'<pre tabindex="0">{_words(content.repeat)}</pre>'
    yield "<details><summary>Parameters</summary>"
    yield f'<pre tabindex="0">{_words(content.parameters)}</pre></details>'
    yield f'<p class="quiet">Fingerprint of the report: <code>{content.sha256}</code></p></section>'
