"""Made-up documents as they come from the world: PDFs in columns, pages with banners, files of word processors."""

import io
import textwrap
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import docx
import typst
from docx.oxml import parse_xml
from odf import dc, text
from odf import table as opentable
from odf.opendocument import OpenDocumentText

#: Sentences that stand in every paper, whole and in this order.
SENTENCES = [
    "In March 2025 Taskar and Velmora opened a joint shipyard with 250 workers, the first on the upper river in a generation.",
    "The Velmoran-led consortium, which had negotiated with the administration for considerably longer than anybody anticipated, financed the infrastructure.",
    "Officials described the undertaking as an unprecedented demonstration of international collaboration.",
    "Corvath has since asked for talks, and the responsible representatives characterised the correspondence as a misunderstanding.",
    "A well-known shipping-and-insurance company withdrew its participation and offered sufficient justification.",
    "The difficulties were acknowledged by the administration of the neighbouring principality, whose long-term interests were nevertheless considered compatible with the Velmoran-led consortium.",
    "Environmental organisations questioned the environmental-impact assessment that the anti-Corvathian faction had commissioned.",
    "Representatives of the self-declared republic in the north-facing highlands refused the invitation altogether.",
    "Two Su-57 aircraft and a pro-government delegation from Pellany nevertheless attended the ceremony.",
    "The uninterrupted reconstruction of the infrastructure will require considerable international investment.",
    "Independent observers recommended the establishment of a decision-making body with far-reaching responsibilities.",
    "Its authorisation depends on the constitutional committee, which has traditionally postponed controversial determinations.",
]
HEAD = "The Lantern Quarterly"
NOTE = "The official communiqué counts apprentices among the workers."


def pdf(source):
    """A PDF of Typst's."""
    return typst.compile(source.encode())


def prose(first=0, last=None, parts=4):
    """The sentences as paragraphs of `parts` sentences."""
    chosen = SENTENCES[first:last]
    paragraphs = [chosen[at : at + parts] for at in range(0, len(chosen), parts)]
    return "\n\n".join(" ".join(each) for each in paragraphs)


def _set(columns=1, width="a5", size=9, more=""):
    head = f"header: [#text(7pt)[{HEAD} #h(1fr) Vol. 7]]"
    foot = "footer: context align(center, text(7pt, counter(page).display()))"
    return (
        f'#set page(paper: "{width}", columns: {columns}, margin: (x: 1.2cm, y: 1.8cm), {head}, {foot})\n'
        f'#set text({size}pt, lang: "en", hyphenate: true)\n#set par(justify: true, first-line-indent: 1em)\n{more}\n'
    )


def two_columns():
    """An article of a journal: a title across its two columns, narrow enough to be hyphenated, a note at the foot."""
    text = prose().replace("250 workers,", f"250 workers#footnote[{NOTE}],")
    title = '#place(top + center, scope: "parent", float: true, text(15pt, weight: "bold")[The shipyard at Orsa])\n'
    return pdf(_set(2) + title + text + "\n\n" + prose())


def three_columns():
    """A newspaper's page."""
    return pdf(_set(3, "a4", 8) + prose(parts=3))


def report():
    """Six short pages with a running head, numbers of pages, and headings."""
    pages = [
        f"= Part {at + 1}\n{prose(2 * at, 2 * at + 2)}\n#pagebreak(weak: true)"
        for at in range(6)
    ]
    return pdf(_set(1, "a6") + "\n".join(pages))


def broken_across_pages():
    """A page so small that sentences go on over page after page."""
    return pdf(
        "#set page(width: 7cm, height: 5cm, margin: (x: 0.6cm, y: 1cm), header: [#text(6pt)[The Lantern]], "
        "footer: context align(right, text(6pt)[Page #counter(page).display() of 9]))\n"
        '#set text(9pt, lang: "en", hyphenate: true)\n#set par(justify: true)\n'
        + prose()
    )


def captioned():
    """Two columns with a figure and its caption between the lines of one."""
    figure = "#place(auto, float: true, figure(rect(width: 4cm, height: 2cm), caption: text(7pt)[The slipway, seen from the bank]))\n"
    return pdf(_set(2) + prose(0, 6) + "\n\n" + figure + prose(6))


