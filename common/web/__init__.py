"""The web side that all services share: errors, pages, rights, audit, health."""
