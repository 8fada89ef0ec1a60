"""The database: SQLAlchemy Core tables and one module of statements per subject.

Every function takes a ``Connection`` and is part of the caller's transaction.
"""
