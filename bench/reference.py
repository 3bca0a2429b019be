"""The reference worlds as SQL: each row follows from its number, so that the database makes them by itself.

Chance is a hash of the number and of what it decides (``bench.r``): the same size gives the same world, and a deal
knows its company without looking for it. What triggers would write (access arrays, grants of the creators) is written
here; ``bench.filling`` compares a sample with the triggers' own rule when it is done.
"""

from __future__ import annotations

from dataclasses import dataclass

from desk.demo import names
from desk.demo.playbook import STEPS

OF_REP, SHOWN_TO_REP = 180, 20  # of all deals: what the rep sees is as much in a small world as in a large one
COMPANIES_OF_REP = 60
OF_TEAM = 0.1  # of all deals belong to the lead's team
DAYS = 1500  # how far back the world goes


@dataclass(frozen=True)
class Size:
    companies: int
    contacts: int
    deals: int
    activities: int
    open: float = 0.2  # part of the deals

    @property
    def words(self) -> str:
        return (
            f"{self.deals:,} deals ({self.open:.0%} open), {self.contacts:,} contacts, {self.companies:,} companies, "
            f"{self.activities:,} activities, 50 users in 6 teams"
        )


WORLDS = {
    "L100": Size(20_000, 100_000, 50_000, 300_000),
    "tenth": Size(10_000, 30_000, 100_000, 200_000),  # of L1M, for what ten times the rows cost
    "L1M": Size(100_000, 300_000, 1_000_000, 2_000_000),
}
USERS = 50

TOOLS = """
CREATE FUNCTION bench.r(n bigint, what int) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (hashint8extended(n, what) & 4503599627370495)::float8 / 4503599627370496 $$;
CREATE FUNCTION bench.key(kind text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT left(translate(encode(sha256(convert_to(kind || n, 'UTF8')), 'base64'), '+/=', 'xyz'), 10) $$;
CREATE FUNCTION bench.one(list text[], r float8) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT list[1 + floor(r * cardinality(list))::int] $$;
CREATE FUNCTION bench.seller(n bigint) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN bench.r(n, 1) < {of_team} THEN 1 + floor(bench.r(n, 2) * {team})::int
               ELSE {team} + 1 + floor(bench.r(n, 2) * {others})::int END $$;
CREATE FUNCTION bench.seller_of_deal(n bigint) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN n % {step} = 0 THEN 0 ELSE bench.seller(n) END $$;
CREATE FUNCTION bench.seller_of_company(n bigint) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN n <= {of_rep} THEN 0 ELSE bench.seller(n + 77000000) END $$;
"""

COMPANIES = """
CREATE TABLE bench.company AS
SELECT n, bench.key('company', n) AS id, slot, row_number() OVER (PARTITION BY slot ORDER BY n) - 1 AS place, trade,
       CASE WHEN kind < 0.35 THEN word || ' ' || another || ' ' || trade
            WHEN kind < 0.65 THEN family || ' & ' || partner || ' ' || trade
            WHEN kind < 0.85 THEN word || ' ' || trade || ' of ' || town
            ELSE town || ' ' || word || ' ' || trade END AS name
  FROM (SELECT n, bench.seller_of_company(n) AS slot, bench.r(n, 10) AS kind,
               bench.one({words}, bench.r(n, 11)) AS word, bench.one({words}, bench.r(n, 12)) AS another,
               bench.one({last}, bench.r(n, 13)) AS family, bench.one({last}, bench.r(n, 14)) AS partner,
               bench.one({towns}, bench.r(n, 15)) AS town, bench.one({trades}, bench.r(n, 16)) AS trade
          FROM generate_series(1, {companies}) n) made;
CREATE UNIQUE INDEX ON bench.company (n);
UPDATE bench.seller s SET companies = (SELECT count(*) FROM bench.company c WHERE c.slot = s.slot);
ANALYZE bench.company, bench.seller;
"""