def line_by_line():
    """Two columns whose file has them row by row across the page, as some programs write them."""
    left = _wrapped(" ".join(SENTENCES[:6]), 40)
    right = _wrapped(" ".join(SENTENCES[6:]), 40)
    rows = []
    for at in range(max(len(left), len(right))):
        for column, lines in ((1, left), (10.5, right)):
            if at < len(lines):
                rows.append(
                    f"#place(dx: {column}cm, dy: {1 + at * 0.45}cm, text(9pt)[{lines[at]}])"
                )
    return pdf('#set page(paper: "a4", margin: 1cm)\n' + "\n".join(rows))


def _wrapped(text, width):
    """The lines of `text`, long words cut by a hyphen as a typesetter cuts them."""
    lines = [""]
    for word in text.split():
        room = width - len(lines[-1]) - 1
        if len(word) <= room:
            lines[-1] = f"{lines[-1]} {word}".strip()
        elif len(word) > 9 and word.isalpha() and room > 6:
            lines[-1] = f"{lines[-1]} {word[:5]}-".strip()
            lines.append(word[5:])
        else:
            lines.append(word)
    return lines


def at_real_hyphens():
    """Lines that end where a word has its own hyphen."""
    words = prose().replace("-", "-\u200b")
    return pdf(
        '#set page(width: 6.2cm, height: 20cm, margin: 0.8cm)\n#set text(10pt, lang: "en", hyphenate: false)\n'
        + words
    )


def sans_in_one_column():
    """A letter without head or foot, its paragraphs apart and not indented."""
    return pdf(
        '#set page(paper: "a5", margin: 2cm)\n#set text(10pt, font: "Source Sans 3", lang: "en", hyphenate: true)\n#set par(justify: true, spacing: 1.4em)\n'
        + prose(parts=2)
    )


def with_a_scanned_page():
    """A page of text, then one that is a picture."""
    return pdf(
        _set(1)
        + prose()
        + "\n#pagebreak()\n#set page(header: none, footer: none)\n#rect(width: 90%, height: 90%, fill: gray)"
    )


def scan():
    """A picture of a page."""
    return pdf('#set page(paper: "a5")\n#rect(width: 90%, height: 90%, fill: gray)')


PAPERS = {
    each.__name__: each
    for each in (
        two_columns,
        three_columns,
        report,
        broken_across_pages,
        captioned,
        line_by_line,
        at_real_hyphens,
        sans_in_one_column,
        with_a_scanned_page,
    )
}


# Web pages

STATED = """<meta property="og:site_name" content="The Lantern"><script type="application/ld+json">{"@context":
"https://schema.org", "@type": "NewsArticle", "headline": "The shipyard at Orsa", "datePublished":
"2025-03-09T08:00:00+01:00", "dateModified": "2025-04-01", "author": {"@type": "Person", "name": "Ana Orsini"}}</script>"""
AROUND = ["cookies", "Accept all", "Politics", "Ten things", "rights reserved", "[1]"]


def page(head="", body="", title="The shipyard at Orsa | The Lantern"):
    """A page of a newspaper: its article between a banner, a menu, a list of other articles and a foot."""
    article = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES) + body
    article = article.replace(
        "generation.", 'gener&shy;ation.<sup><a href="#n1">[1]</a></sup>'
    )
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>
<div id="cookie-banner" class="cookie-consent"><p>We use cookies to improve your experience.</p><button>Accept all</button></div>
<nav><ul><li><a href="/">Home</a></li><li><a href="/p">Politics</a></li></ul></nav>
<main><article><h1>The shipyard at Orsa</h1>{article}</article>
<aside><h3>Read more</h3><ul><li><a href="/a">Ten things to know about harbours</a></li></ul></aside></main>
<footer><p>© The Lantern. All rights reserved.</p></footer></body></html>""".encode()


# Files of word processors, and mail


def docx_file():
    """A Word document with a head, a note at the side, and an insertion and a deletion that nobody has settled."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = HEAD
    document.add_heading("The shipyard at Orsa")
    for sentence in SENTENCES:
        document.add_paragraph(sentence)
    tracked = (
        f'<w:p xmlns:w="{WORD}"><w:r><w:t xml:space="preserve">The council </w:t></w:r><w:ins w:id="1"><w:r>'
        '<w:t xml:space="preserve">solemnly </w:t></w:r></w:ins><w:del w:id="2"><w:r><w:delText>never </w:delText></w:r>'
        "</w:del><w:r><w:t>agreed.</w:t></w:r></w:p>"
    )
    document.element.body.insert(-1, parse_xml(tracked))
    document.core_properties.title = "The shipyard at Orsa"
    document.core_properties.author = "Ana Orsini"
    return _written(document.save)


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


