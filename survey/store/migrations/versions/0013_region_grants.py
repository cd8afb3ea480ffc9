"""Regions that may see a school's counts

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "region_grant",
        sa.Column("region_id", sa.String(length=20), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["school.id"], name=op.f("fk_region_grant_region_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_region_grant_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region_grant")),
        sa.UniqueConstraint("school_id", "region_id", name=op.f("uq_region_grant_school_id")),
    )
    op.create_index(op.f("ix_region_grant_region_id"), "region_grant", ["region_id"], unique=False)
    op.create_index(op.f("ix_region_grant_school_id"), "region_grant", ["school_id"], unique=False)


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("region_grant")
