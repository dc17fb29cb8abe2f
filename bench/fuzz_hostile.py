"""What mutations put into pages: names, characters, dates and addresses made to hurt."""

TAGS = (
    b"div", b"p", b"span", b"a", b"b", b"i", b"table", b"tr", b"td", b"ul", b"li", b"article",
    b"section", b"blockquote", b"form", b"select", b"option", b"button", b"svg", b"math",
    b"template", b"noscript", b"iframe", b"textarea", b"title", b"h1", b"figure", b"figcaption",
    b"time", b"font", b"dl", b"dd", b"ruby", b"center", b"nobr", b"object", b"frameset",
)  # fmt: skip
NAMES = (
    b"article-body", b"byline", b"author", b"caption", b"comments", b"related", b"nav", b"share",
    b"newsletter", b"date", b"published", b"headline", b"standfirst", b"paywall", b"ad",
)  # fmt: skip
METAS = (
    b"author", b"paywall", b"article:content_tier", b"is_premium", b"og:title", b"og:type", b"date",
    b"article:published_time", b"article:tag", b"keywords", b"twitter:label1", b"og:locale",
)  # fmt: skip
CODECS = (
    "utf-16", "utf-16-be", "utf-7", "utf-8-sig", "gb18030", "big5", "shift_jis", "euc-jp",
    "iso-2022-jp", "euc-kr", "koi8-r", "windows-1251", "windows-1256", "iso-8859-7", "cp037",
)  # fmt: skip
LABELS = (*CODECS, "utf-32", "x-user-defined", "replacement", "none", "utf8mb4", "0", "é", "")
ENTITIES = (
    b"&#0;", b"&#x0D;", b"&#xD800;", b"&#xDFFF;", b"&#x110000;", b"&#1114112;", b"&#xFFFFFFFFFF;",
    b"&#" + b"9" * 400 + b";", b"&amp;amp;amp;", b"&", b"&#", b"&#x", b"&nosuch;", b"&lt;p&gt;",
    b"&shy;", b"&zwj;&zwnj;", b"&NotEqualTilde;", b"&#x202E;", b"&nbsp;" * 300,
    b"&#x1F468;&#x200D;",
)  # fmt: skip
STRANGE = (
    "\u202e", "\u2066\u2067\u2068", "\ufeff", "\uffff", "\ufdd0", "\u0000", "\u200b" * 50,
    "\U000e0001", "e" + "\u0301" * 400, "\u0f73" * 40, "\u061c", "\u2028\u2029", "\x85", "\x1b[2J",
    "ﷺ" * 30, "İıſßŉ", "\U0010ffff", "א\u05b0\u0591", "\u1160" * 50, "\r", "\x0b\x0c",
)  # fmt: skip
SURROGATES = (b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xed\xa0\xbd\xed\xb8\x80", b"\xc0\x80",
               b"\xf4\x90\x80\x80", b"\xfe\xff", b"\xe2\x82", b"\xf0\x9f")  # fmt: skip
DATES = (
    b"0000-00-00", b"9999-12-31T23:59:60Z", b"10000-01-01", b"-0001-11-30", b"2020-02-30",
    b"99999999999999", b"1e308", b"2020-06-09T25:61:61+99:99", b"2020-06-09T10:00:00+24:00",
    b"32 December 2020", b"\xd9\xa9\xd9\xa9/\xd9\xa9\xd9\xa9/\xd9\xa9\xd9\xa9\xd9\xa9\xd9\xa9",
    b"1/1/1", b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00", b"NaN",
    b"\xc2\xb2\xe2\x91\xa0",
    b"1399/13/40", b"1442-00-99", b"999999999999999999999 days ago", b"-5 hours ago",
)  # fmt: skip
URLS = (
    b"//[", b"http://[::1", b"javascript:void(0)", b"data:,", b"http://\xff\xfe/", b"///", b"#",
    b"http://outlet.example:99999999/", b"http://xn--a/", b"?" * 3000, b"http://%00/", b"\\\\a\\b",
    b"http://a@b@c/", b"mailto:a@b", b"http://" + b"a." * 500 + b"/", b"https://\xe2\x84\xab/",
)  # fmt: skip
SHELLS = (
    (b'<?xml version="1.0" encoding="utf-16"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0">', b""),
    (b'<html xmlns="http://www.w3.org/1999/xhtml"><body><![CDATA[', b"]]></body></html>"),
    ("<!doctype html><html ⚡ lang=en><body><amp-story>".encode(), b"</amp-story></body></html>"),
    (b"<html><frameset cols=*><frame src=a><noframes><body>", b"</body></noframes></frameset>"),
    (b"<html><body></body></html><html lang=ar dir=rtl><head><body>", b"</head>"),
    (b"<template><div>", b"</div></template>"),
    (b"<noscript>", b"</noscript>"),
    (b"<svg><foreignObject><title>", b"</title></foreignObject></svg>"),
    (b"<math><mtext><table>", b"</table></mtext></math>"),
    (b"<textarea>", b""), (b"<plaintext>", b""), (b"<!--", b""), (b"<select>", b"</select>"),
    (b"<title>", b""), (b"<style>", b""), (b"<script>", b""), (b"<xmp>", b""),
    (b"<iframe srcdoc='", b"'></iframe>"), (b"<form><table><form><tr>", b""), (b"\xff\xfe", b""),
)  # fmt: skip
SCHEMA = (
    "@type", "@id", "@graph", "name", "author", "headline", "image", "url", "publisher",
    "datePublished", "dateModified", "keywords", "articleSection", "isAccessibleForFree",
    "mainEntityOfPage", "articleBody", "description", "inLanguage",
)  # fmt: skip