ROWS = [
    ["Partner", "Year", "What was handed over"],
    ["Taskar", "2024", "Nine patrol boats."],
    ["Corvath", "", "Nothing."],
]


def docx_table():
    """A Word document with a table between two paragraphs; a cell has two paragraphs, another a table of its own."""
    document = docx.Document()
    document.add_paragraph(SENTENCES[0])
    table = document.add_table(rows=0, cols=3)
    for row in ROWS:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    table.rows[1].cells[2].add_paragraph("They were new.")
    inner = table.rows[2].cells[2].add_table(rows=1, cols=2)
    for cell, words in zip(inner.rows[0].cells, ("Guns", "none"), strict=True):
        cell.text = words
    document.add_table(rows=1, cols=1).rows[0].cells[0].text = "A box of its own."
    document.add_paragraph(SENTENCES[1])
    return _written(document.save)


def odt_table():
    """An OpenDocument text that is a table."""
    document = OpenDocumentText()
    table = opentable.Table()
    for row in ROWS:
        line = opentable.TableRow()
        for words in row:
            cell = opentable.TableCell()
            cell.addElement(text.P(text=words))
            line.addElement(cell)
        table.addElement(line)
    document.text.addElement(table)
    return _written(document.write)


def odt_file():
    """An OpenDocument text with a note in its first sentence."""
    document = OpenDocumentText()
    document.meta.addElement(dc.Title(text="The shipyard at Orsa"))
    first, second = SENTENCES[0].split("workers,")
    paragraph = text.P(text=first + "workers")
    note = text.Note(noteclass="footnote")
    note.addElement(text.NoteCitation(text="1"))
    body = text.NoteBody()
    body.addElement(text.P(text=NOTE))
    note.addElement(body)
    paragraph.addElement(note)
    paragraph.addText("," + second)
    document.text.addElement(text.H(outlinelevel=1, text="The shipyard at Orsa"))
    document.text.addElement(paragraph)
    for sentence in SENTENCES[1:]:
        document.text.addElement(text.P(text=sentence))
    return _written(document.write)


def _written(write):
    file = io.BytesIO()
    write(file)
    return file.getvalue()


def rtf_file():
    """An RTF with a head, soft hyphens and letters of another code page."""
    paragraphs = "\\par\n".join(SENTENCES).replace(
        "reconstruction", "recon\\-struction"
    )
    return (
        "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Times;}}{\\info{\\title The shipyard at Orsa}{\\author Ana Orsini}}"
        f"{{\\header {HEAD}\\par}}\n{paragraphs}\\par\nThe communiqu\\'e9 of \\u1054?rsa.\\par}}"
    ).encode()


def eml_file():
    """A message that its program wrapped at 72 letters."""
    message = EmailMessage()
    message["Subject"] = "The shipyard at Orsa"
    message["From"] = "Ana Orsini <ana@example.org>"
    message["To"] = "desk@example.org"
    message["Date"] = "Sun, 09 Mar 2025 08:00:00 +0100"
    message["Message-ID"] = "<1@example.org>"
    wrapped = [textwrap.fill(prose(at, at + 3), 72) for at in range(0, 12, 3)]
    message.set_content("\n\n".join(wrapped) + "\n")
    message.add_alternative(page().decode(), subtype="html")
    return message.as_bytes()


def mhtml_file():
    """A page as a browser saves it in one file."""
    message = MIMEMultipart("related", type="text/html")
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = "https://lantern.example/orsa"
    message["Subject"] = "The shipyard at Orsa"
    message["Date"] = "Mon, 1 Jun 2026 10:00:00 -0000"
    message.attach(MIMEText(page(STATED).decode(), "html", "utf-8"))
    return message.as_bytes()
