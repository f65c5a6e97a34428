"""Accounts, shares, participants' codes, and what was done: what db.access decides by."""
