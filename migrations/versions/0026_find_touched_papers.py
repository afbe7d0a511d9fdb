"""Find by its id whether a lost key touched a paper, and have answers about such papers rendered anew. Expand-only."""

from alembic import op

revision = "0026_find_touched_papers"
down_revision = "0025_create_enclosures"


def upgrade() -> None:
    op.create_index(op.f("ix_touched_papers_paper_id"), "touched_papers", ["paper_id"])
    op.execute(
        "UPDATE verification_documents SET next_change = DATE '1970-01-01' WHERE entry_id IN "
        "(SELECT papers.entry_id FROM papers JOIN touched_papers ON touched_papers.paper_id = papers.id)"
    )
