"""Clients of the Parse face, as the template's programs are."""

from tests.parse.conftest import as_outsider, as_rep, client_of, master, nobody

__all__ = ["as_outsider", "as_rep", "client_of", "master", "nobody"]
