"""Exclusion constraints on (session, range) need btree_gist, which a database owner may create himself."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Enable the extension."""

    dependencies: list[tuple[str, str]] = []
    operations = [BtreeGistExtension()]
