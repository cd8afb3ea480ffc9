"""Questionnaire versions of a school, and the translations of a stored definition

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "shelved_version",
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("questionnaire", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("taken", sa.String(length=120), nullable=True),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("beside", sa.String(), nullable=True),
        sa.Column("added_by", sa.String(length=20), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=20), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_by", sa.String(length=20), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["staff.id"], name=op.f("fk_shelved_version_added_by")),
        sa.ForeignKeyConstraint(["published_by"], ["staff.id"], name=op.f("fk_shelved_version_published_by")),
        sa.ForeignKeyConstraint(["retired_by"], ["staff.id"], name=op.f("fk_shelved_version_retired_by")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_shelved_version_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelved_version")),
        sa.UniqueConstraint("school_id", "taken", name=op.f("uq_shelved_version_school_id_taken")),
    )
    op.create_index(op.f("ix_shelved_version_school_id"), "shelved_version", ["school_id"], unique=False)
    op.add_column("definition", sa.Column("beside", sa.String(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Go back to the revision before."""
    with op.batch_alter_table("definition") as table:
        table.drop_column("beside")
    op.drop_table("shelved_version")