DEALS = """
INSERT INTO pipeline_deal (id, title, amount, stage_id, contact_id, company_id, expected_close_date, lost_reason_id,
    notes, custom, assigned_to_id, created_by_id, created_at, updated_at, moved_at, readers, writers)
SELECT bench.key('deal', n), bench.one({what}, bench.r(n, 20)) || ' for ' || c.name,
       CASE WHEN bench.r(n, 21) < 0.97 THEN round((500 + 60000 * power(bench.r(n, 22), 4))::numeric, -2) END, stage,
       CASE WHEN bench.r(n, 23) < 0.95
            THEN bench.key('contact', c.number + {companies} * floor(bench.r(n, 24) * {people})::bigint) END,
       c.id,
       CASE WHEN bench.r(n, 25) < 0.02 THEN NULL WHEN is_open THEN current_date - 10 + floor(bench.r(n, 26) * 120)::int
            ELSE (began + (now() - began) * bench.r(n, 27))::date END,
       CASE WHEN stage = 'lost' THEN bench.one({because}, bench.r(n, 28)) END,
       CASE WHEN bench.r(n, 29) < 0.25 THEN 'Decision after their stock-taking. Service is what counts.' END,
       '{{}}', CASE WHEN is_taken THEN s.id END,
       maker.id, began, changed, changed,
       CASE WHEN shown OR maker.slot <> s.slot THEN ARRAY(
                SELECT DISTINCT p FROM unnest(
                    CASE WHEN is_taken THEN s.names END || maker.names || CASE WHEN shown THEN ARRAY[rep.id] END
                ) p ORDER BY 1)
            ELSE s.names END,
       CASE WHEN maker.slot <> s.slot
            THEN ARRAY(SELECT DISTINCT p FROM unnest(CASE WHEN is_taken THEN s.names END || maker.names) p ORDER BY 1)
            ELSE s.names END
  FROM (SELECT n, slot, of_slot, began, is_open, began + (now() - began) * bench.r(n, 32) AS changed, shown,
               slot = 0 OR NOT is_open OR bench.r(n, 30) < 0.97 AS is_taken,
               bench.one(CASE WHEN is_open THEN '{{lead,lead,qualified,qualified,proposal,negotiation}}'::text[]
                              ELSE '{{won,won,won,lost,lost}}'::text[] END, bench.r(n, 33)) AS stage
          FROM (SELECT n, bench.seller_of_deal(n) AS slot, bench.r(n, 34) < {open} AS is_open, n % {shown} = 1 AS shown,
                       CASE WHEN bench.r(n, 35) < 0.9 THEN bench.seller_of_deal(n)
                            ELSE bench.seller(n + 99000000) END AS of_slot,
                       now() - interval '{days} days' * (({deals} - n + 1)::float8 / {deals}) AS began
                  FROM generate_series(1, {deals}) n) numbered) d
  JOIN bench.seller s USING (slot)
  JOIN bench.seller rep ON rep.slot = 0
  JOIN bench.seller owner ON owner.slot = d.of_slot
  JOIN bench.seller maker ON maker.slot = CASE WHEN d.slot > 0 AND bench.r(n, 36) < 0.02
                                               THEN bench.seller(n + 55000000) ELSE d.slot END
  JOIN (SELECT n AS number, id, slot, place, name FROM bench.company) c ON c.slot = d.of_slot
                      AND c.place = floor(power(bench.r(n, 37), 2) * owner.companies)::bigint
 ORDER BY n
"""

REACH = """
CREATE TABLE bench.reach_{kind} AS
SELECT {kind}_id AS id, array_agg(DISTINCT p ORDER BY p) AS readers
  FROM (SELECT DISTINCT {kind}_id, readers FROM pipeline_deal WHERE {kind}_id IS NOT NULL) d, unnest(d.readers) p
 GROUP BY 1
"""

BOTH = "ARRAY(SELECT DISTINCT p FROM unnest({own} || {reach}) p ORDER BY 1)"

CUSTOMERS = """
INSERT INTO crm_company (id, name, website, industry, address, notes, custom, created_by_id, created_at, updated_at,
    readers_own, writers, readers_reach, readers)
SELECT c.id, c.name, 'https://' || regexp_replace(lower(c.name), '[^a-z0-9]+', '-', 'g') || '-' || c.n || '.example',
       ({industries}::jsonb) ->> c.trade, 1 + c.n % 180 || ' Canal Street, ' || bench.one({towns}, bench.r(c.n, 40)),
       NULL, '{{}}', s.id, began, began + (now() - began) * bench.r(c.n, 41), s.names, s.names,
       coalesce(r.readers, '{{}}'), {both}
  FROM (SELECT *, now() - interval '{days} days' * bench.r(n, 42) AS began FROM bench.company) c
  JOIN bench.seller s USING (slot) LEFT JOIN bench.reach_company r ON r.id = c.id
"""

