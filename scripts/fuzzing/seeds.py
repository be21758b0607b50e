"""A small valid file of every format that Hudhud reads, made from a few articles in three languages."""

import bz2
import csv
import gzip
import io
import json
import lzma
import sqlite3
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

EPOCH = (2024, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Article:
    """What each file holds, once for each language."""

    id: str
    title: str
    text: str
    language: str
    url: str
    date: str
    source: str


ARTICLES = (
    Article(
        "en-1",
        "Ferry line returns to the old harbour",
        "The ferry to the old harbour will sail again from Monday, the port office said.\n"
        "Repairs to the eastern pier took eleven months and cost 3.4 million dinars.",
        "en",
        "https://news.example/en/ferry",
        "2024-03-11",
        "Harbour Gazette",
    ),
    Article(
        "ar-1",
        "عودة خط العبّارات إلى الميناء القديم",
        "أعلن مكتب الميناء أن العبّارة ستبحر من جديد إلى الميناء القديم ابتداءً من يوم الاثنين.\n"
        "واستغرق إصلاح الرصيف الشرقي 11 شهراً وبلغت كلفته 3.4 مليون دينار.",
        "ar",
        "https://news.example/ar/ferry",
        "2024-03-12",
        "صحيفة الميناء",
    ),
    Article(
        "ur-1",
        "پرانی بندرگاہ کے لیے فیری سروس بحال",
        "بندرگاہ کے دفتر نے بتایا ہے کہ پیر سے پرانی بندرگاہ کے لیے فیری دوبارہ چلے گی۔\n"
        "مشرقی گھاٹ کی مرمت میں گیارہ ماہ لگے اور اس پر 34 لاکھ دینار خرچ ہوئے۔",
        "ur",
        "https://news.example/ur/ferry",
        "2024-03-13",
        "بندرگاہ نیوز",
    ),
)


def text(articles: Sequence[Article] = ARTICLES) -> bytes:
    """One plain text."""
    return "\n\n".join(f"{article.title}\n{article.text}" for article in articles).encode()


def arabic_1256() -> bytes:
    """Arabic in windows-1256."""
    return ARTICLES[1].text.encode("cp1256")


def utf16() -> bytes:
    """Three languages in UTF-16 without a byte order mark."""
    return text().decode().encode("utf-16-le")


def json_lines() -> bytes:
    """One article a line."""
    return b"".join(json.dumps(asdict(article), ensure_ascii=False).encode() + b"\n" for article in ARTICLES)


def json_array() -> bytes:
    """All articles in one array."""
    return json.dumps([asdict(article) for article in ARTICLES], ensure_ascii=False, indent=1).encode()


def delimited(delimiter: str) -> bytes:
    """One article a row."""
    stream = io.StringIO(newline="")
    table = csv.DictWriter(stream, list(asdict(ARTICLES[0])), delimiter=delimiter)
    table.writeheader()
    table.writerows(map(asdict, ARTICLES))
    return stream.getvalue().encode()


def html(article: Article = ARTICLES[0]) -> bytes:
    """One article as a page, with what pages have around it."""
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in article.text.split("\n"))
    return f"""<!DOCTYPE html>
<html lang="{article.language}"><head><meta charset="utf-8"><title>{escape(article.title)} | {article.source}</title>
<meta property="og:title" content="{escape(article.title)}"><meta property="og:site_name" content="{article.source}">
<meta property="article:published_time" content="{article.date}T08:00:00Z"><link rel="canonical" href="{article.url}">
<style>p {{ margin: 0 }}</style></head>
<body><nav><a href="/">Home</a> <a href="/w">World</a></nav><article><h1>{escape(article.title)}</h1>{paragraphs}
<figure><img src="x.jpg" alt=""><figcaption>Photo</figcaption></figure></article>
<table><tr><td>1</td></tr></table><footer>&copy; 2024</footer><script>if (1 < 2) {{ x() }}</script>
</body></html>""".encode()


def feed() -> bytes:
    """An RSS feed."""
    items = "".join(
        f"<item><title>{escape(a.title)}</title><link>{a.url}</link><guid isPermaLink='false'>{a.id}</guid>"
        f"<pubDate>Mon, 11 Mar 2024 08:00:00 GMT</pubDate>"
        f"<description><![CDATA[<p>{'</p><p>'.join(a.text.split(chr(10)))}</p>]]></description></item>"
        for a in ARTICLES
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Harbour Gazette</title>'
        f"<link>https://news.example/</link>{items}</channel></rss>"
    ).encode()


