"""Who may go where. Every route has a line here; a route without one fails the tests.

public      anybody, signed in or not
signed in   people who signed in; anybody else is sent to the sign-in page
staff       people with access to the administration; anybody else is sent to the sign-in page
api         programs and people with a token or a session; anybody else is answered 401
keys        programs that know this Parsley's keys; anybody else is answered 403, whatever the address
"""

ROUTES = {
    "healthz": "public",
    "graphql:entry": "keys",
    "accounts:login": "public",
    "accounts:logout": "signed in",
    "accounts:signup": "public",
    "accounts:password-reset": "public",
    "accounts:password-reset-sent": "public",
    "accounts:password-reset-confirm": "public",
    "accounts:email-confirm": "public",  # the link of a mail is opened wherever the mail is read
    "accounts:*": "signed in",
    "activities:feed-file": "public",  # calendar programs cannot sign in: the token in the address is the key
    "activities:*": "signed in",
    "admin:*": "staff",
    "api:docs": "public",
    "api:schema": "public",
    "api:token": "public",
    "api:*": "api",
    "crm:*": "signed in",
    "desk:*": "signed in",
    "developers:*": "signed in",
    "live:*": "signed in",
    "mcp": "api",
    "parse:entry": "keys",
    "pipeline:*": "signed in",
}


def declared(name: str) -> str | None:
    """What is said of the route itself, else of the whole namespace that it is in."""
    return ROUTES.get(name) or ROUTES.get(f"{name.split(':')[0]}:*")
