"""Alerts by e-mail.

mailbox.py    addresses as people write them, checked
settings.py   what a person sets: the mail server, a channel's recipients
compose.py    AlertMessage → the message as the mail server gets it (pure), from templates/
smtp.py       hands it to the server, and says which failures are worth another attempt
"""
