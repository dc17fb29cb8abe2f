"""What a person changes: by a command, on a page, or by way of the API. Each is said here, once.

    commands ─┐
    pages    ─┼─► an action: checks as the settings are checked, changes, writes the log of changes
    API      ─┘

An action works within a transaction of its caller's, and is told who asks (`by`) and when (`now`).
It raises UsageError for what is wrong with what was asked, MissingError for what is not there,
QueryError for a query, and ConflictError where the database says no; then nothing is changed,
for the caller's transaction is rolled back.
"""
