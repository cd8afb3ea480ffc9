"""Seals of schools, and documents found by what they are

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "seal",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("certificates", sa.String(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_seal_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_seal_fingerprint")),
    )
    op.create_index(op.f("ix_seal_school_id"), "seal", ["school_id"], unique=False)
    op.create_index(op.f("ix_report_digest"), "report", ["digest"], unique=False)


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_index(op.f("ix_report_digest"), table_name="report")
    op.drop_table("seal")
