"""Recordings of questions

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "recording",
        sa.Column("questionnaire", sa.String(length=80), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("media", sa.String(length=20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.String(length=20), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["staff.id"], name=op.f("fk_recording_added_by")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_recording_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint(
            "school_id",
            "questionnaire",
            "question",
            "language",
            name=op.f("uq_recording_school_id_questionnaire_question_language"),
        ),
    )
    op.create_index(op.f("ix_recording_school_id"), "recording", ["school_id"], unique=False)


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("recording")
