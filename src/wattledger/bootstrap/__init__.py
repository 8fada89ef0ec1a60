"""The one place that knows every concrete class: settings in, working parts out.

Most commands need the database alone: what reads devices takes longer to load than they run, and so
has its own modules.
"""
