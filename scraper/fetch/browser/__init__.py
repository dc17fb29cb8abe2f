"""Pages as a browser shows them: Chromium, fenced in.

The way of a page: `renderer` takes a Chromium of its own (`chromium` starts and ends it), `visit`
steers it over a pipe (`devtools`), and gives the document as it stands once its scripts have run.
Whatever the page asks for on the way, from wherever in it, goes through `gate`, a proxy on loopback
that judges each address as all of our requests are judged, and counts.
"""

from scraper.fetch.browser.chromium import find_chromium, try_chromium
from scraper.fetch.browser.renderer import Renderer
from scraper.fetch.browser.visit import Rendered, RenderRequest

__all__ = ["RenderRequest", "Rendered", "Renderer", "find_chromium", "try_chromium"]
