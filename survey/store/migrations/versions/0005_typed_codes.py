"""Typed codes, and the count of wrong ones

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "code_attempt",
        sa.Column("row", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("visitor_index", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_code_attempt")),
    )
    op.create_index(op.f("ix_code_attempt_at"), "code_attempt", ["at"], unique=False)
    op.create_index(op.f("ix_code_attempt_visitor_index"), "code_attempt", ["visitor_index"], unique=False)
    op.create_table(
        "typed_code",
        sa.Column("invitation_id", sa.String(length=20), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_typed_code_invitation_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_typed_code_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typed_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_typed_code_code_hash")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_typed_code_invitation_id")),
    )
    op.create_index(op.f("ix_typed_code_school_id"), "typed_code", ["school_id"], unique=False)


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("typed_code")
    op.drop_table("code_attempt")
