"""A published version, its nodes and keys cannot be changed by anybody, whatever the program does."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION ivr_keep_published_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'draft' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'version % was published and is kept', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status = 'draft' OR NEW.menu_id <> OLD.menu_id OR NEW.number <> OLD.number
       OR NEW.document IS DISTINCT FROM OLD.document
       OR NEW.start_id IS DISTINCT FROM OLD.start_id OR NEW.operator_id IS DISTINCT FROM OLD.operator_id THEN
        RAISE EXCEPTION 'version % was published and is kept', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION ivr_keep_published_node() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE version bigint;
BEGIN
    version := CASE TG_OP WHEN 'INSERT' THEN NEW.version_id ELSE OLD.version_id END;
    IF EXISTS (SELECT 1 FROM ivr_menuversion WHERE id = version AND status <> 'draft') THEN
        RAISE EXCEPTION 'version % was published and is kept', version USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION ivr_keep_published_key() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE node bigint;
BEGIN
    node := CASE TG_OP WHEN 'INSERT' THEN NEW.node_id ELSE OLD.node_id END;
    IF EXISTS (SELECT 1 FROM ivr_menunode n JOIN ivr_menuversion v ON v.id = n.version_id
               WHERE n.id = node AND v.status <> 'draft') THEN
        RAISE EXCEPTION 'the version of node % was published and is kept', node USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ivr_keep_published BEFORE UPDATE OR DELETE ON ivr_menuversion
    FOR EACH ROW EXECUTE FUNCTION ivr_keep_published_version();
CREATE TRIGGER ivr_keep_published BEFORE INSERT OR UPDATE OR DELETE ON ivr_menunode
    FOR EACH ROW EXECUTE FUNCTION ivr_keep_published_node();
CREATE TRIGGER ivr_keep_published BEFORE INSERT OR UPDATE OR DELETE ON ivr_menukey
    FOR EACH ROW EXECUTE FUNCTION ivr_keep_published_key();
"""

BACKWARD = """
DROP TRIGGER ivr_keep_published ON ivr_menukey;
DROP TRIGGER ivr_keep_published ON ivr_menunode;
DROP TRIGGER ivr_keep_published ON ivr_menuversion;
DROP FUNCTION ivr_keep_published_key();
DROP FUNCTION ivr_keep_published_node();
DROP FUNCTION ivr_keep_published_version();
"""


class Migration(migrations.Migration):
    dependencies = [("ivr", "0001_menus")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
