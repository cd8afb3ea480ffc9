"""Lists of students, places that a school knows, and how a municipality is known

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "student_import",
        sa.Column("staff_id", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("choices", sa.LargeBinary(), nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=True),
        sa.Column("trace", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("problem", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_student_import_school_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_student_import_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student_import")),
    )
    op.create_index(op.f("ix_student_import_school_id"), "student_import", ["school_id"], unique=False)
    op.create_index(op.f("ix_student_import_state"), "student_import", ["state"], unique=False)
    op.create_table(
        "known_place",
        sa.Column("place_index", sa.String(length=64), nullable=False),
        sa.Column("municipality", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_known_place_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_place")),
        sa.UniqueConstraint("school_id", "place_index", name=op.f("uq_known_place_school_id_place_index")),
    )
    op.create_index(op.f("ix_known_place_school_id"), "known_place", ["school_id"], unique=False)
    with op.batch_alter_table("student") as table:
        table.add_column(sa.Column("municipality_by", sa.String(length=8), nullable=True))
    # What was there before this column had been put in by a person.
    op.execute("UPDATE student SET municipality_by = 'person' WHERE municipality IS NOT NULL")


def downgrade() -> None:
    """Go back to the revision before."""
    with op.batch_alter_table("student") as table:
        table.drop_column("municipality_by")
    op.drop_table("known_place")
    op.drop_table("student_import")
