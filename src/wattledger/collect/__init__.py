"""How devices are read: transports, logins, extraction. Knows nothing of the database."""
