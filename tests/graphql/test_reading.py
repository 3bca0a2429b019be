"""Rows and pages of rows."""

DEAL = """query($id: ID!) { deal(id: $id) {
    id objectId title amount stage expectedCloseDate createdAt __typename
    contact { name company { name } } company { id } assignedTo { username } ACL { users { userId read write } } } }"""


def test_row_comes_with_the_rows_behind_its_pointers(as_rep, deal, rep):
    found = as_rep(DEAL, id=deal.pk).data["deal"]
    assert found["title"] == "Rollout"
    assert found["contact"] == {"name": "Ada Adams", "company": {"name": "Acme"}}
    assert found["assignedTo"] == {"username": "rep"}
