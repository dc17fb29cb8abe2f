"""Alerts in Slack: by an incoming webhook, or by a bot that keeps a story in one thread.

settings.py  what a person sets: the webhook's address, or a bot's token and a channel
format.py    AlertMessage → blocks (pure)
http.py      sends it, and judges what Slack answers
"""
