"""Alerts in Telegram, by a bot; a story's alerts answer its first.

settings.py  what a person sets: the bot's token and the chat
format.py    AlertMessage → the parameters of sendMessage (pure)
http.py      sends it, and judges what Telegram answers
"""
