"""What an answer of the API says, in the words that tests compare."""

V1 = "/api/v1"


def ids(response) -> set[str]:
    """Of the rows of a list."""
    assert response.status_code == 200, response.content
    return {row.get("id") or row["slug"] for row in response.json()["results"]}


def faults(response) -> tuple[int, list[str]]:
    """Status, and the fields that the problem names, sorted."""
    assert response["Content-Type"] == "application/problem+json", response.content
    problem = response.json()
    assert problem["status"] == response.status_code
    return response.status_code, sorted({entry["field"] for entry in problem.get("errors", [])})
