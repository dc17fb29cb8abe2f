"""The way of an article, and the only place that composes stages and storage.

    tick:                                   jobs ask, many times a minute
        sources   <- storage, due and unclaimed
        entries   <- storage, due and unclaimed, a lane per host; the sources take turns

    visit(source):                          visit.py
        page      <- fetch(source.url), conditionally
        discovery <- discover(page)         in a process that can be killed
        storage   <- entries not seen before; when to come again (schedule.py)

    lane(host, entries):                    read.py
        page      <- fetch(entry.url), paced
        article   <- extract(page, its site's own rules)    in a process that can be killed
        signature <- sign(article)
        candidate <- its matches, before anybody waits for the transaction; if it looks like a
                     revision, today's reading of the page that is kept     doorstep.py
        admit(candidate)

    admit(candidate):                       admit.py, ONE transaction
        known link?  -> same text: nothing; another text: a revision; another only because our
                        rules are: repaired, and nothing rings
        copy or rewrite of a stored article? -> joins its story, else leads a new one
        matches -> alerts and deliveries written
        entry done
        how extraction went, to the site's history -> a notice if it broke (health.py)

    deliver:                                alerts, from the outbox alone

Whatever dies before admit's commit, the entry is still in the frontier; whatever dies after it, the
deliveries are in the outbox. Each claim is a row marked with a worker's id, freed when that worker
finishes, stops, or is found dead.

Nothing is imported here: the processes that parse pages load only what they need (reading.py).
"""
