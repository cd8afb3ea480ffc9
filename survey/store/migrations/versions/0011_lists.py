"""What lists show, a student's own mentor, the mentor's view, filling in together, and saved lists

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("sitting", sa.Column("summary", sa.LargeBinary(), nullable=True))
    list_columns = ["invitation_id", "school_id", "status", "priority", "sent_at", "id"]
    op.create_index("ix_sitting_list", "sitting", list_columns, unique=False)
    op.add_column("student", sa.Column("mentor_id", sa.String(length=20), nullable=True))
    op.create_index(op.f("ix_student_mentor_id"), "student", ["mentor_id"], unique=False)
    op.create_table(
        "passing",
        sa.Column("student_id", sa.String(length=20), nullable=False),
        sa.Column("mentor_id", sa.String(length=20), nullable=False),
        sa.Column("staff_id", sa.String(length=20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["mentor_id"], ["staff.id"], name=op.f("fk_passing_mentor_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_passing_school_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_passing_staff_id")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_passing_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passing")),
    )
    op.create_index(op.f("ix_passing_school_id"), "passing", ["school_id"], unique=False)
    op.create_index(op.f("ix_passing_student_id"), "passing", ["student_id"], unique=False)
    op.create_table(
        "school_view",
        sa.Column("sitting_id", sa.String(length=20), nullable=False),
        sa.Column("domain", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.String(length=20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_school_view_school_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_school_view_sitting_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_school_view_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_view")),
        sa.UniqueConstraint("sitting_id", "domain", "number", name=op.f("uq_school_view_sitting_id_domain_number")),
    )
    op.create_index(op.f("ix_school_view_school_id"), "school_view", ["school_id"], unique=False)
    op.create_table(
        "together",
        sa.Column("sitting_id", sa.String(length=20), nullable=False),
        sa.Column("staff_id", sa.String(length=20), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_together_school_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_together_sitting_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_together_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_together")),
    )
    op.create_index(op.f("ix_together_school_id"), "together", ["school_id"], unique=False)
    op.create_index(op.f("ix_together_sitting_id"), "together", ["sitting_id"], unique=False)
    op.create_table(
        "saved_list",
        sa.Column("staff_id", sa.String(length=20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_saved_list_school_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_saved_list_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_list")),
    )
    op.create_index(op.f("ix_saved_list_school_id"), "saved_list", ["school_id"], unique=False)
    op.create_index(op.f("ix_saved_list_staff_id"), "saved_list", ["staff_id"], unique=False)


def downgrade() -> None:
    """Go back to the revision before."""
    for table in ("saved_list", "together", "school_view", "passing"):
        op.drop_table(table)
    op.drop_index(op.f("ix_student_mentor_id"), table_name="student")
    op.drop_column("student", "mentor_id")
    op.drop_index("ix_sitting_list", table_name="sitting")
    op.drop_column("sitting", "summary")
