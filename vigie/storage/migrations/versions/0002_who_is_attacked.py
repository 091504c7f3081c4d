"""Who is attacked in a post, and why the model is silent; both empty for posts stored before."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "target",
                sa.String(length=16),
                nullable=True,
                comment="who is attacked; empty: the model does not say",
            )
        )
        batch_op.add_column(
            sa.Column(
                "unknown",
                sa.String(length=16),
                nullable=True,
                comment="why no category is known; empty: some are",
            )
        )


def downgrade() -> None:
    """Go back to the version before."""
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_column("unknown")
        batch_op.drop_column("target")
