"""Alerts in a room of Matrix; a story's alerts are one thread, and a repeat is none.

settings.py  what a person sets: homeserver, room, access token
format.py    AlertMessage → the content of m.room.message (pure)
http.py      sends it, with the delivery's id as transaction
"""
