"""Create the folded words that searches look in, and indexes for them and for lists of what waits. Expand-only.

`folded` leaves out case and every mark (Phạm is found by "pham"); trigrams make any part of a word quick to find.
pg_trgm is a trusted extension, so the owner of the database may create it; where somebody else owns the database,
they run CREATE EXTENSION pg_trgm before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_index_searches_and_lists"
down_revision = "0010_verify_addresses"

# Their cost is said as it was measured, so that the planner does not take thousands of calls for cheaper than an index;
# a body of plain SQL would be put into the query, and its cost forgotten.
FOLDED = r"""
CREATE FUNCTION folded(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 200 AS $$ BEGIN
RETURN lower(translate(regexp_replace(normalize(value, NFD), '[\u0300-\u036F]', '', 'g'), 'đĐ', 'dd'));
END $$
"""
APPLICATION_WORDS = """
CREATE FUNCTION application_words(reference text, answers jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 AS $$ BEGIN
RETURN public.folded(coalesce(reference, '') || ' ' || coalesce((
  SELECT string_agg(answer #>> '{}', ' ') FROM jsonb_path_query(answers, 'strict $.**') AS answer
  WHERE jsonb_typeof(answer) = 'string'), ''));
END $$
"""
ORGANISATION_WORDS = """
CREATE FUNCTION organisation_words(name text, tax_code text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 200 AS $$ BEGIN
RETURN public.folded(name || ' ' || tax_code);
END $$
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute(FOLDED)
    op.execute(APPLICATION_WORDS)
    op.execute(ORGANISATION_WORDS)
    op.create_index(
        "ix_applications_words",
        "applications",
        [sa.literal_column("application_words(reference, answers)").label("words")],
        postgresql_using="gin",
        postgresql_ops={"words": "gin_trgm_ops"},
        postgresql_where=sa.text("submitted_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_applications_organisation_id"), "applications", ["organisation_id"])
    op.create_index(
        "ix_accounts_name",
        "accounts",
        [sa.literal_column("folded(name)").label("words")],
        postgresql_using="gin",
        postgresql_ops={"words": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_organisations_words",
        "organisations",
        [sa.literal_column("organisation_words(name, tax_code)").label("words")],
        postgresql_using="gin",
        postgresql_ops={"words": "gin_trgm_ops"},
    )
    op.create_index("ix_signing_requests_waiting", "signing_requests", ["state", "agency", "filed_at", "id"])
