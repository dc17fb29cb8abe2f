"""Alerts by e-mail.

mailbox.py      addresses as people write them, checked
settings.py     what a person sets: the mail server, a channel's recipients
compose.py      AlertMessage → the message as the mail server gets it (pure), from templates/
connections.py  connections to the mail server, kept open between messages
failures.py     says what went wrong, and which failures are worth another attempt
smtp.py         hands a message to the server
"""
