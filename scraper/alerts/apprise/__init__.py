"""Alerts by way of Apprise, to the services that have no type of their own here.

settings.py  what a person sets: addresses in Apprise's notation, all of them secret
format.py    Brief → title and text, of the length that a service takes (pure)
child.py     the process in which Apprise runs, confined: it imports nothing of ours but the guard
process.py   starts that process, talks with it, and ends it
channel.py   a message, by one such process; and what it says of addresses as a channel is added
"""
