"""What each database role may do, derived from the tables: the app owns nothing and cannot rewrite history."""

from __future__ import annotations

import sqlalchemy as sa

QUEUE_TABLES = "procrastinate_%"


def grant_statements(metadata: sa.MetaData, app: str, signer: str) -> list[str]:
    """GRANT and REVOKE for the app's and the signer's role, by each table's `info`; run as owner, may be repeated."""
    statements = [f"REVOKE CREATE ON SCHEMA public FROM {_name(app)}, {_name(signer)}, PUBLIC"]
    statements += [f"GRANT USAGE ON SCHEMA public TO {_name(app)}, {_name(signer)}"]
    for table in metadata.sorted_tables:
        statements += _table_grants(table, app, signer)
    return statements + queue_grants(app)


def _table_grants(table: sa.Table, app: str, signer: str) -> list[str]:
    name = _name(table.name)
    statements = [f"REVOKE ALL ON {name} FROM {_name(app)}, {_name(signer)}, PUBLIC"]
    right = table.info.get("signer")
    if right == "append":  # the signer's journal: nobody else may write it
        return [
            *statements,
            f"GRANT SELECT, INSERT ON {name} TO {_name(signer)}",
            f"GRANT SELECT ON {name} TO {_name(app)}",
        ]
    if right == "read":
        statements.append(f"GRANT SELECT ON {name} TO {_name(signer)}")
    rights = "SELECT, INSERT" if table.info.get("append_only") else "SELECT, INSERT, UPDATE, DELETE"
    return [*statements, f"GRANT {rights} ON {name} TO {_name(app)}"]


def queue_grants(app: str) -> list[str]:
    """The app works Procrastinate's tables, by its functions."""
    return [
        f"""DO $$ DECLARE item record; BEGIN
        FOR item IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE '{QUEUE_TABLES}'
        LOOP EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO {_name(app)}', item.tablename); END LOOP;
        END $$""",  # noqa: S608 - both names are checked identifiers
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {_name(app)}",
    ]


def _name(identifier: str) -> str:
    if not identifier.replace("_", "").isalnum():
        raise ValueError(f"Not a name for a role or table: {identifier!r}.")
    return f'"{identifier}"'
