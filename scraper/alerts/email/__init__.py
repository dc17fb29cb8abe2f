"""Messages by e-mail.

mailbox.py        addresses as people write them, checked
settings.py       what a person sets: the mail server, a channel's recipients
view.py digest.py what is shown of a message
render.py         its plain text and its page (pure), from templates/
compose.py        Message → the message as the mail server gets it (pure)
unsubscribing.py  links by which readers leave a watch
connections.py    connections to the mail server, kept open between messages
failures.py       says what went wrong, and which failures are worth another attempt
smtp.py           hands a message to the server
"""
