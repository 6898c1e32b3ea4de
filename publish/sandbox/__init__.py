"""Local stand-ins for Stripe: its HTTP API, its Checkout and portal, its clock and its webhooks.

No money moves here. One SQLite file holds everything, so that the preview and commands may use it
at once; `life` is what time does to it; `app` speaks HTTP, on loopback only.
"""