CONTACTS = """
INSERT INTO crm_contact (id, name, email, phone, company_id, notes, custom, created_by_id, created_at, updated_at,
    readers_own, writers, readers_reach, readers)
SELECT k.id, first || ' ' || last, lower(translate(first || '.' || last, 'åäéèöøü', 'aaeeoou')) || '-' || k.n || '@'
           || 'mail' || c.n || '.example',
       CASE WHEN bench.r(k.n, 50) < 0.9
            THEN '+1 ' || bench.one('{{201,206,212,303,312,404,415,503,512}}', bench.r(k.n, 51)) || ' 555 0'
                 || 100 + floor(bench.r(k.n, 52) * 100)::int END,
       c.id, CASE WHEN bench.r(k.n, 53) < 0.25 THEN 'Prefers e-mail to calls.' END, '{{}}', s.id, began,
       began + (now() - began) * bench.r(k.n, 54), s.names, s.names, coalesce(r.readers, '{{}}'), {both}
  FROM (SELECT n, bench.key('contact', n) AS id, bench.one({first}, bench.r(n, 55)) AS first,
               bench.one({last}, bench.r(n, 56)) AS last, now() - interval '{days} days' * bench.r(n, 57) AS began
          FROM generate_series(1, {contacts}) n) k
  JOIN bench.company c ON c.n = 1 + (k.n - 1) % {companies}
  JOIN bench.seller s ON s.slot = CASE WHEN bench.r(k.n, 58) < 0.85 THEN c.slot ELSE bench.seller(k.n + 33000000) END
  LEFT JOIN bench.reach_contact r ON r.id = k.id
"""

# About whom, the numbers of the activities, the number of the record that each is about, and the seller who did it.
# A few records have very many: the first contacts and every thousandth deal.
ABOUT = {
    "deal": (
        "1, floor({activities} * 0.72)::bigint",
        "CASE WHEN bench.r(n, 60) < 0.02 THEN 1000 * (1 + floor(bench.r(n, 61) * {deals} / 1000)::bigint) "
        "WHEN bench.r(n, 60) < 0.022 THEN {step} * (1 + floor(bench.r(n, 61) * {of_rep})::bigint) "
        "ELSE 1 + floor(bench.r(n, 61) * {deals})::bigint END",
        "bench.seller_of_deal(about)",
    ),
    "contact": (
        "floor({activities} * 0.72)::bigint + 1, floor({activities} * 0.92)::bigint",
        "CASE WHEN bench.r(n, 60) < 0.002 THEN 1 + floor(bench.r(n, 61) * 2)::bigint "
        "ELSE 1 + floor(bench.r(n, 61) * {contacts})::bigint END",
        "bench.seller_of_company(1 + (about - 1) % {companies})",
    ),
    "company": (
        "floor({activities} * 0.92)::bigint + 1, {activities}",
        "1 + floor(bench.r(n, 61) * {companies})::bigint",
        "bench.seller_of_company(about)",
    ),
}
ACTIVITIES = """
INSERT INTO activities_activity (id, type, subject, description, due_date, completed_at, related_type_id, related_id,
    custom, created_by_id, created_at, updated_at, readers_own, writers, readers_reach, readers)
SELECT bench.key('activity', n), type, bench.one({subjects}, bench.r(n, 62)), bench.one({texts}, bench.r(n, 62)),
       CASE WHEN is_open THEN now() + interval '1 day' * (40 * bench.r(n, 63) - 4)
            WHEN type IN ('call', 'meeting') THEN began + interval '1 day' * bench.r(n, 63) END,
       CASE WHEN NOT is_open AND type <> 'note' THEN began + interval '1 day' * bench.r(n, 63) END,
       k.id, t.id, '{{}}', s.id, began, began + interval '1 day' * bench.r(n, 63), s.names, s.names, t.readers, {both}
  FROM (SELECT n, about, {seller} AS slot, bench.r(n, 64) < 0.01 AS is_open,
               bench.one('{{call,call,call,email,email,email,meeting,note}}', bench.r(n, 65)) AS type,
               now() - interval '1 day' - interval '{days} days' * bench.r(n, 66) AS began
          FROM (SELECT n, {about} AS about FROM generate_series({numbers}) n) numbered) a
  JOIN bench.seller s USING (slot) JOIN {table} t ON t.id = bench.key('{kind}', about)
  JOIN django_content_type k ON k.model = '{kind}' AND k.app_label = split_part('{table}', '_', 1)
"""