def atom() -> bytes:
    """An Atom feed."""
    entries = "".join(
        f"<entry><title>{escape(a.title)}</title><link href='{a.url}'/><id>urn:news:{a.id}</id>"
        f"<published>{a.date}T08:00:00Z</published><updated>{a.date}T09:00:00Z</updated>"
        f"<content type='html'>{escape('<p>' + a.text + '</p>')}</content></entry>"
        for a in ARTICLES
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
        f"<title>Harbour Gazette</title><id>urn:news</id><updated>2024-03-13T00:00:00Z</updated>{entries}</feed>"
    ).encode()


def warc() -> bytes:
    """A crawl of three pages and a picture."""
    pages = [(article.url, "text/html; charset=utf-8", html(article)) for article in ARTICLES]
    return b"".join(
        warc_response(url, kind, body)
        for url, kind, body in [*pages, ("https://news.example/x.png", "image/png", b"PNG")]
    )


def warc_response(url: str, kind: str, body: bytes) -> bytes:
    """What a server answered, as a record of a crawl."""
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-03-14T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:{len(body)}>\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def docx() -> bytes:
    """A Word document with a table."""
    import docx as word

    document = word.Document()
    document.core_properties.title = ARTICLES[0].title
    for article in ARTICLES:
        document.add_heading(article.title)
        for line in article.text.split("\n"):
            document.add_paragraph(line)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Cost", "3.4 million"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def epub() -> bytes:
    """A book of three chapters."""
    chapters = {f"c{n}.xhtml": html(article) for n, article in enumerate(ARTICLES)}
    manifest = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(chapters)))
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Harbour news</dc:title>'
        "<dc:language>en</dc:language><dc:date>2024-03-13</dc:date><dc:publisher>Harbour Gazette</dc:publisher>"
        "</metadata>"
        f"<manifest>{manifest}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">'
        '<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>'
        "</rootfiles></container>"
    )
    members = {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": container.encode(),
        "OEBPS/book.opf": package.encode(),
    } | {f"OEBPS/{name}": data for name, data in chapters.items()}
    return zipped(members)


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip file; its first member is stored, the others are packed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for n, (name, data) in enumerate(members.items()):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED if n else zipfile.ZIP_STORED
            archive.writestr(info, data)
    return stream.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    """A tar file."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def parquet() -> bytes:
    """One article a row."""
    import pyarrow
    from pyarrow import parquet as engine

    stream = io.BytesIO()
    engine.write_table(pyarrow.Table.from_pylist([asdict(article) for article in ARTICLES]), stream)
    return stream.getvalue()


def sqlite() -> bytes:
    """A table `articles`, one article a row."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        database = sqlite3.connect(path)
        database.execute("CREATE TABLE articles (id TEXT, title TEXT, text TEXT, language TEXT, url TEXT, date TEXT)")
        rows = [(a.id, a.title, a.text, a.language, a.url, a.date) for a in ARTICLES]
        database.executemany("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?)", rows)
        database.commit()
        database.close()
        return path.read_bytes()


def pdf() -> bytes:
    """A page for each article, the right-to-left ones laid out as on paper."""
    from scripts.fuzzing.pdf import pages

    return pages([[article.title, *article.text.split("\n")] for article in ARTICLES])


MEMBERS: dict[str, Callable[[], bytes]] = {"day/a.txt": text, "b.jsonl": json_lines, "c.html": html}

SEEDS: dict[str, Callable[[], bytes]] = {
    "a.txt": text,
    "a-1256.txt": arabic_1256,
    "a-16.txt": utf16,
    "a.md": text,
    "a.html": html,
    "a.jsonl": json_lines,
    "a.json": json_array,
    "a.csv": lambda: delimited(","),
    "a.tsv": lambda: delimited("\t"),
    "a.parquet": parquet,
    "a.pdf": pdf,
    "a.docx": docx,
    "a.epub": epub,
    "a.rss": feed,
    "a.atom": atom,
    "a.warc": warc,
    "a.db": sqlite,
    "a.txt.gz": lambda: gzip.compress(text(), mtime=0),
    "a.jsonl.zst": lambda: zstd.compress(json_lines()),
    "a.jsonl.bz2": lambda: bz2.compress(json_lines()),
    "a.jsonl.xz": lambda: lzma.compress(json_lines()),
    "a.zip": lambda: zipped({name: make() for name, make in MEMBERS.items()}),
    "a.tar": lambda: tarred({name: make() for name, make in MEMBERS.items()}),
    "a.tar.gz": lambda: gzip.compress(tarred({name: make() for name, make in MEMBERS.items()}), mtime=0),
    "a.warc.gz": lambda: gzip.compress(warc(), mtime=0),
}
"""A file name for each format, and what makes such a file."""
