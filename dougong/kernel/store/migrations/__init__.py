"""Migrations: how a company's tables follow the code when a new version declares more.

What the code declares is compared with what stands in the company's schema, both as PostgreSQL
tells them, and the difference is made up statement by statement, what adds before what takes away.
What can't be told from a difference (a renamed column, a value to be worked out) is written by hand
in ``<package>/migrations/NNNN_what.sql`` and runs first, once per company.
"""
