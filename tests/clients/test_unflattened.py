"""Line breaks that the documents lost come back where a comment ends, and nowhere else."""

import pytest

from tests.clients.seeds import unflattened


@pytest.mark.parametrize(
    ("flat", "restored"),
    [
        ("// GET /a or /b function f() { return 1; }", "// GET /a or /b\n function f() { return 1; }"),
        ("// one // two function f() {}", "// one\n // two\n function f() {}"),
        ("// In a class async f() {}", "// In a class\n async f() {}"),
        ("// Start (a file) $x = 1; $y = 2; // later", "// Start (a file)\n $x = 1; $y = 2; // later\n"),
        (
            "f('https://a.example'); g(\"//b\"); // c const d = 1;",
            "f('https://a.example'); g(\"//b\"); // c\n const d = 1;",
        ),
        ("const a = 'it\\'s // no comment';", "const a = 'it\\'s // no comment';"),
    ],
)
def test_comment_ends_where_the_next_statement_begins(flat, restored):
    assert [line.strip() for line in unflattened(flat).splitlines()] == [line.strip() for line in restored.splitlines()]
