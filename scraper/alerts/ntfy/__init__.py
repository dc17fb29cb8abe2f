"""Alerts as notifications of ntfy, on its public server or one's own.

settings.py  what a person sets: server, topic, priority, tags, token
format.py    AlertMessage → the JSON that is published (pure)
http.py      sends it
"""
