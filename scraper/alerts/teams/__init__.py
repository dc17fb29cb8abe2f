"""Alerts in Microsoft Teams, by a workflow that posts what a webhook receives.

settings.py  what a person sets: the workflow's address
format.py    AlertMessage → an Adaptive Card (pure)
http.py      sends it
"""
