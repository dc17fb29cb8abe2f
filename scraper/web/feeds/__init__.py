"""Feeds of what watches rang for, for the reader that somebody uses anyway.

alerts of a watch ─► Feed ─┬► atom.py       RFC 4287
└► json_feed.py  JSON Feed 1.1
routes.py serves them, each watch's under an address that is its secret
"""
