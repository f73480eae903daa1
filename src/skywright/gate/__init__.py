"""The reference monitor: every call to a cloud is received, recognised, decided, forwarded, recorded here."""