GRANTS = """
INSERT INTO {table}userobjectpermission (user_id, permission_id, content_object_id)
SELECT created_by_id, p.id, t.id FROM {table} t, auth_permission p WHERE p.codename = 'change_{kind}'
"""
SHARES = """
INSERT INTO pipeline_dealuserobjectpermission (user_id, permission_id, content_object_id)
SELECT s.id, p.id, bench.key('deal', n) FROM generate_series(1, {deals}, {shown}) n, bench.seller s, auth_permission p
 WHERE s.slot = 0 AND p.codename = 'view_deal' AND n % {step} <> 0
"""
TABLES = {
    "company": "crm_company",
    "contact": "crm_contact",
    "deal": "pipeline_deal",
    "activity": "activities_activity",
}


def steps(size: Size, team: int, sellers: int) -> dict[str, str]:
    """SQL by name, in order. ``team``: sellers of the lead's team beside the rep; ``sellers``: of all of them."""
    from desk.demo.deals import LOST_BECAUSE, WHAT

    given = {
        **{name: getattr(size, name) for name in ("companies", "contacts", "deals", "activities", "open")},
        "step": size.deals // OF_REP,
        "shown": size.deals // SHOWN_TO_REP,
        "days": DAYS,
        "of_team": OF_TEAM,
        "team": team,
        "others": sellers - 1 - team,
        "people": size.contacts // size.companies,
        **{name: _array(getattr(names, name.upper())) for name in ("first", "last", "towns", "words")},
        "trades": _array(names.TRADE_NAMES),
        "industries": _industries(),
        "what": _array(WHAT),
        "because": _array([reason for reason in LOST_BECAUSE if reason]),
        **_texts(),
    }
    made = {
        "tools": TOOLS.format(**given | {"of_rep": COMPANIES_OF_REP}),
        "companies' names": COMPANIES.format(**given),
        "deals": DEALS.format(**given),
        **{f"reach of {kind}": REACH.format(kind=kind) for kind in ("company", "contact")},
        "companies": CUSTOMERS.format(**given, both=BOTH.format(own="s.names", reach="r.readers")),
        "contacts": CONTACTS.format(**given, both=BOTH.format(own="s.names", reach="r.readers")),
    }
    for kind, (numbers, about, seller) in ABOUT.items():
        filled = {name: text.format(**given | {"of_rep": OF_REP}) for name, text in
                  {"numbers": numbers, "about": about, "seller": seller}.items()}  # fmt: skip
        both = BOTH.format(own="s.names", reach="t.readers")
        made[f"activities about a {kind}"] = ACTIVITIES.format(
            **given, **filled, kind=kind, table=TABLES[kind], both=both
        )
    made |= {f"grants of {kind}": GRANTS.format(table=table, kind=kind) for kind, table in TABLES.items()}
    return made | {"deals shown to the rep": SHARES.format(**given)}


def _array(words) -> str:
    quoted = ",".join(f"'{word.replace(chr(39), chr(39) * 2)}'" for word in words)
    return f"ARRAY[{quoted}]::text[]"


def _industries() -> str:
    pairs = ",".join(f'"{trade}":"{industry}"' for trade, industry in names.TRADES.items())
    return "'{" + pairs + "}'"


def _texts() -> dict[str, str]:
    kept = [step for part in STEPS.values() for step in part]
    words = {"first": "the buyer", "company": "their office"}
    return {name: _array([step[at].format(**words) for step in kept]) for name, at in (("subjects", 1), ("texts", 2))}
