"""The access rule as SQL: triggers that keep ``readers`` and ``writers`` equal to the truth, whoever writes.

The truth is docs/permissions.md: assignee, grants, teams of the owners, and reach. The arrays are its index: each
names the principals (``<user id>``, ``role:<group id>``, ``team:<team id>``, ``*``) that may read or write the row.

How it stays right (docs/decisions/0002-access-arrays.md):
- A row's own arrays are computed BEFORE ROW, only when an owner changes; a statement of a user that brings stale
  arrays along (a full ``save()``) gets the old ones back. Statements of our triggers (depth > 1) are let through.
- What reaches other rows runs AFTER STATEMENT over transition tables, and recomputes in full; by EXECUTE, because a
  plan that PL/pgSQL cached for one row is a disaster for 5,000.
- The rows to be recomputed are locked first, in a statement of its own, in the order deal, contact, company, activity:
  the statement after it then sees what the other session committed. Without that line two sessions lose a reader.
- A change of team membership excludes all other writers of access by an advisory lock, taken BEFORE STATEMENT.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pgtrigger

TEAM_LOCK = 8_203_117_001  # any number, the same everywhere
EXPLICIT_ACL = "parsley.explicit_acl"  # set for the length of a transaction: the creator gets no grant by himself
EXPLICIT = f"coalesce(current_setting('{EXPLICIT_ACL}', true), '') = 'on'"


def _grants(table: str, row: str, verbs: str) -> str:
    """The principals that hold a grant on ``row``. ``verbs``: SQL list of the codename's first words.

    The verb is a subselect: joined, a table of grants that was never analyzed is read once for each permission.
    """
    verb = "(SELECT split_part(p.codename, '_', 1) FROM auth_permission p WHERE p.id = g.permission_id)"
    chosen = f"g.content_object_id = {row}.id AND {verb} IN ({verbs})"
    return f"""
        SELECT g.user_id AS name FROM {table}userobjectpermission g WHERE {chosen}
        UNION ALL
        SELECT CASE WHEN role.name = 'Everyone' THEN '*' ELSE 'role:' || role.id END
          FROM {table}groupobjectpermission g JOIN auth_group role ON role.id = g.group_id WHERE {chosen}"""


def _principals(owners: list[str], granted: str = "") -> str:
    """The array of ``owners`` (SQL of user ids), of the teams whose leads follow them, and of who was ``granted``."""
    named = " UNION ALL ".join(f"SELECT {owner} AS name" for owner in owners)
    return f"""ARRAY(SELECT DISTINCT found.name::text FROM (
        {named} {f"UNION ALL {granted}" if granted else ""}
        UNION ALL
        SELECT 'team:' || m.team_id FROM accounts_membership m WHERE m.user_id IN ({", ".join(owners)})
    ) found WHERE found.name IS NOT NULL ORDER BY 1)"""


def _creator_who_may_write(table: str, row: str) -> str:
    return f"""(SELECT g.user_id FROM {table}userobjectpermission g JOIN auth_permission p ON p.id = g.permission_id
        WHERE g.content_object_id = {row}.id AND g.user_id = {row}.created_by_id
          AND split_part(p.codename, '_', 1) = 'change' LIMIT 1)"""


class Rule:
    """The triggers of one record class.

    ``assignee``: the column of the assigned user, if the class has one. ``reach``: whether others' readers reach its
    rows (``readers_own`` and ``readers_reach`` beside ``readers``). ``passes_to``: tables whose rows its readers reach,
    by the column of this table that points there. ``targets``: of activities, the classes they can be about, and
    their tables.
    """

    def __init__(
        self,
        table: str,
        *,
        assignee: str | None = None,
        reach: bool = False,
        passes_to: Iterable[tuple[str, str]] = (),
        targets: Mapping[str, str] | None = None,
    ) -> None:
        self.table = table
        self.model = table.split("_", 1)[1]
        self.assignee = assignee
        self.reach = reach
        self.passes_to = tuple(passes_to)
        self.targets = targets or {}

    @property
    def _own(self) -> str:
        return "readers_own" if self.reach else "readers"

    @property
    def _kept(self) -> list[str]:
        return ["readers_own", "readers_reach", "readers", "writers"] if self.reach else ["readers", "writers"]

    def _owners(self, row: str, creator: str) -> list[str]:
        return [*([f"{row}.{self.assignee}"] if self.assignee else []), creator]

    def _arrays(self, row: str) -> tuple[str, str]:
        """Who may read ``row`` by its own right (grants to view or change), and who may write it (to change, or to
        overwrite: without reading it)."""
        owners = self._owners(row, _creator_who_may_write(self.table, row))
        readers = _principals(owners, _grants(self.table, row, "'view', 'change'"))
        return readers, _principals(owners, _grants(self.table, row, "'change', 'overwrite'"))

    # --- on the record's own table ------------------------------------------------------------------------------------

    def triggers(self) -> list[pgtrigger.Trigger]:
        owners = ["created_by_id", *([self.assignee] if self.assignee else [])]
        return [
            self._lock("access_lock_insert", pgtrigger.Insert),
            self._lock("access_lock_update", pgtrigger.UpdateOf(*owners)),
            self._on_insert(),
            self._on_update(owners),
            self._creator_grant(),
            *(self._pass_on() if not self._is_activity else []),
            self._after_delete(),
        ]

    def _lock(self, name: str, operation) -> pgtrigger.Trigger:
        return _statement_lock(name, operation, shared=True)

    def _on_insert(self) -> pgtrigger.Trigger:
        """Foresees the creator's grant, so that its insertion a moment later leaves nothing to change."""
        creator = f"CASE WHEN {EXPLICIT} THEN NULL ELSE NEW.created_by_id END"
        return pgtrigger.Trigger(
            name="access_insert",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            declare=[("target", "text")],
            func=f"""
                {self._target_readers() if self._is_activity else ("NEW.readers_reach := '{}';" if self.reach else "")}
                NEW.{self._own} := {_principals(self._owners("NEW", creator))};
                NEW.writers := NEW.{self._own};
                {self._merge()}
                RETURN NEW;""",
        )

    def _on_update(self, owners: list[str]) -> pgtrigger.Trigger:
        readers, writers = self._arrays("NEW")
        moved = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in owners)
        restore = " ".join(f"NEW.{name} := OLD.{name};" for name in self._kept)
        changed = [*owners, *self._kept, *(["related_type_id", "related_id"] if self._is_activity else [])]
        retarget = ""
        if self._is_activity:
            retarget = f"""
                IF NEW.related_id IS DISTINCT FROM OLD.related_id
                   OR NEW.related_type_id IS DISTINCT FROM OLD.related_type_id THEN {self._target_readers()} END IF;"""
        return pgtrigger.Trigger(
            name="access_update",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(" OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in changed)),
            declare=[("target", "text")],
            func=f"""
                IF pg_trigger_depth() = 1 THEN {restore} END IF;
                IF {moved} THEN NEW.{self._own} := {readers}; NEW.writers := {writers}; END IF;
                {retarget}
                {self._merge()}
                RETURN NEW;""",
        )

    @property
    def _is_activity(self) -> bool:
        return bool(self.targets)

    def _merge(self) -> str:
        if not self.reach:
            return ""
        return "NEW.readers := ARRAY(SELECT DISTINCT n FROM unnest(NEW.readers_own || NEW.readers_reach) n ORDER BY 1);"

    def _target_readers(self) -> str:
        """Readers of the record an activity is about, locked so that a change of them cannot pass us by.

        A pointer to another class, or to no row, is refused here: a generic foreign key has no constraint of its own.
        """
        read = "".join(
            f"""
                    ELSIF target = '{model}' THEN
                        SELECT readers INTO NEW.readers_reach FROM {table} WHERE id = NEW.related_id
                           FOR NO KEY UPDATE;"""
            for model, table in self.targets.items()
        )
        return f"""
                NEW.readers_reach := '{{}}';
                IF NEW.related_id IS NOT NULL AND NEW.related_type_id IS NOT NULL THEN
                    SELECT model INTO target FROM django_content_type WHERE id = NEW.related_type_id;
                    IF false THEN NULL; {read}
                    ELSE
                        RAISE EXCEPTION 'related_to: an activity can be about a {", ".join(self.targets)}'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF NEW.readers_reach IS NULL THEN
                        RAISE EXCEPTION 'related_to: there is no % %', target, NEW.related_id
                            USING ERRCODE = 'foreign_key_violation';
                    END IF;
                END IF;"""

    def _creator_grant(self) -> pgtrigger.Trigger:
        app, model = self.table.split("_", 1)
        return pgtrigger.Trigger(
            name="access_creator",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="new_rows"),
            func=f"""
                IF NOT {EXPLICIT} THEN
                    INSERT INTO {self.table}userobjectpermission (user_id, permission_id, content_object_id)
                    SELECT n.created_by_id, p.id, n.id FROM new_rows n, auth_permission p
                      JOIN django_content_type c ON c.id = p.content_type_id
                     WHERE n.created_by_id IS NOT NULL AND p.codename = 'change_{model}' AND c.app_label = '{app}';
                END IF;
                RETURN NULL;""",
        )

    def _pass_on(self) -> list[pgtrigger.Trigger]:
        """Readers go to what the row points to, and to the activities about it. SQL wants a trigger for each event."""
        columns = ["readers", *(column for _, column in self.passes_to)]
        touched = " OR ".join(f"n.{column} IS DISTINCT FROM o.{column}" for column in columns)
        both = f"FROM old_rows o JOIN new_rows n USING (id) WHERE {touched}"
        # The one join of the two is planned anew each time; what it finds is a list of ids, which any plan serves.
        updated = f"""
                EXECUTE $q$SELECT ARRAY(SELECT n.id {both})$q$ INTO changed;
                IF changed = '{{}}' THEN RETURN NULL; END IF;
                {
            self._reach(
                "SELECT {0} AS id FROM old_rows WHERE id = ANY(changed) "
                "UNION SELECT {0} FROM new_rows WHERE id = ANY(changed)"
            )
        } {self._to_activities()}"""
        triggers = [_after("access_pass_update", pgtrigger.Update, updated, old=True, new=True)]
        if self.passes_to:
            of_new, of_old = (
                self._reach("SELECT {0} AS id FROM new_rows"),
                self._reach("SELECT {0} AS id FROM old_rows"),
            )
            triggers += [
                _after("access_pass_insert", pgtrigger.Insert, of_new, new=True),
                _after("access_pass_delete", pgtrigger.Delete, of_old, old=True),
            ]
        return triggers

    def _reach(self, affected: str) -> str:
        """Recomputes the reach of each record pointed to. ``affected``: SQL of the targets' ids, {0} the pointer."""
        return "".join(
            f"""
                ids := ARRAY(SELECT DISTINCT a.id FROM ({affected.format(column)}) a WHERE a.id IS NOT NULL ORDER BY 1);
                IF ids <> '{{}}' THEN
                    PERFORM 1 FROM {target} WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
                    EXECUTE $q$UPDATE {target} t SET readers_reach = x.reach FROM (
                        SELECT c.id, ARRAY(SELECT DISTINCT unnest(d.readers) FROM {self.table} d
                                            WHERE d.{column} = c.id ORDER BY 1) AS reach
                          FROM {target} c WHERE c.id = ANY($1)) x
                      WHERE t.id = x.id AND t.readers_reach IS DISTINCT FROM x.reach$q$ USING ids;
                END IF;"""
            for target, column in self.passes_to
        )

    def _to_activities(self) -> str:
        app, model = self.table.split("_", 1)
        if self._is_activity:
            return ""
        return f"""
                EXECUTE $q$UPDATE activities_activity a SET readers_reach = n.readers FROM new_rows n
                  WHERE a.related_type_id = (SELECT id FROM django_content_type
                                              WHERE app_label = '{app}' AND model = '{model}')
                    AND a.related_id = n.id AND a.readers_reach IS DISTINCT FROM n.readers$q$;"""

    def _after_delete(self) -> pgtrigger.Trigger:
        """Grants go here, whoever deletes; activities where it was raw SQL: Django's collector comes before it."""
        app, model = self.table.split("_", 1)
        activities = f"""
                DELETE FROM activities_activity a USING old_rows o, django_content_type c
                 WHERE c.app_label = '{app}' AND c.model = '{model}'
                   AND a.related_type_id = c.id AND a.related_id = o.id;"""
        return _after(
            "access_delete",
            pgtrigger.Delete,
            f"""{"" if self._is_activity else activities}
                DELETE FROM {self.table}userobjectpermission WHERE content_object_id IN (SELECT id FROM old_rows);
                DELETE FROM {self.table}groupobjectpermission WHERE content_object_id IN (SELECT id FROM old_rows);""",
            old=True,
        )

    # --- on the tables that its arrays depend on ----------------------------------------------------------------------

    def recompute(self, ids: str) -> str:
        """PL/pgSQL that brings the own arrays of the rows ``ids`` (SQL of an ordered text array) up to the truth."""
        readers, writers = self._arrays("r")
        return f"""
                EXECUTE $q$SELECT {ids}$q$ INTO ids;
                IF ids <> '{{}}' THEN
                    PERFORM 1 FROM {self.table} WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
                    IF NOT FOUND THEN RETURN NULL; END IF;
                    EXECUTE $q$UPDATE {self.table} t SET {self._own} = x.r, writers = x.w FROM (
                        SELECT r.id, {readers} AS r, {writers} AS w FROM {self.table} r WHERE r.id = ANY($1)) x
                      WHERE t.id = x.id AND (t.{self._own}, t.writers) IS DISTINCT FROM (x.r, x.w)$q$ USING ids;
                END IF;"""

    def grant_triggers(self) -> list[pgtrigger.Trigger]:
        old, new = "SELECT content_object_id FROM old_rows", "SELECT content_object_id FROM new_rows"

        def ids(rows: str) -> str:
            return f"ARRAY(SELECT DISTINCT g.content_object_id FROM ({rows}) g ORDER BY 1)"

        return [
            _statement_lock("access_lock", pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete, shared=True),
            # Deeper than a statement of anybody's it is the creator's grant, which the row's arrays have foreseen.
            _after(
                "access_granted",
                pgtrigger.Insert,
                f"IF pg_trigger_depth() > 1 THEN RETURN NULL; END IF; {self.recompute(ids(new))}",
                new=True,
            ),
            _after("access_regranted", pgtrigger.Update, self.recompute(ids(f"{old} UNION {new}")), old=True, new=True),
            _after("access_revoked", pgtrigger.Delete, self.recompute(ids(old)), old=True),
        ]

    def membership_triggers(self) -> list[pgtrigger.Trigger]:
        """For a proxy of accounts.Membership: the rows of whoever came, went or moved."""
        owner = f"r.created_by_id = m.user_id{f' OR r.{self.assignee} = m.user_id' if self.assignee else ''}"

        def ids(rows: str) -> str:
            return f"ARRAY(SELECT DISTINCT r.id FROM {self.table} r JOIN ({rows}) m ON {owner} ORDER BY 1)"

        old, new = "SELECT user_id FROM old_rows", "SELECT user_id FROM new_rows"
        name = self.model
        return [
            _statement_lock(f"{name}_lock", pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete, shared=False),
            _after(f"{name}_joined", pgtrigger.Insert, self.recompute(ids(new)), new=True),
            _after(f"{name}_moved", pgtrigger.Update, self.recompute(ids(f"{old} UNION {new}")), old=True, new=True),
            _after(f"{name}_left", pgtrigger.Delete, self.recompute(ids(old)), old=True),
        ]


def _statement_lock(name: str, operation, *, shared: bool) -> pgtrigger.Trigger:
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=operation,
        func=f"PERFORM {function}({TEAM_LOCK}); RETURN NULL;",
    )


def _after(name: str, operation, body: str, *, old: bool = False, new: bool = False) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(old="old_rows" if old else None, new="new_rows" if new else None),
        declare=[("ids", "text[]"), ("changed", "text[]")],
        func=f"{body} RETURN NULL;",
    )
