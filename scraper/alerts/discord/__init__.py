"""Alerts in Discord, by a channel's webhook.

settings.py  what a person sets: the webhook's address
format.py    AlertMessage → an embed (pure)
http.py      sends it
"""
