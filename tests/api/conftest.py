from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def as_rep(api_of, rep):
    return api_of(rep)


@pytest.fixture
def as_outsider(api_of, outsider):
    return api_of(outsider)


@pytest.fixture
def django_capture_statements():
    """A context manager that gives the list of statements run within it."""

    @contextmanager
    def capture():
        statements: list[str] = []
        with CaptureQueriesContext(connection) as context:
            yield statements
        statements += [query["sql"] for query in context.captured_queries]

    return capture
