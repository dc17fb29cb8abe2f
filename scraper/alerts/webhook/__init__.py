"""Alerts by webhook, after Standard Webhooks (https://www.standardwebhooks.com).

settings.py   what a person sets: address, secret, headers
payload.py    AlertMessage → the JSON body that docs/webhooks.md describes (pure)
signature.py  the signature over the bytes sent (pure)
http.py       sends it, and says which answers are worth another attempt
"""
