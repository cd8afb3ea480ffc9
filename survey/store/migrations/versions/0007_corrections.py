"""Answers that are corrected after sending, and an outcome for each sending

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    with op.batch_alter_table("sitting") as table:
        table.add_column(sa.Column("correction", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("sendings", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE sitting SET sendings = 1 WHERE EXISTS (SELECT 1 FROM outcome WHERE outcome.sitting_id = sitting.id)")
    with op.batch_alter_table("outcome") as table:
        table.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("answers", sa.LargeBinary(), nullable=True))
        table.drop_constraint("uq_outcome_sitting_id", type_="unique")
        table.create_unique_constraint(op.f("uq_outcome_sitting_id_number"), ["sitting_id", "number"])
        table.create_index(op.f("ix_outcome_sitting_id"), ["sitting_id"], unique=False)
    op.create_table(
        "feedback",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_feedback_round_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_feedback_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_round_id"), "feedback", ["round_id"], unique=False)
    op.create_index(op.f("ix_feedback_school_id"), "feedback", ["school_id"], unique=False)


def downgrade() -> None:
    """Go back to the revision before; of a sitting that was sent more than once the last outcome stays."""
    op.drop_table("feedback")
    op.execute(
        "DELETE FROM outcome WHERE number < (SELECT max(other.number) FROM outcome other"
        " WHERE other.sitting_id = outcome.sitting_id)"
    )
    with op.batch_alter_table("outcome") as table:
        table.drop_index(op.f("ix_outcome_sitting_id"))
        table.drop_constraint("uq_outcome_sitting_id_number", type_="unique")
        table.create_unique_constraint("uq_outcome_sitting_id", ["sitting_id"])
        table.drop_column("answers")
        table.drop_column("number")
    with op.batch_alter_table("sitting") as table:
        table.drop_column("sendings")
        table.drop_column("correction")
