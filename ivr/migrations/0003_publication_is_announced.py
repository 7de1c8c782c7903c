"""Menu servers learn of a publication from the database itself, whoever publishes."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION ivr_announce_publication() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('ivr_menu_published', '');
    RETURN NULL;
END $$;

CREATE TRIGGER ivr_announce_publication AFTER UPDATE OF status ON ivr_menuversion
    FOR EACH STATEMENT EXECUTE FUNCTION ivr_announce_publication();
"""

BACKWARD = """
DROP TRIGGER ivr_announce_publication ON ivr_menuversion;
DROP FUNCTION ivr_announce_publication();
"""


class Migration(migrations.Migration):
    dependencies = [("ivr", "0002_published_versions_stay")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
