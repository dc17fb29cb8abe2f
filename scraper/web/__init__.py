"""The dashboard: what is watched, what was found, what rang; and /healthz for monitoring.

It only shows: nothing can be changed here, so it needs no login on the loopback address that it
listens on by default. Every page is built from one read transaction.
"""

from scraper.web.app import DASHBOARD_TITLE, make_app
from scraper.web.server import bind, host_of, serve

__all__ = ["DASHBOARD_TITLE", "bind", "host_of", "make_app", "serve"]
